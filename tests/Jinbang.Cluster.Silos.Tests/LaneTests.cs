using System.Reflection;
using Jinbang.Cluster.Remote;
using Orleans.Runtime;

namespace Jinbang.Cluster.Silos.Tests;

public sealed class LaneTests
{
    private static readonly ClusterSettings Settings = new() { Name = "lane", MostBatches = 1, MostWaiting = 4, MostPerBatch = 3, CallDeadline = TimeSpan.FromMilliseconds(300) };

    [Fact]
    public async Task Calls_that_wait_together_travel_together()
    {
        var batches = new List<int>();
        var first = new TaskCompletionSource();
        var lane = Make(async calls =>
        {
            batches.Add(calls.Length);
            await (batches.Count == 1 ? first.Task : Task.CompletedTask);
            return Answers(calls);
        });
        var tasks = Enumerable.Range(1, 5).Select(i => lane.SendAsync(i, false)).ToList();
        first.SetResult();
        Assert.Equal(["1", "2", "3", "4", "5"], await Task.WhenAll(tasks));
        Assert.Equal([1, 3, 1], batches);
        await Eventually.HoldsAsync(() => lane.IsIdle, "the lane is idle");
    }

    [Fact]
    public async Task A_call_for_which_there_is_no_room_ends_at_once()
    {
        var first = new TaskCompletionSource();
        var lane = Make(async calls =>
        {
            await first.Task;
            return Answers(calls);
        });
        var tasks = Enumerable.Range(1, 5).Select(i => lane.SendAsync(i, false)).ToList();
        Assert.Null(await lane.SendAsync(6, true));
        first.SetResult();
        var answers = await Task.WhenAll(tasks);
        Assert.All(answers, static answer => Assert.NotNull(answer));
    }

    [Fact]
    public async Task What_was_refused_is_sent_again_until_its_time_is_over()
    {
        var sent = 0;
        var lane = Make(calls => Task.FromResult(++sent < 4 ? All(calls, Passage.Refused) : Answers(calls)));
        Assert.Equal("7", await lane.SendAsync(7, false));
        Assert.Equal(4, sent);
        var never = Make(calls => Task.FromResult(All(calls, Passage.Refused)));
        Assert.Null(await never.SendAsync(7, true));
    }

    [Fact]
    public async Task What_may_have_been_done_is_sent_once_more_only_if_it_may_be_repeated()
    {
        var sent = new List<int[]>();
        var lane = Make(calls =>
        {
            sent.Add(calls);
            throw new TimeoutException();
        });
        Assert.Null(await lane.SendAsync(1, mayRepeat: false));
        Assert.Single(sent);
        Assert.Null(await lane.SendAsync(2, mayRepeat: true));
        Assert.Equal([[1], [2], [2]], sent);
    }

    [Fact]
    public async Task A_message_that_never_arrived_is_sent_again()
    {
        var sent = 0;
        var lane = Make(calls => ++sent == 1 ? throw Rejection() : Task.FromResult(Answers(calls)));
        Assert.Equal("1", await lane.SendAsync(1, mayRepeat: false));
    }

    [Fact]
    public async Task A_call_ends_when_its_time_is_over_also_when_nothing_comes_back()
    {
        var stuck = new TaskCompletionSource<Arrival<string>[]>();
        var lane = Make(_ => stuck.Task);
        var (travelling, waiting) = (lane.SendAsync(1, true), lane.SendAsync(2, true));
        await Eventually.HoldsAsync(
            () =>
            {
                lane.Sweep();
                return travelling.IsCompleted && waiting.IsCompleted;
            },
            "both calls have ended");
        Assert.Null(await travelling);
        Assert.Null(await waiting);
        stuck.SetResult([new(Passage.Answered, "late")]);
        await Eventually.HoldsAsync(() => lane.IsIdle, "the lane is idle");
    }

    // Only Orleans itself makes them.
    private static Exception Rejection() => (Exception)Activator.CreateInstance(
        typeof(OrleansMessageRejectionException), BindingFlags.Instance | BindingFlags.NonPublic, null, ["It was rejected."], null)!;

    private static Lane<int, string> Make(Func<int[], Task<Arrival<string>[]>> send) => new(send, Settings, TimeProvider.System);

    private static Arrival<string>[] Answers(int[] calls) => Array.ConvertAll(calls, static call => new Arrival<string>(Passage.Answered, $"{call}"));

    private static Arrival<string>[] All(int[] calls, Passage passage) => Array.ConvertAll(calls, _ => new Arrival<string>(passage, null!));
}

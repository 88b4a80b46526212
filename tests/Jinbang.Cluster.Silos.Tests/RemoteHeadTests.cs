using System.Diagnostics;
using Jinbang.Boards;
using Jinbang.Boards.Storage;
using Jinbang.Cluster.Calls;
using Jinbang.Cluster.Remote;
using Jinbang.Ranking;

namespace Jinbang.Cluster.Silos.Tests;

public sealed class RemoteHeadTests
{
    private static readonly ClusterSettings Settings =
        new() { Name = "heads", HeadAge = TimeSpan.FromMilliseconds(200), CallDeadline = TimeSpan.FromMilliseconds(400) };

    [Fact]
    public async Task A_young_head_is_not_asked_for_again_and_an_old_one_is()
    {
        var owner = new Owner { Version = 5 };
        var board = Make(owner);
        Assert.Equal(5, (await board.HeadAsync()).Version);
        owner.Version = 6;
        Assert.Equal(5, (await board.HeadAsync()).Version);
        Assert.Equal(1, owner.Reads);
        await Task.Delay(Settings.HeadAge * 1.2, TimeProvider.System);
        Assert.Equal(6, (await board.HeadAsync()).Version);
        Assert.Equal(2, owner.Reads);
    }

    [Fact]
    public async Task A_head_that_has_not_changed_is_not_sent_again()
    {
        var owner = new Owner { Version = 5 };
        var board = Make(owner);
        var first = await board.HeadAsync();
        await Task.Delay(Settings.HeadAge * 1.2, TimeProvider.System);
        Assert.Same(first.Head, (await board.HeadAsync()).Head);
        Assert.Equal([true, false], owner.SentLines);
    }

    [Fact]
    public async Task Whoever_was_told_of_a_version_never_reads_a_head_without_it()
    {
        var owner = new Owner { Version = 5 };
        var board = Make(owner);
        await board.HeadAsync();
        owner.Version = 9;
        await board.SubmitAsync(new SubmitCall { Player = 1 });
        Assert.Equal(9, (await board.HeadAsync()).Version);
    }

    [Fact]
    public async Task After_a_submission_whose_version_is_not_known_the_head_is_asked_for()
    {
        var owner = new Owner { Version = 5 };
        var board = Make(owner);
        await board.HeadAsync();
        (owner.Version, owner.TellsVersion) = (6, false);
        await board.SubmitAsync(new SubmitCall { Player = 1 });
        Assert.Equal(6, (await board.HeadAsync()).Version);
    }

    [Fact]
    public async Task Many_readers_share_one_question()
    {
        var owner = new Owner { Version = 5, Delay = TimeSpan.FromMilliseconds(50) };
        var board = Make(owner);
        var heads = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => board.HeadAsync().AsTask()));
        Assert.All(heads, static head => Assert.Equal(5, head.Version));
        Assert.Equal(1, owner.Reads);
    }

    [Fact]
    public async Task A_head_that_is_too_old_is_not_given_when_its_owner_does_not_answer()
    {
        var owner = new Owner { Version = 5 };
        var board = Make(owner);
        await board.HeadAsync();
        owner.State = BoardState.Elsewhere;
        await board.HeadAsync();
        await Task.Delay(Settings.HeadAge * 1.2, TimeProvider.System);
        var watch = Stopwatch.StartNew();
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await board.HeadAsync());
        Assert.InRange(watch.Elapsed, Settings.CallDeadline * 0.8, Settings.CallDeadline * 5);
        owner.State = BoardState.Served;
        Assert.Equal(5, (await board.HeadAsync()).Version);
    }

    [Fact]
    public async Task A_board_that_is_gone_has_no_head()
    {
        var board = Make(new Owner { State = BoardState.Gone });
        await Assert.ThrowsAsync<KeyNotFoundException>(async () => await board.HeadAsync());
    }

    private static RemoteBoard Make(Owner owner) => new(TestCluster.Main, owner, Settings, TimeProvider.System);

    /// <summary>The owner's side, as its callers see it.</summary>
    private sealed class Owner : IBoardGrain
    {
        private int reads;

        public long Version { get; set; }

        public bool TellsVersion { get; set; } = true;

        public BoardState State { get; set; }

        public TimeSpan Delay { get; set; }

        public int Reads => reads;

        public List<bool> SentLines { get; } = [];

        public ValueTask<BoardState> WakeAsync() => new(State);

        public ValueTask<SubmitReplies> SubmitAsync(SubmitCalls batch) =>
            new(new SubmitReplies { State = State, Version = TellsVersion ? Version : 0, Replies = [.. batch.Calls.Select(static _ => new SubmitReply { Result = 1 })] });

        public async ValueTask<ReadReplies> ReadAsync(ReadCalls batch)
        {
            Interlocked.Increment(ref reads);
            if (Delay > TimeSpan.Zero)
            {
                await Task.Delay(Delay, TimeProvider.System);
            }

            var reply = Wire.Write(new BoardHead(Version, [new HeadRow(new Entry(new PlayerId(1), new Score(1), 1), null)]), Version, batch.Calls[0].Mark);
            SentLines.Add(reply.Lines is not null);
            return new() { State = State, Replies = State == BoardState.Served ? [reply] : [] };
        }

        public ValueTask<ChangeReply> ChangeAsync(ChangeCall change) => new(new ChangeReply { State = State });
    }
}

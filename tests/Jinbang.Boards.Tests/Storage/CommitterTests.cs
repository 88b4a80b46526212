using System.Collections.Concurrent;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;

namespace Jinbang.Boards.Tests.Storage;

public sealed class CommitterTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public async Task Concurrent_callers_get_outcomes_of_one_order_and_the_best_score_stands(int failingPercent)
    {
        const int callers = 8, calls = 300, players = 25;
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        await using var running = await RunningBoards.StartAsync(new LocalBoardsOptions { MostPerCommit = 5 });
        FailSometimes(running.Store, failingPercent, seed);
        var outcomes = new ConcurrentBag<(int Player, long Score, Told Outcome)>();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(seed + caller);
            var seen = new long[players];
            for (var call = 0; call < calls; call++)
            {
                var player = random.Next(players);
                var score = random.NextInt64(1, 100_000) * (call + 1);
                var outcome = await running.SubmitAsync($"o-{player}", score);
                outcomes.Add((player, score, outcome));
                if (outcome.Result != SubmitResult.Unavailable)
                {
                    Assert.True(outcome.Score.Value >= Math.Max(seen[player], score), "A reply shows less than an earlier one.");
                    Assert.InRange(outcome.Rank.Place, 1, players);
                    seen[player] = outcome.Score.Value;
                }
            }
        })));

        running.Store.BeforeCommit = static _ => Task.CompletedTask;
        running.Store.BeforeRegister = static () => Task.CompletedTask;
        Assert.Equal(failingPercent > 0, outcomes.Any(static one => one.Outcome.Result == SubmitResult.Unavailable));
        for (var turn = 0; turn < 2; turn++)
        {
            foreach (var ofPlayer in outcomes.GroupBy(static one => one.Player))
            {
                var stored = ofPlayer.Where(static one => one.Outcome.Result is SubmitResult.First or SubmitResult.Improved)
                    .OrderBy(static one => one.Score).ToArray();
                Assert.Equal(SubmitResult.First, stored[0].Outcome.Result);
                Assert.All(stored.Skip(1), static one => Assert.Equal(SubmitResult.Improved, one.Outcome.Result));
                Assert.All(stored, static one => Assert.Equal(one.Score, one.Outcome.Score.Value));
                Assert.Equal(stored.Select(static one => one.Score).Order().Distinct(), stored.Select(static one => one.Score));
                Assert.Equal(ofPlayer.Where(static one => one.Outcome.Result != SubmitResult.Unavailable).Max(static one => one.Score), stored[^1].Score);
                Assert.Equal(stored[^1].Score, (await running.FindAsync($"o-{ofPlayer.Key}"))!.Value.Entry.Score.Value);
            }

            await running.RestartAsync();
        }
    }

    [Fact]
    public async Task What_waits_becomes_one_commit()
    {
        await using var running = await RunningBoards.StartAsync();
        var commits = Held(running, out var gate);
        var first = running.SubmitAsync("o-first", 1);
        await gate.Reached;
        var waiting = Enumerable.Range(0, 30).Select(i => running.SubmitAsync($"o-{i}", i)).ToArray();
        var profile = running.ChangeAsync("o-7", "云");
        gate.Open();
        Assert.Equal(SubmitResult.First, (await first).Result);
        Assert.All(await Task.WhenAll(waiting), static outcome => Assert.Equal(SubmitResult.First, outcome.Result));
        Assert.Equal(ProfileOutcome.Added, await profile);
        Assert.Equal([1, 31], commits);
    }

    [Fact]
    public async Task A_commit_takes_no_more_than_it_may()
    {
        await using var running = await RunningBoards.StartAsync(new LocalBoardsOptions { MostPerCommit = 10 });
        var commits = Held(running, out var gate);
        var first = running.SubmitAsync("o-first", 1);
        await gate.Reached;
        var waiting = Enumerable.Range(0, 25).Select(i => running.SubmitAsync($"o-{i}", i)).ToArray();
        gate.Open();
        await Task.WhenAll([first, .. waiting]);
        Assert.Equal([1, 10, 10, 5], commits);
        Assert.Equal(Enumerable.Range(2, 25), waiting.Select(static done => done.Result.Player.Number));
    }

    [Fact]
    public async Task Submissions_of_one_player_in_one_commit_are_judged_in_order()
    {
        await using var running = await RunningBoards.StartAsync();
        var commits = Held(running, out var gate);
        var first = running.SubmitAsync("o-first", 1);
        await gate.Reached;
        var outcomes = ((long[])[5, 9, 7, 9, 12]).Select(score => running.SubmitAsync("o-a", score)).ToArray();
        gate.Open();
        Assert.Equal(
            [(SubmitResult.First, 5L), (SubmitResult.Improved, 9L), (SubmitResult.NotBetter, 9L), (SubmitResult.NotBetter, 9L), (SubmitResult.Improved, 12L)],
            (await Task.WhenAll(outcomes)).Select(static outcome => (outcome.Result, outcome.Score.Value)));
        Assert.Equal([1, 3], commits);
        await first;
    }

    [Fact]
    public async Task What_changes_nothing_is_not_committed()
    {
        await using var running = await RunningBoards.StartAsync();
        await running.SubmitAsync("o-a", 5);
        running.Store.BeforeCommit = static _ => throw new StoreUnavailableException("must not be called");
        Assert.Equal(SubmitResult.NotBetter, (await running.SubmitAsync("o-a", 5)).Result);
        Assert.Equal(SubmitResult.NotBetter, (await running.PostAsync("o-a", 4)).Result);
    }

    [Fact]
    public async Task A_commit_that_fails_changes_nothing_and_the_next_one_works()
    {
        await using var running = await RunningBoards.StartAsync();
        var troubles = new ConcurrentQueue<string>();
        running.Boards.StoreTroubled += trouble => troubles.Enqueue(trouble.Message);
        await running.SubmitAsync("o-a", 5);
        await running.ChangeAsync("o-a", "云");
        var head = await running.HeadAsync();
        running.Store.BeforeCommit = static _ => throw new StoreUnavailableException("the disk is full");
        Assert.Equal(default, await running.SubmitAsync("o-a", 50));
        Assert.Equal(default, await running.SubmitAsync("o-new", 70));
        Assert.Equal(ProfileOutcome.Unavailable, await running.ChangeAsync("o-a", "鹤"));
        Assert.Same(head, await running.HeadAsync());
        Assert.Equal(5, (await running.FindAsync("o-a"))!.Value.Entry.Score.Value);
        Assert.Null(await running.FindAsync("o-new"));
        Assert.Equal(["the disk is full", "the disk is full", "the disk is full"], troubles);

        running.Store.BeforeCommit = static _ => Task.CompletedTask;
        Assert.Equal(SubmitResult.First, (await running.SubmitAsync("o-new", 60)).Result);
        Assert.Equal(SubmitResult.Improved, (await running.SubmitAsync("o-a", 40)).Result);
        await running.RestartAsync();
        Assert.Equal(["60 -", "40 云"], await running.LinesAsync());
    }

    [Fact]
    public async Task A_registration_that_fails_answers_everyone_of_its_turn_and_the_next_one_works()
    {
        await using var running = await RunningBoards.StartAsync();
        await running.SubmitAsync("o-known", 5);
        running.Store.BeforeRegister = static () => throw new StoreUnavailableException("the disk is full");
        Assert.Equal(default, await running.SubmitAsync("o-new", 5));
        Assert.Equal(SubmitResult.Improved, (await running.SubmitAsync("o-known", 6)).Result);
        running.Store.BeforeRegister = static () => Task.CompletedTask;
        Assert.Equal(2, (await running.SubmitAsync("o-new", 5)).Player.Number);
    }

    [Fact]
    public async Task Tidying_that_fails_is_told_and_hinders_nobody()
    {
        await using var running = await RunningBoards.StartAsync();
        var troubled = new TaskCompletionSource();
        running.Boards.StoreTroubled += _ => troubled.TrySetResult();
        running.Store.BeforeMaintain = static () => throw new StoreUnavailableException("not now");
        Assert.Equal(SubmitResult.First, (await running.SubmitAsync("o-a", 5)).Result);
        await troubled.Task;
        Assert.Equal(SubmitResult.Improved, (await running.SubmitAsync("o-a", 6)).Result);
        Assert.False(running.Boards.Ended.IsCompleted);
    }

    [Fact]
    public async Task A_broken_store_ends_the_committer_and_everyone_is_answered()
    {
        await using var running = await RunningBoards.StartAsync();
        await running.SubmitAsync("o-a", 5);
        var gate = new Gate();
        running.Store.BeforeCommit = async _ =>
        {
            await gate.PassAsync();
            throw new StoreBrokenException("the sync failed");
        };
        var first = running.SubmitAsync("o-a", 6);
        await gate.Reached;
        var waiting = Enumerable.Range(0, 40).Select(i => running.SubmitAsync($"o-{i}", i)).ToArray();
        var profile = running.ChangeAsync("o-a", "云");
        gate.Open();
        Assert.All(await Task.WhenAll([first, .. waiting]), static outcome => Assert.Equal(default, outcome));
        Assert.Equal(ProfileOutcome.Unavailable, await profile);
        Assert.Equal("the sync failed", (await Assert.ThrowsAsync<StoreBrokenException>(() => running.Boards.Ended)).Message);
        Assert.Equal(default, await running.SubmitAsync("o-a", 7));
        Assert.Equal(5, (await running.FindAsync("o-a"))!.Value.Entry.Score.Value);
        await running.Boards.StopAsync();
    }

    [Fact]
    public async Task A_store_that_breaks_while_tidying_ends_the_committer_too()
    {
        await using var running = await RunningBoards.StartAsync();
        running.Store.BeforeMaintain = static () => throw new StoreBrokenException("the sync failed");
        Assert.Equal(SubmitResult.First, (await running.SubmitAsync("o-a", 5)).Result);
        await Assert.ThrowsAsync<StoreBrokenException>(() => running.Boards.Ended);
        Assert.Equal(default, await running.SubmitAsync("o-a", 6));
    }

    [Fact]
    public async Task A_fault_nobody_foresaw_ends_the_committer_and_answers_everyone()
    {
        await using var running = await RunningBoards.StartAsync();
        running.Store.BeforeCommit = static _ => throw new InvalidTimeZoneException("unforeseen");
        Assert.Equal(default, await running.SubmitAsync("o-a", 5));
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => running.Boards.Ended);
    }

    [Fact]
    public async Task Stopping_commits_and_answers_what_waits_and_takes_no_more()
    {
        await using var running = await RunningBoards.StartAsync(new LocalBoardsOptions { MostPerCommit = 7 });
        var gate = new Gate();
        running.Store.BeforeCommit = _ => gate.PassAsync();
        var first = running.SubmitAsync("o-first", 1);
        await gate.Reached;
        var waiting = Enumerable.Range(0, 50).Select(i => running.SubmitAsync($"o-{i}", i)).ToArray();
        var stopping = running.Boards.StopAsync();
        Assert.Equal(default, await running.SubmitAsync("o-late", 1));
        Assert.False(stopping.IsCompleted);
        gate.Open();
        await stopping;
        Assert.All(await Task.WhenAll([first, .. waiting]), static outcome => Assert.Equal(SubmitResult.First, outcome.Result));
        Assert.True(running.Boards.Ended.IsCompletedSuccessfully);
        await running.Boards.StopAsync();
        await running.RestartAsync();
        Assert.Equal(51, (await running.HeadAsync()).Rows.Count);
    }

    [Fact]
    public async Task A_refused_score_answers_its_caller_alone_and_the_others_are_decided_without_it()
    {
        await using var running = await RunningBoards.StartAsync();
        running.Execute("CREATE TRIGGER refuse BEFORE INSERT ON log WHEN NEW.score = 404 BEGIN SELECT RAISE(ABORT, 'refused by the test'); END");
        Held(running, out var gate);
        var first = running.SubmitAsync("o-first", 1);
        await gate.Reached;
        var refused = running.SubmitAsync("o-a", 404);
        var below = running.SubmitAsync("o-a", 300);
        var above = running.SubmitAsync("o-a", 500);
        var other = running.SubmitAsync("o-b", 405);
        gate.Open();
        Assert.Equal(SubmitResult.First, (await first).Result);
        Assert.Equal(default, await refused);
        Assert.Equal((SubmitResult.First, 300L), ((await below).Result, (await below).Score.Value));
        Assert.Equal((SubmitResult.Improved, 500L), ((await above).Result, (await above).Score.Value));
        Assert.Equal(SubmitResult.First, (await other).Result);
        Assert.Equal(["500 -", "405 -", "1 -"], await running.LinesAsync());
        Assert.Equal(default, await running.SubmitAsync("o-c", 404));
        Assert.Null(await running.FindAsync("o-c"));
        await running.RestartAsync();
        Assert.Equal(["500 -", "405 -", "1 -"], await running.LinesAsync());
    }

    [Fact]
    public async Task A_refused_player_or_profile_answers_its_caller_alone()
    {
        await using var running = await RunningBoards.StartAsync();
        running.Execute("""
            CREATE TRIGGER refuse_player BEFORE INSERT ON player WHEN NEW.external_id = 'refused' BEGIN SELECT RAISE(ABORT, 'refused by the test'); END;
            CREATE TRIGGER refuse_profile BEFORE INSERT ON profile WHEN NEW.nickname = 'refused' BEGIN SELECT RAISE(ABORT, 'refused by the test'); END
            """);
        Held(running, out var gate);
        var first = running.SubmitAsync("o-first", 1);
        await gate.Reached;
        var score = running.SubmitAsync("refused", 5);
        var profile = running.ChangeAsync("refused", "云");
        var named = running.ChangeAsync("o-b", "refused");
        var good = running.ChangeAsync("o-b", "鹤");
        var other = running.SubmitAsync("o-b", 6);
        gate.Open();
        await first;
        Assert.Equal(default, await score);
        Assert.Equal(ProfileOutcome.Unavailable, await profile);
        Assert.Equal(ProfileOutcome.Unavailable, await named);
        Assert.Equal(ProfileOutcome.Added, await good);
        Assert.Equal(SubmitResult.First, (await other).Result);
        Assert.Equal(["6 鹤", "1 -"], await running.LinesAsync());
    }

    [Fact]
    public async Task A_newcomer_who_comes_several_times_in_one_turn_gets_one_number()
    {
        await using var running = await RunningBoards.StartAsync();
        Held(running, out var gate);
        var first = running.SubmitAsync("o-first", 1);
        await gate.Reached;
        var scores = Enumerable.Range(1, 10).Select(i => running.SubmitAsync("o-a", i)).ToArray();
        var profile = running.ChangeAsync("o-a", "云");
        var other = running.SubmitAsync("o-b", 1);
        gate.Open();
        Assert.All(await Task.WhenAll(scores), static outcome => Assert.Equal(2, outcome.Player.Number));
        Assert.Equal(ProfileOutcome.Added, await profile);
        Assert.Equal(3, (await other).Player.Number);
        await first;
    }

    /// <summary>Holds the first commit at a gate and notes how many rows each commit has.</summary>
    private static ConcurrentQueue<int> Held(RunningBoards running, out Gate gate)
    {
        var commits = new ConcurrentQueue<int>();
        var held = gate = new Gate();
        running.Store.BeforeCommit = rows =>
        {
            commits.Enqueue(rows);
            return held.PassAsync();
        };
        return commits;
    }

    private static void FailSometimes(FaultyStore store, int percent, int seed)
    {
        var random = new Random(seed);
        Task MayFail() => random.Next(100) < percent ? throw new StoreUnavailableException("not now") : Task.CompletedTask;
        store.BeforeCommit = _ => MayFail();
        store.BeforeRegister = MayFail;
    }
}

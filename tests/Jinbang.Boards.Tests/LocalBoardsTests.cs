using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Tests.Storage;
using Jinbang.Ranking;

namespace Jinbang.Boards.Tests;

public sealed class LocalBoardsTests
{
    private static readonly BoardDefinition Times = new() { Name = "main", Columns = [new ColumnDefinition { Order = ScoreOrder.LowerIsBetter }] };

    [Fact]
    public async Task Before_it_is_loaded_nothing_is_taken_and_nothing_may_be_read()
    {
        await using var running = RunningBoards.Unloaded();
        Assert.False(running.Boards.IsReady);
        Assert.Equal(default, await running.SubmitAsync("o-a", 5));
        Assert.Equal(ProfileOutcome.Unavailable, await running.ChangeAsync("o-a", "云"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => running.FindAsync("o-a"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => running.HeadAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => running.Boards.Ended);
        await running.Boards.LoadAsync();
        Assert.True(running.Boards.IsReady);
        Assert.Equal(SubmitResult.First, (await running.SubmitAsync("o-a", 5)).Result);
    }

    [Fact]
    public async Task A_load_that_fails_is_told_and_leaves_the_boards_closed()
    {
        await using var running = RunningBoards.Unloaded();
        running.Store.BeforeLoad = static () => throw new StoreUnavailableException("not now");
        await Assert.ThrowsAsync<StoreUnavailableException>(running.Boards.LoadAsync);
        Assert.False(running.Boards.IsReady);
    }

    [Fact]
    public async Task Stopped_before_it_is_loaded_it_never_becomes_ready()
    {
        await using var running = RunningBoards.Unloaded();
        await running.Boards.StopAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(running.Boards.LoadAsync);
        Assert.False(running.Boards.IsReady);
    }

    [Fact]
    public async Task Stopped_while_it_loads_it_never_becomes_ready()
    {
        await using var running = RunningBoards.Unloaded();
        var gate = new Gate();
        running.Store.BeforeLoad = gate.PassAsync;
        var loading = running.Boards.LoadAsync();
        await gate.Reached;
        await running.Boards.StopAsync();
        gate.Open();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loading);
        Assert.False(running.Boards.IsReady);
    }

    [Fact]
    public async Task A_submission_is_answered_with_the_place_it_reached()
    {
        await using var running = await RunningBoards.StartAsync();
        Assert.Equal((SubmitResult.First, 1, 50L), Short(await running.SubmitAsync("o-a", 50)));
        Assert.Equal((SubmitResult.First, 2, 40L), Short(await running.SubmitAsync("o-b", 40)));
        Assert.Equal((SubmitResult.Improved, 1, 60L), Short(await running.SubmitAsync("o-b", 60)));
        Assert.Equal((SubmitResult.NotBetter, 2, 50L), Short(await running.SubmitAsync("o-a", 10)));
        Assert.Equal((2, 50L), Short(await running.FindAsync("o-a")));
        Assert.Equal((1, 60L), Short(await running.FindAsync("o-b")));
        Assert.Null(await running.FindAsync("o-c"));
    }

    [Fact]
    public async Task Where_lower_is_better_the_lowest_stands_first()
    {
        await using var running = await RunningBoards.StartAsync(null, Times);
        Assert.Equal((SubmitResult.First, 1, 50L), Short(await running.SubmitAsync("o-a", 50)));
        Assert.Equal((SubmitResult.First, 2, 60L), Short(await running.SubmitAsync("o-b", 60)));
        Assert.Equal((SubmitResult.NotBetter, 1, 50L), Short(await running.SubmitAsync("o-a", 70)));
        Assert.Equal((SubmitResult.Improved, 1, 40L), Short(await running.SubmitAsync("o-b", 40)));
        Assert.Equal(["40 -", "50 -"], await running.LinesAsync());
    }

    [Theory]
    [InlineData(ScoreOrder.HigherIsBetter)]
    [InlineData(ScoreOrder.LowerIsBetter)]
    public async Task An_equal_score_is_not_better_and_the_earlier_player_stays_before(ScoreOrder order)
    {
        await using var running = await RunningBoards.StartAsync(null, Times with { Columns = [new ColumnDefinition { Order = order }] });
        await running.SubmitAsync("o-a", 50);
        var second = await running.SubmitAsync("o-b", 50);
        Assert.Equal((SubmitResult.First, 2, 50L), Short(second));
        Assert.Equal((SubmitResult.NotBetter, 1, 50L), Short(await running.SubmitAsync("o-a", 50)));
        Assert.Equal((2, 50L), Short(await running.FindAsync("o-b")));
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public async Task The_extreme_scores_are_scores(long score)
    {
        await using var running = await RunningBoards.StartAsync();
        Assert.Equal((SubmitResult.First, 1, score), Short(await running.SubmitAsync("o-a", score)));
        await running.RestartAsync();
        Assert.Equal((1, score), Short(await running.FindAsync("o-a")));
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(20, true)]
    [InlineData(21, false)]
    [InlineData(long.MinValue, false)]
    [InlineData(long.MaxValue, false)]
    public async Task Bounds_are_inclusive_and_outside_nothing_is_stored(long score, bool accepted)
    {
        await using var running = await RunningBoards.StartAsync(null, new BoardDefinition { Name = "main", Columns = [new ColumnDefinition { Lowest = 10, Highest = 20 }] });
        var outcome = await running.SubmitAsync("o-a", score);
        Assert.Equal(accepted ? SubmitResult.First : SubmitResult.OutOfBounds, outcome.Result);
        Assert.Equal(accepted, outcome.Rank.IsRanked);
        Assert.Equal(outcome.Result, (await running.PostAsync("o-b", score)).Result);
        Assert.Equal(accepted ? 2 : 0, (await running.HeadAsync()).Rows.Count);
        Assert.Equal(accepted, await running.FindAsync("o-a") is not null);
    }

    [Fact]
    public async Task Boards_of_a_game_share_its_players_and_nothing_else()
    {
        await using var running = await RunningBoards.StartAsync(null, new BoardDefinition { Name = "main" }, Times with { Name = "times" });
        await running.ChangeAsync("o-a", "云");
        await running.SubmitAsync("o-a", 50);
        Assert.Null(await running.FindAsync("o-a", "times"));
        await running.SubmitAsync("o-a", 7, "times");
        Assert.Equal(["50 云"], await running.LinesAsync());
        Assert.Equal(["7 云"], await running.LinesAsync("times"));
    }

    [Fact]
    public async Task Games_share_nothing()
    {
        var lantern = new GameDefinition { Id = GameId.Parse("lantern-run"), Boards = [new BoardDefinition { Name = "main" }] };
        var market = new GameDefinition { Id = RunningBoards.Game, Boards = [new BoardDefinition { Name = "main" }] };
        await using var running = await RunningBoards.StartGamesAsync(lantern, market);
        await running.SubmitAsync("o-b", 1);
        await running.SubmitAsync("o-a", 50);
        await running.ChangeAsync("o-a", "云");
        Assert.Equal(SubmitResult.First, (await running.Boards.SubmitAsync(BoardId.Classic(lantern.Id), "o-a"u8, new Score(3))).Result);
        Assert.Equal(["3 -"], (await running.Boards.HeadAsync(BoardId.Classic(lantern.Id), CancellationToken.None)).Rows.Select(RunningBoards.Line));
        await running.RestartAsync();
        Assert.Equal(["50 云", "1 -"], await running.LinesAsync());
        Assert.Null(await running.FindAsync(BoardId.Classic(lantern.Id), "o-b"));
    }

    [Fact]
    public async Task A_board_or_game_that_does_not_exist_is_a_mistake_of_the_caller()
    {
        await using var running = await RunningBoards.StartAsync();
        await Assert.ThrowsAsync<KeyNotFoundException>(() => running.SubmitAsync("o-a", 5, "nowhere"));
        await Assert.ThrowsAsync<KeyNotFoundException>(() => running.FindAsync("o-a", "nowhere"));
        await Assert.ThrowsAsync<KeyNotFoundException>(() => running.HeadAsync("nowhere"));
        await Assert.ThrowsAsync<KeyNotFoundException>(async () => await running.Boards.ChangeProfileAsync(GameId.Parse("nothing"), "o-a"u8, new ProfileChange()));
    }

    [Fact]
    public async Task A_profile_is_added_once_and_changed_ever_after()
    {
        await using var running = await RunningBoards.StartAsync();
        Assert.Equal(ProfileOutcome.Added, await running.ChangeAsync("o-a", "云"));
        Assert.Equal(ProfileOutcome.Changed, await running.ChangeAsync("o-a", "鹤"));
        Assert.Equal(ProfileOutcome.Changed, await running.ChangeAsync("o-a", "鹤"));
        Assert.Equal(ProfileOutcome.Changed, await running.ChangeAsync("o-a"));
        await running.RestartAsync();
        Assert.Equal(ProfileOutcome.Changed, await running.ChangeAsync("o-a", city: "城"));
        Assert.Null(await running.FindAsync("o-a"));
        await running.SubmitAsync("o-a", 5);
        Assert.Equal(["5 鹤"], await running.LinesAsync());
    }

    [Fact]
    public async Task A_restart_keeps_every_standing_and_the_order_of_ties()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var running = await RunningBoards.StartAsync();
        for (var turn = 0; turn < 4; turn++)
        {
            await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => running.SubmitAsync($"o-{random.Next(150)}", random.Next(8))));
            await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => running.ChangeAsync($"o-{random.Next(150)}", $"名{random.Next(1_000)}")));
            var head = await running.HeadAsync();
            var standings = await Task.WhenAll(Enumerable.Range(0, 150).Select(player => running.FindAsync($"o-{player}")));
            await running.RestartAsync();
            Assert.Equal(standings, await Task.WhenAll(Enumerable.Range(0, 150).Select(player => running.FindAsync($"o-{player}"))));
            var again = await running.HeadAsync();
            Assert.Equal(head.Rows.Select(static row => (row.Entry, RunningBoards.Line(row))), again.Rows.Select(static row => (row.Entry, RunningBoards.Line(row))));
            Assert.True(again.Version >= head.Version);
        }
    }

    [Fact]
    public async Task When_too_much_waits_callers_are_told_at_once_and_later_ones_are_taken_again()
    {
        await using var running = await RunningBoards.StartAsync(new LocalBoardsOptions { MostWaiting = 4 });
        var gate = new Gate();
        running.Store.BeforeRegister = gate.PassAsync;
        var first = running.SubmitAsync("o-first", 1);
        await gate.Reached;
        var waiting = Enumerable.Range(0, 4).Select(i => running.SubmitAsync($"o-{i}", i)).ToArray();
        var refused = running.SubmitAsync("o-late", 9);
        Assert.True(refused.IsCompleted);
        Assert.Equal(default, await refused);
        var refusedProfile = running.ChangeAsync("o-late", "云");
        Assert.True(refusedProfile.IsCompleted);
        Assert.Equal(ProfileOutcome.Unavailable, await refusedProfile);
        gate.Open();
        Assert.Equal(SubmitResult.First, (await first).Result);
        Assert.All(await Task.WhenAll(waiting), static outcome => Assert.Equal(SubmitResult.First, outcome.Result));
        Assert.Null(await running.FindAsync("o-late"));
        Assert.Equal(SubmitResult.First, (await running.SubmitAsync("o-late", 9)).Result);
    }

    [Fact]
    public async Task Reading_and_what_cannot_count_wait_for_no_commit()
    {
        await using var running = await RunningBoards.StartAsync();
        await running.SubmitAsync("o-a", 50);
        var gate = new Gate();
        running.Store.BeforeCommit = _ => gate.PassAsync();
        var improving = running.SubmitAsync("o-a", 60);
        await gate.Reached;
        Assert.Equal((1, 50L), Short(await running.FindAsync("o-a")));
        Assert.Equal(["50 -"], await running.LinesAsync());
        Assert.Equal(SubmitResult.NotBetter, (await running.PostAsync("o-a", 40)).Result);
        var judgedLater = running.SubmitAsync("o-a", 55);
        Assert.False(judgedLater.IsCompleted);
        gate.Open();
        Assert.Equal((SubmitResult.Improved, 1, 60L), Short(await improving));
        Assert.Equal((SubmitResult.NotBetter, 1, 60L), Short(await judgedLater));
    }

    private static (SubmitResult Result, int Place, long Score) Short(Told told) => (told.Result, told.Rank.Place, told.Score.Value);

    private static (int Place, long Score) Short(Standing? standing) => (standing!.Value.Rank.Place, standing.Value.Entry.Score.Value);
}

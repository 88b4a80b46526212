using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Rankings;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Cluster.Placement;
using Jinbang.Ranking;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Jinbang.Cluster.Silos.Tests;

public sealed class ClusterBoardsTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly WindowName AllTime = new("all_time");

    [Fact]
    public async Task A_board_that_nobody_asks_for_is_served_by_one_server()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        await cluster.FindAsync(TestCluster.Main);
        Assert.Single(cluster.Servers, static server => server.Home.IsServing(TestCluster.Main));
    }

    [Fact]
    public async Task Both_servers_take_submissions_and_show_them_at_once()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (owner, other) = await cluster.FindAsync(TestCluster.Main);
        Assert.Equal(SubmitResult.First, (await TestCluster.PostAsync(owner, "a", 10)).Result);
        Assert.Equal(SubmitResult.First, (await TestCluster.PostAsync(other, "b", 20)).Result);
        Assert.Equal(SubmitResult.NotBetter, (await TestCluster.PostAsync(other, "b", 5)).Result);
        Assert.Equal([20L, 10L], (await other.Boards.HeadAsync(TestCluster.Main, None)).Rows.Select(static row => row.Entry.Score.Value));
        Assert.Equal(new Score(10), await other.Boards.ScoreAsync(TestCluster.Main, "a"u8));
        Assert.Null(await other.Boards.ScoreAsync(TestCluster.Main, "c"u8));
    }

    [Fact]
    public async Task A_server_tells_of_another_ones_board_what_its_owner_tells()
    {
        var board = new BoardDefinition { Name = BoardDefinition.ClassicName, MetadataBytes = 100, Ledger = true };
        await using var cluster = await TestCluster.StartAsync(2, null, board);
        var (owner, other) = await cluster.FindAsync(TestCluster.Main);
        for (var i = 1; i <= 20; i++)
        {
            var request = new SubmissionRequest { ExternalId = TestCluster.Id($"p{i}"), Scores = new ScoreColumns(i), Metadata = "{\"car\":1}"u8.ToArray(), Key = $"k{i}" };
            var outcome = await other.Boards.SubmitAsync(TestCluster.Main, request);
            Assert.Equal(1, outcome.Receipt!.Windows[0].Rank.Place);
            Assert.Equal(i, outcome.Receipt.Windows[0].Count);
            Assert.True((await other.Boards.SubmitAsync(TestCluster.Main, request)).Receipt!.IsRepetition);
        }

        Assert.True(other.Home.TryFindPlayer(TestCluster.Game, "p7"u8, out var player));
        await owner.Boards.ChangeProfileAsync(TestCluster.Game, player, new ProfileChange { Nickname = "seven"u8.ToArray() });
        StandingsQuery[] queries =
        [
            new StandingsQuery.From(3, 5), new StandingsQuery.After(new ScoreColumns(9), 9, 4), new StandingsQuery.Around(player, 5),
            new StandingsQuery.Between(new ScoreColumns(15), new ScoreColumns(5), 2, 6), new StandingsQuery.Of([player, new PlayerId(3)]),
        ];
        foreach (var query in queries)
        {
            var there = await owner.Boards.ReadAsync(TestCluster.Main, AllTime, query, None);
            var here = await other.Boards.ReadAsync(TestCluster.Main, AllTime, query, None);
            Assert.NotEmpty(there!.Lines);
            Assert.Equal(there.Window, here!.Window);
            Assert.Equal(there.Version, here.Version);
            Assert.Equal(there.Lines.Select(Describe), here.Lines.Select(Describe));
        }

        var question = new Question { Player = player, Scores = new ScoreColumns(11), Rank = 2, Percentile = 50 };
        Assert.Equal(await owner.Boards.AskAsync(TestCluster.Main, AllTime, question, None), await other.Boards.AskAsync(TestCluster.Main, AllTime, question, None));
        Assert.Null(await other.Boards.AskAsync(TestCluster.Main, new WindowName("never"), question, None));
        Assert.Equal(
            (await owner.Boards.ReadWindowsAsync(TestCluster.Main, null, 0, 10, None)).Windows, (await other.Boards.ReadWindowsAsync(TestCluster.Main, null, 0, 10, None)).Windows);
        var history = await other.Boards.ReadHistoryAsync(TestCluster.Main, player, long.MaxValue, 10, None);
        Assert.Equal([AllTime], Assert.Single(history).Windows);
        Assert.Equal("k7", history[0].Submission.Key);
        var export = await other.Boards.ExportAsync(TestCluster.Game, player, None);
        Assert.Equal(new ScoreColumns(7), Assert.Single(export!.Entries).Standing.Entry.Scores);
    }

    [Fact]
    public async Task Changes_of_games_and_boards_are_known_everywhere_when_they_return()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (owner, other) = await cluster.FindAsync(TestCluster.Main);
        var (one, two) = (owner.Boards, other.Boards);
        var game = GameId.Parse("harbour");
        Assert.Equal(CatalogOutcome.Added, await two.PutGameAsync(new GameDefinition { Id = game }));
        Assert.NotNull(one.FindGame(game));
        Assert.Equal(CatalogOutcome.Added, await one.PutBoardAsync(game, new BoardDefinition { Name = "speed" }, false));
        var board = new BoardId(game, "speed");
        Assert.NotNull(two.FindBoard(board));
        Assert.Equal(SubmitResult.First, (await two.SubmitAsync(board, "a"u8, new Score(1))).Result);
        foreach (var server in new[] { one, two })
        {
            Assert.Equal(CatalogOutcome.Changed, await server.PutBoardAsync(game, new BoardDefinition { Name = "speed", Title = $"Speed {server.GetHashCode()}" }, false));
            Assert.Equal(one.FindBoard(board)!.Title, two.FindBoard(board)!.Title);
        }

        Assert.True(await one.PutRecordsAsync([new RecordRow("key", "1", "{}")]));
        Assert.Single(await two.ReadRecordsAsync("key", None));
        Assert.Equal(CatalogOutcome.Removed, await two.CloseWindowAsync(board, AllTime));
        Assert.Equal(CatalogOutcome.Removed, await two.DeleteGameAsync(game));
        Assert.Null(one.FindGame(game));
        await Assert.ThrowsAsync<KeyNotFoundException>(async () => await one.HeadAsync(board, None));
    }

    [Fact]
    public async Task A_changed_profile_shows_in_heads_everywhere()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (owner, other) = await cluster.FindAsync(TestCluster.Main);
        await TestCluster.PostAsync(owner, "a", 10);
        Assert.Null((await owner.Boards.HeadAsync(TestCluster.Main, None)).Rows[0].Profile);
        await other.Boards.ChangeProfileAsync(TestCluster.Game, "a"u8, new ProfileChange { Nickname = "Anna"u8.ToArray() });
        foreach (var server in cluster.Servers)
        {
            await Eventually.HoldsAsync(async () => (await server.Boards.HeadAsync(TestCluster.Main, None)).Rows[0].Profile?.Nickname is not null, "the head shows the name");
        }
    }

    [Fact]
    public async Task A_deleted_player_is_gone_on_every_server()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (owner, other) = await cluster.FindAsync(TestCluster.Main);
        var outcome = await TestCluster.SubmitAsync(other, "a", 10);
        Assert.True(await other.Boards.DeletePlayerAsync(TestCluster.Game, outcome.Receipt!.Player));
        Assert.False(owner.Boards.HasPlayer(TestCluster.Game, outcome.Receipt.Player));
        Assert.Empty((await owner.Boards.HeadAsync(TestCluster.Main, None)).Rows);
        await Eventually.HoldsAsync(async () => (await other.Boards.HeadAsync(TestCluster.Main, None)).Rows.Count == 0, "the head is empty");
    }

    [Fact]
    public async Task A_server_that_leaves_hands_its_boards_over_and_still_answers()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (owner, other) = await cluster.FindAsync(TestCluster.Main);
        await TestCluster.PostAsync(other, "a", 10);
        await owner.Boards.LeaveAsync();
        Assert.True(other.Home.IsServing(TestCluster.Main));
        Assert.False(owner.Home.IsServing(TestCluster.Main));
        Assert.Equal(new Score(10), await owner.Boards.ScoreAsync(TestCluster.Main, "a"u8));
        Assert.Equal(SubmitResult.Improved, (await TestCluster.PostAsync(owner, "a", 11)).Result);
        Assert.Equal(new Score(11), await other.Boards.ScoreAsync(TestCluster.Main, "a"u8));
    }

    [Fact]
    public async Task Boards_of_a_server_that_is_cut_off_from_the_store_are_taken_over()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        var (owner, other) = await cluster.FindAsync(TestCluster.Main);
        await TestCluster.PostAsync(other, "a", 10);
        owner.Store.IsCutOff = true;
        await Eventually.HoldsAsync(
            () => cluster.Servers.Any(server => server != owner && server.Home.IsServing(TestCluster.Main)), "another server has the board");
        Assert.False(owner.Home.IsServing(TestCluster.Main));
        Assert.Equal(SubmitResult.Improved, (await TestCluster.PostAsync(other, "a", 12)).Result);
        owner.Store.IsCutOff = false;
    }

    [Fact]
    public async Task One_server_at_a_time_tells_of_events_and_hears_of_those_of_others()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        await Eventually.HoldsAsync(() => cluster.Servers.Count(static server => server.Boards.TellsEvents) == 1, "one server tells of events");
        var teller = cluster.Servers.Single(static server => server.Boards.TellsEvents);
        var heard = new TaskCompletionSource();
        teller.Boards.EventsAdded += () => heard.TrySetResult();
        foreach (var server in cluster.Servers)
        {
            server.Boards.WantEvents(TestCluster.Game, new HashSet<string> { "window.closed" });
        }

        await cluster.FindAsync(TestCluster.Main);
        await TestCluster.PostAsync(teller, "a", 1);
        Assert.Equal(CatalogOutcome.Removed, await cluster.Servers.First(server => server != teller).Boards.CloseWindowAsync(TestCluster.Main, AllTime));
        await heard.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Boards_spread_over_the_servers()
    {
        var boards = Enumerable.Range(0, 12).Select(static i => new BoardDefinition { Name = $"b{i}" }).ToArray();
        await using var cluster = await TestCluster.StartAsync(1, null, boards);
        await Eventually.HoldsAsync(() => cluster.Servers[0].Home.Load().Boards == boards.Length, "the first server has all boards");
        await cluster.AddAsync(null, boards);
        await cluster.AddAsync(null, boards);
        await cluster.Servers[0].StopAsync();
        await Eventually.HoldsAsync(() => cluster.Servers.Skip(1).Sum(static server => server.Home.Load().Boards) == boards.Length, "the others have all boards");
        Assert.All(cluster.Servers.Skip(1), static server => Assert.True(server.Home.Load().Boards >= 2));
    }

    [Fact]
    public async Task A_server_that_was_declared_dead_ends_its_process()
    {
        string? reason = null;
        await using var cluster = await TestCluster.StartAsync(1, settings => settings with { OnDeath = why => reason = why });
        cluster.Servers[0].Services.GetRequiredService<IFatalErrorHandler>().OnFatalException(this, null, new InvalidOperationException("declared dead"));
        Assert.Equal("declared dead", reason);
        Assert.Equal(74, ClusterSettings.DeclaredDead);
    }

    [Fact]
    public async Task A_large_board_has_a_follower_that_takes_it_when_its_owner_is_cut_off()
    {
        await using var cluster = await TestCluster.StartAsync(3, static settings => settings with { FollowedFrom = 3 });
        var (owner, other) = await cluster.FindAsync(TestCluster.Main);
        foreach (var player in new[] { "a", "b", "c" })
        {
            await TestCluster.PostAsync(other, player, 10);
        }

        var number = owner.Home.NumberOf(TestCluster.Main);
        TestServer? follower = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                var ownership = (await other.Store.ReadOwnershipsAsync(None)).Single(board => board.Board == number);
                follower = cluster.Servers.FirstOrDefault(server => server.Home.Member == ownership.Follower);
                return follower is not null && follower != owner && follower.Home.Load().Followed == 3;
            },
            "a follower has the board");
        await Eventually.HoldsAsync(
            async () => (await owner.Services.GetRequiredService<ClusterView>().ReadAsync()).Boards[number].Follower == follower!.Home.Member, "its owner knows the follower");
        owner.Store.IsCutOff = true;
        await Eventually.HoldsAsync(() => follower!.Home.IsServing(TestCluster.Main), "the follower has taken the board");
        owner.Store.IsCutOff = false;
    }

    [Fact]
    public async Task Of_many_calls_at_once_none_is_lost()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (owner, other) = await cluster.FindAsync(TestCluster.Main);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 2_000).Select(i => TestCluster.PostAsync(other, $"p{i}", i)));
        Assert.All(outcomes, static outcome => Assert.Equal(SubmitResult.First, outcome.Result));
        var page = await owner.Boards.ReadAsync(TestCluster.Main, AllTime, new StandingsQuery.From(1, 1), None);
        Assert.Equal(2_000, page!.Window.Count);
    }

    private static string Describe(StandingsLine line) =>
        $"{line.Rank} {line.Entry} {line.Player} {(line.Profile?.Nickname is { } name ? System.Text.Encoding.UTF8.GetString(name) : "-")} {(line.Metadata is null ? "-" : System.Text.Encoding.UTF8.GetString(line.Metadata))}";
}

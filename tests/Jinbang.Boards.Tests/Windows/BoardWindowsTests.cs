using System.Text;
using System.Text.Json;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Rankings;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Boards.Tests.Windows;

public sealed class BoardWindowsTests
{
    private static readonly BoardDefinition Campaign = new()
    {
        Name = "campaign",
        Ledger = true,
        MetadataBytes = 256,
        Windows =
        [
            new WindowRule { Name = "all_time", Kind = WindowKind.AllTime },
            new WindowRule { Name = "daily", Kind = WindowKind.Daily, Zone = "Asia/Shanghai", Grace = TimeSpan.FromMinutes(10) },
            new WindowRule { Name = "weekly", Kind = WindowKind.Weekly, Zone = "Asia/Shanghai" },
        ],
    };

    private readonly TwoClocks clocks = new();

    [Fact]
    public async Task One_submission_feeds_every_window_and_its_receipt_tells_each()
    {
        await using var running = await StartAsync(Campaign);
        await SubmitAsync(running, "o-a", 50);
        clocks.Pass(TimeSpan.FromDays(1));
        var outcome = await SubmitAsync(running, "o-b", 40);
        Assert.Equal(["all_time 2 of 2", "daily:2026-11-25 1 of 1", "weekly:2026-11-23 2 of 2"], outcome.Receipt!.Windows.Select(Line));
        var better = await SubmitAsync(running, "o-b", 60);
        Assert.Equal(SubmitResult.Improved, better.Result);
        Assert.Equal(["all_time 1 of 2 from 2", "daily:2026-11-25 1 of 1 from 1", "weekly:2026-11-23 1 of 2 from 2"], better.Receipt!.Windows.Select(Line));
        Assert.True(better.Receipt.Version > outcome.Receipt.Version);
    }

    [Fact]
    public async Task A_day_closes_when_its_grace_is_over_and_stays_readable_for_every_player()
    {
        await using var running = await StartAsync(Campaign);
        await SubmitAsync(running, "o-a", 50);
        await SubmitAsync(running, "o-b", 60);
        PassTo("2026-11-24T16:05:00Z");
        await SubmitAsync(running, "o-a", 10);
        Assert.Equal((WindowState.Open, 2), await StateAsync(running, "daily:2026-11-24"));
        PassTo("2026-11-24T16:10:00Z");
        await ClosedAsync(running, "daily:2026-11-24");
        for (var turn = 0; turn < 2; turn++)
        {
            Assert.Equal(["1 60", "2 50"], await LinesAsync(running, "daily:2026-11-24"));
            Assert.Equal(["1 60", "2 50"], await LinesAsync(running, "daily:previous"));
            Assert.Equal(["1 10"], await LinesAsync(running, "daily"));
            Assert.Equal(["1 60", "2 50"], await LinesAsync(running, "all_time"));
            await running.RestartAsync();
        }
    }

    [Fact]
    public async Task Only_who_names_the_old_day_within_its_grace_reaches_it()
    {
        await using var running = await StartAsync(Campaign);
        await SubmitAsync(running, "o-a", 50);
        PassTo("2026-11-24T16:09:59Z");
        var late = await SubmitAsync(running, "o-a", 70, window: new WindowName("daily", "2026-11-24"));
        Assert.Equal(["all_time", "daily:2026-11-24", "weekly:2026-11-23"], late.Receipt!.Windows.Select(static window => window.Window.ToString()));
        PassTo("2026-11-24T16:10:00Z");
        Assert.Equal(SubmitResult.WindowClosed, (await SubmitAsync(running, "o-a", 80, window: new WindowName("daily", "2026-11-24"))).Result);
        Assert.Equal(SubmitResult.WindowClosed, (await SubmitAsync(running, "o-a", 80, window: new WindowName("hourly"))).Result);
        await ClosedAsync(running, "daily:2026-11-24");
        Assert.Equal(["1 70"], await LinesAsync(running, "daily:2026-11-24"));
    }

    [Fact]
    public async Task Closes_that_were_missed_are_caught_up_in_order_and_told_once()
    {
        await using var running = await StartAsync(Campaign);
        await SubmitAsync(running, "o-a", 50);
        clocks.Pass(TimeSpan.FromDays(1));
        await SubmitAsync(running, "o-a", 51);
        await running.StopAsync();
        clocks.Pass(TimeSpan.FromDays(20));
        for (var turn = 0; turn < 3; turn++)
        {
            await running.RestartAsync();
            await ClosedAsync(running, "weekly:2026-11-23");
            var events = await running.Boards.ReadEventsAsync(RunningBoards.Game, 0, 100, CancellationToken.None);
            Assert.Equal(["daily:2026-11-24", "daily:2026-11-25", "weekly:2026-11-23"], events.Select(static told => Data(told).GetProperty("window").GetString()));
            Assert.Equal(3, events.Select(static told => told.Id).Distinct().Count());
            Assert.All(events, static told => Assert.Equal(BoardEvents.WindowWasClosed, told.Type));
            Assert.Equal("51", Data(events[2]).GetProperty("top")[0].GetProperty("score").GetString());
        }
    }

    [Fact]
    public async Task Fifty_repetitions_at_once_count_once_and_all_get_the_first_answer()
    {
        await using var running = await StartAsync(Campaign with { Keep = KeepRule.Sum });
        for (var turn = 0; turn < 3; turn++)
        {
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => SubmitAsync(running, "o-a", 7, key: "round-1"))));
            var receipts = outcomes.Select(static outcome => outcome.Receipt!).ToArray();
            Assert.Equal(turn == 0 ? 1 : 0, receipts.Count(static receipt => !receipt.IsRepetition));
            Assert.All(outcomes, outcome => Assert.Equal(SubmitResult.First, outcome.Result));
            Assert.All(receipts, receipt => Assert.Equal(["all_time 1 of 1", "daily:2026-11-24 1 of 1", "weekly:2026-11-23 1 of 1"], receipt.Windows.Select(Line)));
            Assert.Single(receipts.Select(static receipt => receipt.At).Distinct());
            Assert.Equal(["1 7"], await LinesAsync(running, "all_time"));
            Assert.Equal(SubmitResult.KeyConflict, (await SubmitAsync(running, "o-a", 8, key: "round-1")).Result);
            Assert.Equal(turn == 0 ? SubmitResult.First : SubmitResult.First, (await SubmitAsync(running, $"o-{turn}", 1, key: "round-1")).Result);
            await running.RestartAsync();
            await running.Boards.DeletePlayerAsync(RunningBoards.Game, Number(running, $"o-{turn}"));
        }
    }

    [Fact]
    public async Task A_sum_that_would_overflow_is_refused_in_all_windows()
    {
        await using var running = await StartAsync(Campaign with { Keep = KeepRule.Sum });
        await SubmitAsync(running, "o-a", long.MaxValue);
        clocks.Pass(TimeSpan.FromDays(1));
        var outcome = await SubmitAsync(running, "o-a", 1);
        Assert.Equal(SubmitResult.Overflow, outcome.Result);
        Assert.Empty(outcome.Receipt!.Windows);
        Assert.Empty(await LinesAsync(running, "daily"));
        var history = await running.Boards.ReadHistoryAsync(Board, Number(running, "o-a"), long.MaxValue, 10, CancellationToken.None);
        Assert.Equal([SubmitResult.Overflow, SubmitResult.First], history.Select(static line => line.Submission.Result));
    }

    [Fact]
    public async Task A_deleted_player_leaves_an_anonymous_line_in_what_is_closed_and_comes_back_as_someone_else()
    {
        await using var running = await StartAsync(Campaign);
        await running.ChangeAsync("o-a", "云");
        await SubmitAsync(running, "o-a", 50);
        await SubmitAsync(running, "o-b", 40);
        PassTo("2026-11-24T16:10:00Z");
        await ClosedAsync(running, "daily:2026-11-24");
        var number = Number(running, "o-a");
        var id = running.Boards.PublicIdOf(RunningBoards.Game, number);
        Assert.True(await running.Boards.DeletePlayerAsync(RunningBoards.Game, number));
        for (var turn = 0; turn < 2; turn++)
        {
            Assert.False(running.Boards.HasPlayer(RunningBoards.Game, number));
            Assert.False(running.Boards.TryFindPlayer(RunningBoards.Game, id, out _));
            Assert.Equal(["1 40"], await LinesAsync(running, "all_time"));
            var past = await running.Boards.ReadAsync(Board, new WindowName("daily", "2026-11-24"), new StandingsQuery.From(1, 10), CancellationToken.None);
            Assert.Equal((default(PublicId), 1, 50L), (past!.Lines[0].Player, past.Lines[0].Rank.Place, past.Lines[0].Entry.Score.Value));
            Assert.Null(past.Lines[0].Profile);
            Assert.NotEqual(default, past.Lines[1].Player);
            Assert.Equal(SubmitResult.Gone, (await running.Boards.SubmitAsync(Board, new SubmissionRequest { Player = number, Scores = new ScoreColumns(9) })).Result);
            await running.RestartAsync();
        }

        await SubmitAsync(running, "o-a", 5);
        Assert.NotEqual(number, Number(running, "o-a"));
    }

    [Fact]
    public async Task A_large_window_has_a_file_that_is_made_again_when_it_is_lost()
    {
        await using var running = await StartAsync(Campaign);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => SubmitAsync(running, $"o-{i}", i)));
        PassTo("2026-11-24T16:10:00Z");
        await ClosedAsync(running, "daily:2026-11-24");
        await running.StopAsync();
        var file = Assert.Single(Directory.GetFiles(running.SealedFolder, "*", SearchOption.AllDirectories));
        File.Delete(file);
        await running.RestartAsync();
        Assert.Equal(40, (await LinesAsync(running, "daily:2026-11-24")).Count);
        Assert.True(File.Exists(file));
        Assert.Equal("1 39", (await LinesAsync(running, "daily:previous"))[0]);
    }

    [Fact]
    public async Task A_rebuild_decides_the_log_once_more()
    {
        await using var running = await StartAsync(Campaign);
        foreach (var score in (long[])[50, 20, 70, 30])
        {
            await SubmitAsync(running, "o-a", score);
        }

        await SubmitAsync(running, "o-b", 60);
        Assert.Equal(CatalogOutcome.NeedsRebuild, await running.Boards.PutBoardAsync(RunningBoards.Game, Campaign with { Keep = KeepRule.Sum }, rebuild: false));
        Assert.Equal(CatalogOutcome.Changed, await running.Boards.PutBoardAsync(RunningBoards.Game, Campaign with { Keep = KeepRule.Sum }, rebuild: true));
        Assert.Equal(["1 170", "2 60"], await LinesAsync(running, "all_time"));
        var lower = Campaign with { Columns = [new ColumnDefinition { Order = ScoreOrder.LowerIsBetter }] };
        Assert.Equal(CatalogOutcome.Changed, await running.Boards.PutBoardAsync(RunningBoards.Game, lower, rebuild: true));
        Assert.Equal(["1 20", "2 60"], await LinesAsync(running, "daily"));
        running.Redeclare(lower);
        await running.RestartAsync();
        Assert.Equal(["1 20", "2 60"], await LinesAsync(running, "all_time"));
        await SubmitAsync(running, "o-b", 10);
        Assert.Equal(["1 10", "2 20"], await LinesAsync(running, "weekly"));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(40)]
    public async Task What_is_closed_keeps_the_order_it_was_closed_with(int players)
    {
        await using var running = await StartAsync(Campaign);
        await Task.WhenAll(Enumerable.Range(1, players).Select(i => SubmitAsync(running, $"o-{i}", i)));
        PassTo("2026-11-24T16:10:00Z");
        await ClosedAsync(running, "daily:2026-11-24");
        var lower = Campaign with { Columns = [new ColumnDefinition { Order = ScoreOrder.LowerIsBetter }, new ColumnDefinition { Name = "moves" }] };
        Assert.Equal(CatalogOutcome.Changed, await running.Boards.PutBoardAsync(RunningBoards.Game, lower, rebuild: true));
        running.Redeclare(lower);
        for (var turn = 0; turn < 2; turn++)
        {
            Assert.Equal([$"1 {players}", $"2 {players - 1}"], (await LinesAsync(running, "daily:2026-11-24")).Take(2));
            Assert.Equal(["1 1", "2 2"], (await LinesAsync(running, "all_time")).Take(2));
            await running.RestartAsync();
        }
    }

    [Fact]
    public async Task A_window_closed_early_stays_closed_until_its_time_is_over()
    {
        await using var running = await StartAsync(Campaign);
        await SubmitAsync(running, "o-a", 50);
        Assert.Equal(CatalogOutcome.Removed, await running.Boards.CloseWindowAsync(Board, new WindowName("daily")));
        Assert.Equal(CatalogOutcome.NotFound, await running.Boards.CloseWindowAsync(Board, new WindowName("daily")));
        var outcome = await SubmitAsync(running, "o-a", 60);
        Assert.Equal(["all_time", "weekly:2026-11-23"], outcome.Receipt!.Windows.Select(static window => window.Window.ToString()));
        Assert.Equal(["1 50"], await LinesAsync(running, "daily"));
        PassTo("2026-11-24T16:00:00Z");
        Assert.Equal("daily:2026-11-25 1 of 1", Line((await SubmitAsync(running, "o-a", 5)).Receipt!.Windows[1]));
    }

    [Fact]
    public async Task A_season_opens_and_closes_though_nobody_plays()
    {
        var season = Campaign with
        {
            Windows =
            [
                new WindowRule { Name = "spring", Kind = WindowKind.Season, Starts = clocks.Wall.AddHours(1), Ends = clocks.Wall.AddHours(3) },
            ],
        };
        await using var running = await StartAsync(season);
        Assert.Equal(SubmitResult.NoWindow, (await SubmitAsync(running, "o-a", 1)).Result);
        Assert.Equal((WindowState.Empty, 0), await StateAsync(running, "spring"));
        clocks.Pass(TimeSpan.FromHours(1));
        Assert.Equal(SubmitResult.First, (await SubmitAsync(running, "o-a", 1)).Result);
        clocks.Pass(TimeSpan.FromHours(2));
        Assert.Equal(SubmitResult.NoWindow, (await SubmitAsync(running, "o-a", 2)).Result);
        await ClosedAsync(running, "spring");
        Assert.Equal(["1 1"], await LinesAsync(running, "spring"));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_opens_no_day_again()
    {
        await using var running = await StartAsync(Campaign);
        await SubmitAsync(running, "o-a", 50);
        PassTo("2026-11-24T16:10:00Z");
        await ClosedAsync(running, "daily:2026-11-24");
        await running.StopAsync();
        clocks.Jump(TimeSpan.FromHours(-5));
        await running.RestartAsync();
        Assert.Equal("daily:2026-11-25 1 of 1", Line((await SubmitAsync(running, "o-a", 60)).Receipt!.Windows[1]));
        Assert.Equal(["1 50"], await LinesAsync(running, "daily:2026-11-24"));
    }

    [Fact]
    public async Task Nothing_closes_while_the_clock_has_jumped()
    {
        await using var running = await StartAsync(Campaign);
        await SubmitAsync(running, "o-a", 50);
        clocks.Jump(TimeSpan.FromDays(1));
        await SubmitAsync(running, "o-a", 60);
        Assert.NotNull(running.Boards.HeldCloses);
        Assert.Equal((WindowState.Open, 1), await StateAsync(running, "daily:2026-11-24"));
        clocks.Pass(TimeSpan.FromMinutes(11));
        await ClosedAsync(running, "daily:2026-11-24");
        Assert.Null(running.Boards.HeldCloses);
    }

    [Fact]
    public async Task Metadata_follows_the_entry_that_counts()
    {
        await using var running = await StartAsync(Campaign);
        await SubmitAsync(running, "o-a", 50, metadata: """{"car":"red"}""");
        await SubmitAsync(running, "o-a", 40, metadata: """{"car":"blue"}""");
        Assert.Equal("""{"car":"red"}""", await MetadataAsync(running));
        await SubmitAsync(running, "o-a", 60);
        Assert.Null(await MetadataAsync(running));
        await SubmitAsync(running, "o-a", 70, metadata: """{"car":"green"}""");
        await running.RestartAsync();
        Assert.Equal("""{"car":"green"}""", await MetadataAsync(running));
    }

    [Fact]
    public async Task A_profile_in_the_first_places_that_someone_has_read_is_a_change_of_the_board()
    {
        await using var running = await StartAsync(Campaign);
        await SubmitAsync(running, "o-a", 50);
        await LinesAsync(running, "daily");
        var before = running.Boards.VersionOf(Board);
        await running.ChangeAsync("o-a", "云");
        Assert.True(running.Boards.VersionOf(Board) > before);
        Assert.Equal("云", Encoding.UTF8.GetString((await PageAsync(running, "daily")).Lines[0].Profile!.Nickname!));
    }

    private static BoardId Board { get; } = new(RunningBoards.Game, "campaign");

    private Task<RunningBoards> StartAsync(BoardDefinition board) => RunningBoards.StartAsync(clocks, fileFrom: 30, board);

    private void PassTo(string moment) => clocks.Pass(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture) - clocks.Wall);

    private static Task<SubmitOutcome> SubmitAsync(
        RunningBoards running, string player, long score, string? key = null, WindowName? window = null, string? metadata = null) =>
        running.Boards.SubmitAsync(Board, new SubmissionRequest
        {
            ExternalId = ExternalId.Copy(Encoding.UTF8.GetBytes(player)),
            Scores = new ScoreColumns(score),
            Key = key,
            Window = window,
            Metadata = metadata is null ? null : Encoding.UTF8.GetBytes(metadata),
        }).AsTask();

    private static PlayerId Number(RunningBoards running, string player) =>
        running.Boards.TryFindPlayer(RunningBoards.Game, Encoding.UTF8.GetBytes(player), out var number) ? number : default;

    private static async Task<StandingsPage> PageAsync(RunningBoards running, string window)
    {
        Assert.True(WindowName.TryParse(window, out var name));
        return (await running.Boards.ReadAsync(Board, name, new StandingsQuery.From(1, 100), CancellationToken.None))!;
    }

    private static async Task<List<string>> LinesAsync(RunningBoards running, string window) =>
        [.. (await PageAsync(running, window)).Lines.Select(static line => $"{line.Rank} {line.Entry.Score}")];

    private static async Task<(WindowState State, int Count)> StateAsync(RunningBoards running, string window)
    {
        var info = (await PageAsync(running, window)).Window;
        return (info.State, info.Count);
    }

    private static async Task<string?> MetadataAsync(RunningBoards running) =>
        (await PageAsync(running, "all_time")).Lines[0].Metadata is { } json ? Encoding.UTF8.GetString(json) : null;

    /// <summary>Waits until the committer has closed a window.</summary>
    private static async Task ClosedAsync(RunningBoards running, string window)
    {
        for (var tries = 0; (await StateAsync(running, window)).State != WindowState.Closed; tries++)
        {
            Assert.True(tries < 500, $"{window} does not close.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private static JsonElement Data(StoredEvent told) => JsonDocument.Parse(told.Body).RootElement.GetProperty("data");

    private static string Line(WindowReceipt window) =>
        $"{window.Window} {window.Rank} of {window.Count}{(window.RankBefore.IsRanked ? $" from {window.RankBefore}" : "")}";
}

using System.Text;
using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Storage.Contract;

public abstract partial class ScoreStoreContract
{
    private static readonly DateTimeOffset Closed = new(2026, 11, 25, 0, 5, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_window_that_is_there_keeps_its_number_also_when_it_is_closed()
    {
        IReadOnlyList<int> numbers;
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main", "other");
            numbers = await OpenWindowsAsync(store, Day(1, 23), Day(1, 24), Day(2, 23), Day(1, 23, "hot"));
            Assert.Equal(4, numbers.Distinct().Count());
            Assert.Equal([numbers[1], numbers[0]], await OpenWindowsAsync(store, Day(1, 24), Day(1, 23)));
            await CloseAsync(store, numbers[0]);
            Assert.Equal([numbers[0]], await OpenWindowsAsync(store, Day(1, 23)));
        }

        await using var again = await OpenAsync();
        var more = await OpenWindowsAsync(again, Day(1, 23), Day(1, 25), Day(1, 23, "hot"));
        Assert.Equal((numbers[0], numbers[3]), (more[0], more[2]));
        Assert.True(more[1] > numbers.Max());
        Assert.Equal(WindowState.Closed, (await again.FindWindowAsync(1, "daily", "2026-11-23", CancellationToken.None))!.State);
    }

    [Fact]
    public async Task A_window_comes_back_with_all_it_was_opened_with()
    {
        await using var store = await OpenAsync();
        await OpenGameAsync(store, "night-market", "main");
        var opening = Day(1, 24);
        var number = (await OpenWindowsAsync(store, opening))[0];
        var window = await store.FindWindowAsync(1, "daily", "2026-11-24", CancellationToken.None);
        Assert.Equal(
            new StoredWindow(number, 1, "daily", WindowKind.Daily, "2026-11-24", opening.Starts, opening.Ends, opening.Closes, WindowState.Open), window);
        Assert.Equal(new StoredWindow(1, 1, "all_time", WindowKind.AllTime, "", null, null, null, WindowState.Open), await FindAllTimeAsync(store));
        Assert.Null(await store.FindWindowAsync(1, "daily", "2026-11-25", CancellationToken.None));
        Assert.Null(await store.FindWindowAsync(2, "daily", "2026-11-24", CancellationToken.None));
    }

    [Fact]
    public async Task A_window_closes_once()
    {
        var closing = new WindowClosing(1, Closed, 77, 5, ulong.MaxValue - 3, new ColumnOrder(ScoreOrder.LowerIsBetter, ScoreOrder.HigherIsBetter, ScoreOrder.LowerIsBetter));
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main");
            var before = await VersionAsync(store);
            var batch = Batch(Array.Empty<Sent>());
            batch.Closings.Add(closing);
            var version = await CommitAsync(store, batch);
            Assert.True(version > before);
            batch.Closings[0] = closing with { Count = 6, At = Closed.AddDays(1) };
            Assert.Equal(version, await CommitAsync(store, batch));
            Assert.Equal(closing, (await FindAllTimeAsync(store))!.Closing);
        }

        await using var again = await OpenAsync();
        var window = await FindAllTimeAsync(again);
        Assert.Equal((WindowState.Closed, closing), (window!.State, window.Closing));
    }

    [Fact]
    public async Task A_load_shows_open_windows_and_of_each_rule_the_last_that_closed()
    {
        IReadOnlyList<int> windows;
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main");
            windows = await OpenWindowsAsync(store, Day(1, 20), Day(1, 21), Day(1, 22), Day(1, 20, "hot"), Day(1, 23), Day(1, 21, "hot"));
            await CloseAsync(store, windows[0], windows[1], windows[2], windows[3]);
        }

        await using var again = await OpenAsync();
        var board = Assert.Single(Assert.Single((await again.LoadAsync(CancellationToken.None)).Games).Boards);
        Assert.Equal([1, windows[2], windows[3], windows[4], windows[5]], board.Windows.Select(static window => window.Number).Order());
        Assert.All(board.Windows, window => Assert.Equal(window.Closing is null ? WindowState.Open : WindowState.Closed, window.State));
    }

    [Fact]
    public async Task Windows_are_listed_the_latest_first_and_page_by_page()
    {
        await using var store = await OpenAsync();
        await OpenGameAsync(store, "night-market", "main", "other");
        var windows = await OpenWindowsAsync(store, [.. Enumerable.Range(1, 9).Select(static day => Day(1, day))]);
        await OpenWindowsAsync(store, Day(2, 1), Day(1, 1, "hot"));
        await CloseAsync(store, [.. windows.Take(7)]);
        var found = new List<int>();
        for (var before = int.MaxValue; ;)
        {
            var page = await store.ReadWindowsAsync(1, "daily", before, 4, CancellationToken.None);
            found.AddRange(page.Select(static window => window.Number));
            if (page.Count == 0)
            {
                break;
            }

            before = page[^1].Number;
        }

        Assert.Equal(windows.Reverse(), found);
        Assert.Equal(11, (await store.ReadWindowsAsync(1, null, int.MaxValue, 100, CancellationToken.None)).Count);
        Assert.Empty(await store.ReadWindowsAsync(1, "weekly", int.MaxValue, 100, CancellationToken.None));
    }

    [Fact]
    public async Task A_submission_feeds_several_windows_with_four_columns()
    {
        var best = new ScoreColumns(9, -2, long.MinValue, long.MaxValue);
        var sent = new Sent(1, 7, new ScoreColumns(5, 1, 0, 2), 3)
        {
            Result = SubmitResult.NotBetter,
            Lines =
            [
                new WindowLine(1, SubmitResult.NotBetter, best, new Rank(2), new Rank(2), 40),
                new WindowLine(2, SubmitResult.Improved, new ScoreColumns(5, 1, 0, 2), new Rank(1), new Rank(8), 12),
                new WindowLine(3, SubmitResult.First, new ScoreColumns(0, 0, 7), default, default, 0),
            ],
        };
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main");
            Assert.Equal([2, 3], await OpenWindowsAsync(store, Day(1, 23), Day(1, 24)));
            await CommitAsync(store, new Sent(1, 7, best, 1), new Sent(1, 7, new ScoreColumns(1), 2) { Lines = [Sent.Line(2, new ScoreColumns(1))] }, sent);
        }

        for (var opening = 0; opening < 2; opening++)
        {
            await using var again = await OpenAsync();
            Assert.Equal((3L, new Entry(new PlayerId(7), best, 1)), Only(await LoadedWindow.LoadAsync(again, 1)));
            Assert.Equal((3L, new Entry(new PlayerId(7), sent.Scores, 3)), Only(await LoadedWindow.LoadAsync(again, 2)));
            Assert.Equal((3L, new Entry(new PlayerId(7), new ScoreColumns(0, 0, 7), 3)), Only(await LoadedWindow.LoadAsync(again, 3)));
            sent.AssertIs((await again.ReadLogAsync(1, 2, 10, CancellationToken.None))[0]);
            await MaintainAsync(again);
        }
    }

    [Fact]
    public async Task A_refused_submission_is_in_the_log_and_in_no_window()
    {
        var sent = Row(1, 1, 99, 0) with { Result = SubmitResult.OutOfBounds, Lines = [], Key = "k" };
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main");
            await CommitAsync(store, Row(1, 1, 5, 1), sent);
            await MaintainAsync(store);
        }

        await using var again = await OpenAsync();
        Assert.Equal((1L, EntryOf(1, 5, 1)), Only(await LoadedWindow.LoadAsync(again, 1)));
        sent.AssertIs((await FindAsync(again, (1, 1, "k")))[0]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Replaced_windows_have_the_entries_given_and_keep_metadata_of_entries_that_stay(bool isFolded)
    {
        IReadOnlyList<int> numbers;
        var definition = new BoardDefinition { Name = "main", Keep = KeepRule.Latest };
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main");
            await OpenWindowsAsync(store, Day(1, 24));
            await CommitAsync(
                store, Row(1, 1, 5, 1) with { Metadata = "1" }, Row(1, 2, 6, 2) with { Metadata = "2" }, Row(1, 3, 7, 3), Row(1, 4, 8, 4) with { Metadata = "4" });
            if (isFolded)
            {
                await MaintainAsync(store);
            }

            numbers = await store.ReplaceWindowsAsync(
                1, definition, [new WindowReplacement(1, AllTime(1), [EntryOf(3, 7, 3), EntryOf(1, 5, 1), EntryOf(2, 9, 8), EntryOf(9, 1, 9)])], CancellationToken.None);
            Assert.Equal(3, numbers[0]);
            await CheckReplacedAsync(store);
            await MaintainAsync(store);
            await CheckReplacedAsync(store);
            await Assert.ThrowsAnyAsync<InvalidOperationException>(async () =>
                await store.ReplaceWindowsAsync(1, definition, [new WindowReplacement(1, AllTime(1), [])], CancellationToken.None));
        }

        await using var again = await OpenAsync();
        await CheckReplacedAsync(again);
        await CommitAsync(again, new Sent(1, 1, new ScoreColumns(2), 10) { Lines = [Sent.Line(3, new ScoreColumns(2))] });
        Assert.Equal(EntryOf(1, 2, 10), (await LoadedWindow.LoadAsync(again, 3)).Entries[1]);

        async Task CheckReplacedAsync(IScoreStore store)
        {
            var board = (await store.LoadAsync(CancellationToken.None)).Games[0].Boards[0];
            Assert.True(DefinitionJson.AreEqual(definition, board.Definition));
            Assert.Equal([2, 3], board.Windows.Select(static window => window.Number).Order());
            Assert.Equal(3, (await FindAllTimeAsync(store))!.Number);
            Assert.Equal([3, 2], (await store.ReadWindowsAsync(1, null, int.MaxValue, 10, CancellationToken.None)).Select(static window => window.Number));
            var window = await LoadedWindow.LoadAsync(store, 3);
            Assert.Equal([EntryOf(1, 5, 1), EntryOf(2, 9, 8), EntryOf(3, 7, 3), EntryOf(9, 1, 9)], window.Entries.Values);
            Assert.Equal(["1", null, null, null], await MetadataAsync(store, 3, 1, 2, 3, 9));
        }
    }

    [Fact]
    public async Task Metadata_is_that_of_the_submission_that_made_the_entry()
    {
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main");
            await CommitAsync(store, Row(1, 1, 5, 1) with { Metadata = "{\"a\":1}" }, Row(1, 2, 5, 2) with { Metadata = "\"云\"" }, Row(1, 3, 5, 3));
            await CommitAsync(store, Row(1, 1, 6, 4) with { Metadata = "[]" }, Row(1, 2, 6, 0) with { Metadata = "7", Lines = [NotBetter(1, 5)] });
            for (var turn = 0; turn < 3; turn++)
            {
                Assert.Equal(["[]", "\"云\"", null, null], await MetadataAsync(store, 1, 1, 2, 3, 4));
                Assert.Equal(4, (await store.ReadMetadataAsync(1, [new PlayerId(1)], CancellationToken.None))[0].Order);
                await MaintainAsync(store);
            }

            await CommitAsync(
                store, Row(1, 1, 7, 5), Row(1, 2, 7, 6), Row(1, 2, 8, 7) with { Metadata = "8" }, Row(1, 3, 8, 8) with { Metadata = "3" }, Row(1, 3, 9, 9));
            await CheckAsync(store);
            await MaintainAsync(store);
            await CheckAsync(store);
        }

        for (var opening = 0; opening < 2; opening++)
        {
            await using var again = await OpenAsync();
            await CheckAsync(again);
            await MaintainAsync(again);
        }

        static async Task CheckAsync(IScoreStore store)
        {
            var found = await store.ReadMetadataAsync(1, [new(1), new(2), new(3)], CancellationToken.None);
            Assert.Equal((7, "8"), (found[1].Order, Encoding.UTF8.GetString(found[1].Json!)));

            // What an entry has lost may still be found, but not under the entry's order number.
            Assert.NotEqual(5, found[0].Order);
            Assert.NotEqual(9, found[2].Order);
        }
    }

    private static WindowLine NotBetter(int window, long score) => new(window, SubmitResult.NotBetter, new ScoreColumns(score), default, default, 0);

    private static Task<StoredWindow?> FindAllTimeAsync(IScoreStore store) => store.FindWindowAsync(1, "all_time", "", CancellationToken.None).AsTask();

    private static Task<long> CloseAsync(IScoreStore store, params int[] windows)
    {
        var batch = Batch(Array.Empty<Sent>());
        batch.Closings.AddRange(windows.Select(static window => new WindowClosing(window, Closed, 1, 0, 0, ScoreOrder.HigherIsBetter)));
        return CommitAsync(store, batch);
    }

    /// <summary>The metadata of the players' entries; null where there is none.</summary>
    private static async Task<string?[]> MetadataAsync(IScoreStore store, int window, params int[] players) =>
        [.. (await store.ReadMetadataAsync(window, [.. players.Select(static player => new PlayerId(player))], CancellationToken.None))
            .Select(static found => found.Json is null ? null : Encoding.UTF8.GetString(found.Json))];
}

using Jinbang.Ranking;
using Jinbang.Storage.Contract;

namespace Jinbang.Storage.Sqlite.Tests;

public sealed class FoldingTests : IDisposable
{
    private const string LastRows = "SELECT board << 32 | player, score, metadata, max(ord) FROM log GROUP BY 1 ORDER BY 1";
    private const string Entries = "SELECT key, score, metadata, ord FROM entry ORDER BY key";

    private readonly TemporaryFolder folder = new();
    private readonly ManualTime time = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Entries_are_the_last_rows_of_the_log_after_folding()
    {
        var random = new Random(7);
        await using var store = folder.Open(Options(foldRows: 700), time);
        await store.OpenGameAsync("main", "weekly");
        var order = 0L;
        for (var commit = 0; commit < 60; commit++)
        {
            await store.CommitAsync(time, [.. Enumerable.Range(0, 50).Select(_ => StoreCalls.Row(random.Next(1, 3), random.Next(1, 900), random.Next(-9, 9), ++order) with
            {
                Metadata = random.Next(2) == 0 ? $"{order}" : null,
            })]);
            await store.MaintainAsync(steps: 1);
        }

        time.Advance(TimeSpan.FromSeconds(10));
        await store.FoldAllAsync(folder);
        Assert.Equal(folder.Select(LastRows), folder.Select(Entries));
        Assert.Equal(folder.Select("SELECT board, max(ord) FROM log GROUP BY board ORDER BY board"), folder.Select("SELECT number, last_order FROM board ORDER BY number"));
        Assert.Equal(folder.Select("SELECT count(*) FROM entry"), folder.Select("SELECT count(*) FROM standing WHERE game = 'night-market' AND window = 'all_time' AND state = 'open'"));
        Assert.Equal(folder.Select("SELECT board << 32 | player, 0, number FROM log ORDER BY 1, 3"), folder.Select("SELECT * FROM log_index ORDER BY 1, 3"));
    }

    [Fact]
    public async Task Nothing_is_folded_before_there_is_enough_or_it_is_old()
    {
        await using var store = folder.Open(Options(foldRows: 20), time);
        await store.OpenGameAsync("main");
        await store.CommitAsync(time, [.. Enumerable.Range(1, 9).Select(static player => StoreCalls.Row(1, player, player, player))]);
        time.Advance(TimeSpan.FromSeconds(9));
        await store.MaintainAsync(steps: 50);
        Assert.Empty(folder.Select(Entries));
        time.Advance(TimeSpan.FromSeconds(1));
        await store.FoldAllAsync(folder);
        Assert.Equal(9, folder.Select(Entries).Count);
        await store.CommitAsync(time, [.. Enumerable.Range(11, 10).Select(static player => StoreCalls.Row(1, player, player, player))]);
        await store.FoldAllAsync(folder);
        Assert.Equal(19, folder.Select(Entries).Count);
    }

    [Fact]
    public async Task What_was_not_folded_before_a_restart_is_folded_after_it()
    {
        await using (var store = folder.Open(Options(foldRows: 100), time))
        {
            await store.OpenGameAsync("main");
            await store.CommitAsync(time, StoreCalls.Row(1, 1, 5, 1));
        }

        await using var again = folder.Open(Options(foldRows: 100), time);
        time.Advance(TimeSpan.FromSeconds(10));
        await again.FoldAllAsync(folder);
        Assert.Equal([$"{Key.Of(1, 1)}|5||1"], folder.Select(Entries));
    }

    [Fact]
    public async Task Unfolded_rows_stay_under_four_folds_and_two_batches_however_fast_commits_come()
    {
        await using var store = folder.Open(Options(foldRows: 1_000), time);
        await store.OpenGameAsync("main");
        for (var commit = 0; commit < 100; commit++)
        {
            await store.CommitAsync(time, [.. Enumerable.Range(1, 500).Select(i => StoreCalls.Row(1, commit % 7 * 500 + i, i, commit * 500L + i))]);
            await store.MaintainAsync();
            Assert.InRange(long.Parse(folder.Select("SELECT log_number - folded FROM store")[0], System.Globalization.CultureInfo.InvariantCulture), 0, 5_000);
        }
    }

    [Fact]
    public async Task A_step_that_cannot_be_written_is_done_again_later()
    {
        await using var store = folder.Open(Options(foldRows: 1), time);
        await store.OpenGameAsync("main");
        await store.CommitAsync(time, [.. Enumerable.Range(1, 600).Select(static player => StoreCalls.Row(1, player, player, player))]);
        folder.Execute("CREATE TRIGGER refuse BEFORE INSERT ON entry WHEN NEW.key & 4294967295 = 300 BEGIN SELECT RAISE(ABORT, 'refused by the test'); END");
        await Assert.ThrowsAsync<Boards.Storage.StoreUnavailableException>(() => store.MaintainAsync(steps: 10_000));
        Assert.Equal(["0"], folder.Select("SELECT folded FROM store"));
        Assert.Equal(2, await store.CommitAsync(time, StoreCalls.Row(1, 1, 9, 601)));
        folder.Execute("DROP TRIGGER refuse");
        await store.FoldAllAsync(folder);
        Assert.Equal(folder.Select(LastRows), folder.Select(Entries));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_store_closed_at_any_slice_of_a_fold_opens_right(int salt)
    {
        var seed = Environment.TickCount * 31 + salt;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var model = new SortedDictionary<int, Entry>();
        var order = 0L;
        for (var opening = 0; opening < 25; opening++)
        {
            await using var store = folder.Open(Options(foldRows: random.Next(1, 2_000)), time);
            await store.OpenGameAsync("main");
            var loaded = await LoadedWindow.LoadAsync(store, 1);
            Assert.Equal(model, loaded.Entries);
            Assert.Equal(order, loaded.LastOrder);
            for (var commits = random.Next(4); commits > 0; commits--)
            {
                var rows = Enumerable.Range(0, random.Next(1, 900)).Select(_ => StoreCalls.Row(1, random.Next(1, 1_500), random.NextInt64(), ++order)).ToArray();
                await store.CommitAsync(time, rows);
                foreach (var row in rows)
                {
                    model[row.Player] = row.ToEntry();
                }

                await store.MaintainAsync(steps: random.Next(8));
            }
        }
    }

    private static SqliteStoreOptions Options(int foldRows) => new() { FoldRows = foldRows, FoldAge = TimeSpan.FromSeconds(10), UnsafeWithoutSync = true };
}

using Jinbang.Storage.Contract;

namespace Jinbang.Storage.Sqlite.Tests;

public sealed class LogRetentionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualTime time = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Old_rows_are_forgotten_and_younger_ones_stay()
    {
        await using var store = folder.Open(Options(), time);
        await store.OpenGameAsync("main");
        await store.CommitAsync(time, [.. Enumerable.Range(1, 1_300).Select(static player => StoreCalls.Row(1, player, player, player))]);
        time.Advance(TimeSpan.FromDays(2));
        await store.CommitAsync(time, StoreCalls.Row(1, 1, 7, 1_301));
        await store.FoldAllAsync(folder);
        Assert.Equal(["1301"], folder.Select("SELECT count(*) FROM log"));

        time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMilliseconds(1));
        await store.MaintainAsync(steps: 20);
        Assert.Equal(["1301"], folder.Select("SELECT count(*) FROM log"));

        time.Advance(TimeSpan.FromSeconds(10));
        await store.MaintainAsync(steps: 20);
        Assert.Equal(["1301"], folder.Select("SELECT number FROM log"));
        Assert.Equal([$"{Key.Of(1, 1)}|1301"], folder.Select("SELECT owner, number FROM log_index"));
        Assert.Equal(["1300"], folder.Select("SELECT count(*) FROM entry"));
    }

    [Fact]
    public async Task Rows_that_are_not_folded_are_kept_however_old_they_are()
    {
        var options = Options() with { FoldAge = TimeSpan.FromDays(365) };
        await using (var store = folder.Open(options, time))
        {
            await store.OpenGameAsync("main");
            await store.CommitAsync(time, StoreCalls.Row(1, 1, 5, 1), StoreCalls.Row(1, 2, 6, 2));
            time.Advance(TimeSpan.FromDays(100));
            await store.MaintainAsync(steps: 20);
            Assert.Equal(["2"], folder.Select("SELECT count(*) FROM log"));
        }

        await using var again = folder.Open(options, time);
        Assert.Equal(2, (await LoadedWindow.LoadAsync(again, 1)).Entries.Count);
        time.Advance(TimeSpan.FromDays(365));
        await again.FoldAllAsync(folder);
        time.Advance(TimeSpan.FromDays(365));
        await again.MaintainAsync(steps: 20);
        Assert.Empty(folder.Select("SELECT number FROM log"));
    }

    [Fact]
    public async Task Numbers_go_on_after_the_whole_log_is_forgotten()
    {
        var version = 0L;
        for (var opening = 1; opening <= 3; opening++)
        {
            await using var store = folder.Open(Options(), time);
            await store.OpenGameAsync("main");
            var before = await LoadedWindow.LoadAsync(store, 1);
            Assert.Equal(opening - 1, before.LastOrder);
            var next = await store.CommitAsync(time, StoreCalls.Row(1, 1, 5, opening));
            Assert.True(next > version);
            version = next;
            time.Advance(TimeSpan.FromDays(9));
            await store.FoldAllAsync(folder);
            time.Advance(TimeSpan.FromDays(9));
            await store.MaintainAsync(steps: 3);
            Assert.Empty(folder.Select("SELECT number FROM log"));
            Assert.Equal([$"{opening}"], folder.Select("SELECT log_number FROM store"));
        }
    }

    [Fact]
    public async Task Rows_with_keys_are_forgotten_with_their_index_rows_over_many_chunks()
    {
        await using var store = folder.Open(Options(), time);
        await store.OpenGameAsync("main");
        for (var commit = 0; commit < 10; commit++)
        {
            await store.CommitAsync(
                time, [.. Enumerable.Range(1, 2_000).Select(player => StoreCalls.Row(1, player * 7 % 2_000, player, commit * 2_000L + player) with { Key = $"k-{commit}" })]);
        }

        await store.CommitAsync(time, StoreCalls.Row(1, 1, 5, 30_000));
        time.Advance(TimeSpan.FromDays(4));
        await store.FoldAllAsync(folder);
        time.Advance(TimeSpan.FromSeconds(10));
        await store.FoldAllAsync(folder);
        Assert.Equal(["0|0"], folder.Select("SELECT (SELECT count(*) FROM log), (SELECT count(*) FROM log_index)"));
        Assert.Equal(["2000"], folder.Select("SELECT count(*) FROM entry"));
    }

    [Fact]
    public async Task A_retention_below_a_day_counts_as_one()
    {
        await using var store = folder.Open(Options() with { LogRetention = TimeSpan.Zero }, time);
        await store.OpenGameAsync("main");
        await store.CommitAsync(time, StoreCalls.Row(1, 1, 5, 1));
        time.Advance(TimeSpan.FromHours(23));
        await store.FoldAllAsync(folder);
        Assert.Equal(["1"], folder.Select("SELECT number FROM log"));
        time.Advance(TimeSpan.FromHours(2));
        await store.MaintainAsync(steps: 5);
        Assert.Empty(folder.Select("SELECT number FROM log"));
    }

    private static SqliteStoreOptions Options() => new() { LogRetention = TimeSpan.FromDays(3), UnsafeWithoutSync = true };
}

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
        Assert.Equal(2, (await LoadedBoard.LoadAsync(again, 1)).Entries.Count);
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
            var before = await LoadedBoard.LoadAsync(store, 1);
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

    private static SqliteStoreOptions Options() => new() { LogRetention = TimeSpan.FromDays(3), UnsafeWithoutSync = true };
}

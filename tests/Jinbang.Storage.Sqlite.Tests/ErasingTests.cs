using System.Text;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Jinbang.Storage.Contract;

namespace Jinbang.Storage.Sqlite.Tests;

public sealed class ErasingTests : IDisposable
{
    private static readonly SqliteStoreOptions Options = new() { FoldRows = 1_000, UnsafeWithoutSync = true };

    private readonly TemporaryFolder folder = new();
    private readonly ManualTime time = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    public async Task Erasing_in_the_middle_of_a_fold_holds_after_it_and_after_a_kill(int steps)
    {
        using var killed = new TemporaryFolder();
        await using (var store = folder.Open(Options, time))
        {
            await store.OpenGameAsync("main");
            await store.OpenWindowsAsync([new WindowOpening(1, "daily", WindowKind.Daily, "2026-11-24", time.GetUtcNow(), time.GetUtcNow(), time.GetUtcNow())], CancellationToken.None);
            await WriteAsync(store, 1);
            await SortedAsync(store, steps);
            await WriteAsync(store, 2);
            var batch = new CommitBatch { At = time.GetUtcNow() };
            batch.Closings.Add(new WindowClosing(2, time.GetUtcNow(), 2_000, 1_000, 1, ScoreOrder.HigherIsBetter));
            await store.CommitAsync(batch, CancellationToken.None);
            await store.EraseAsync(1, [new PlayerId(500), new PlayerId(501)], [1], CancellationToken.None);
            await CheckAsync(store);
            Copy(killed);
            time.Advance(TimeSpan.FromSeconds(10));
            await store.FoldAllAsync(folder);
            await CheckAsync(store);
            Assert.Equal(["1996|1996"], folder.Select("SELECT (SELECT count(*) FROM log), (SELECT count(*) FROM log_index)"));
        }

        await using var again = killed.Open(Options, time);
        await CheckAsync(again);
        time.Advance(TimeSpan.FromSeconds(10));
        await again.FoldAllAsync(killed);
        await CheckAsync(again);
        Assert.Empty(killed.Select("SELECT number FROM log WHERE player BETWEEN 500 AND 501"));
        Assert.Empty(killed.Select("SELECT number FROM log_index WHERE owner & 4294967295 BETWEEN 500 AND 501"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_files_of_a_running_store_hold_no_text_of_an_erased_player_after_a_checkpoint(bool isFolded)
    {
        string[] secrets = ["o-erased-external-id", "erased-nickname", "erased-metadata", "erased-key"];
        await using var store = folder.Open(Options, time);
        await store.OpenGameAsync("main");
        await store.RegisterAsync(1, [.. Enumerable.Range(1, 300).Select(number => Id(number == 150 ? secrets[0] : $"o-{number}"))], CancellationToken.None);
        await store.CommitProfilesAsync([150], Encoding.UTF8.GetBytes(secrets[1]), "a"u8.ToArray());
        await store.CommitAsync(time, [.. Enumerable.Range(1, 300).Select(player => StoreCalls.Row(1, player, player, player) with
        {
            Key = player == 150 ? secrets[3] : $"k-{player}",
            Metadata = player == 150 ? $"\"{secrets[2]}\"" : null,
        })]);
        if (isFolded)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await store.FoldAllAsync(folder);
        }

        await store.EraseAsync(1, [new PlayerId(150)], [1], CancellationToken.None);
        folder.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        await folder.AssertStoresNothingOfAsync(secrets);
        Assert.Equal(["2"], folder.Select("SELECT commit_number - 1 FROM store"));
    }

    [Fact]
    public async Task An_erasure_that_fails_changes_nothing()
    {
        await using var store = folder.Open(Options, time);
        await store.OpenGameAsync("main");
        await store.RegisterAsync(1, [Id("o-a")], CancellationToken.None);
        await store.CommitAsync(time, StoreCalls.Row(1, 1, 5, 1) with { Key = "k" });
        folder.Execute("CREATE TRIGGER refuse BEFORE UPDATE ON store BEGIN SELECT RAISE(ABORT, 'refused by the test'); END");
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.EraseAsync(1, [new PlayerId(1)], [1], CancellationToken.None));
        folder.Execute("DROP TRIGGER refuse");
        Assert.Single((await LoadedWindow.LoadAsync(store, 1)).Entries);
        Assert.NotNull((await store.FindSubmissionsAsync([new SubmissionKey(1, new PlayerId(1), "k")], CancellationToken.None))[0]);
        Assert.Equal(2, await store.EraseAsync(1, [new PlayerId(1)], [1], CancellationToken.None));
        Assert.Empty((await LoadedWindow.LoadAsync(store, 1)).Entries);
    }

    private static async Task SortedAsync(SqliteScoreStore store, int steps)
    {
        for (var step = 0; step < steps;)
        {
            // Steps that only wait for the sorting do not count.
            if (await store.MaintainAsync())
            {
                step++;
            }
            else
            {
                await Task.Yield();
            }
        }
    }

    private static async Task CheckAsync(SqliteScoreStore store)
    {
        Assert.Equal(998, (await LoadedWindow.LoadAsync(store, 1)).Entries.Count);
        Assert.DoesNotContain(500, (await LoadedWindow.LoadAsync(store, 1)).Entries.Keys);
        var closed = await LoadedWindow.LoadAsync(store, 2);
        Assert.Equal(1_000, closed.Entries.Count);
        Assert.Equal(new Entry(new PlayerId(500), new Score(2), 1_500), closed.Entries[500]);
        Assert.Equal(2_000, closed.LastOrder);
        Assert.All(await store.ReadMetadataAsync(2, [new(500), new(501)], CancellationToken.None), static found => Assert.Null(found.Json));
        Assert.NotNull((await store.ReadMetadataAsync(2, [new(502)], CancellationToken.None))[0].Json);
        Assert.All(
            await store.FindSubmissionsAsync([new(1, new(500), "k-1"), new(1, new(500), "k-2"), new(1, new(501), "k-2")], CancellationToken.None), Assert.Null);
        Assert.NotNull((await store.FindSubmissionsAsync([new(1, new(502), "k-2")], CancellationToken.None))[0]);
        Assert.Empty(await store.ReadHistoryAsync(1, new PlayerId(500), long.MaxValue, 10, CancellationToken.None));
    }

    private Task<long> WriteAsync(SqliteScoreStore store, int round) => store.CommitAsync(
        time,
        [.. Enumerable.Range(1, 1_000).Select(player => new Sent(1, player, new ScoreColumns(round), ((round - 1) * 1_000) + player)
        {
            Key = $"k-{round}",
            Metadata = $"{round}",
            Lines = [Sent.Line(1, new ScoreColumns(round)), Sent.Line(2, new ScoreColumns(round))],
        })]);

    /// <summary>The files as a killed server leaves them.</summary>
    private void Copy(TemporaryFolder to)
    {
        foreach (var suffix in (string[])["", "-wal"])
        {
            File.Copy(folder.DatabaseFile + suffix, to.DatabaseFile + suffix);
        }
    }

    private static ExternalId Id(string id) => ExternalId.Copy(Encoding.UTF8.GetBytes(id));
}

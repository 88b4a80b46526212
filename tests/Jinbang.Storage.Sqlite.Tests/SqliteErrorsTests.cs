using System.Runtime.CompilerServices;
using Jinbang.Boards.Storage;
using Jinbang.Storage.Contract;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Jinbang.Storage.Sqlite.Tests;

public sealed class SqliteErrorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(raw.SQLITE_IOERR | (4 << 8), true, "sync")]
    [InlineData(raw.SQLITE_IOERR | (5 << 8), true, "sync")]
    [InlineData(raw.SQLITE_CORRUPT, true, "restore a backup")]
    [InlineData(raw.SQLITE_CORRUPT | (1 << 8), true, "restore a backup")]
    [InlineData(raw.SQLITE_NOTADB, true, "restore a backup")]
    [InlineData(raw.SQLITE_FULL, false, "full")]
    [InlineData(raw.SQLITE_BUSY, false, "locked")]
    [InlineData(raw.SQLITE_BUSY | (2 << 8), false, "locked")]
    [InlineData(raw.SQLITE_LOCKED, false, "locked")]
    [InlineData(raw.SQLITE_READONLY, false, "cannot be written")]
    [InlineData(raw.SQLITE_CANTOPEN, false, "cannot be written")]
    [InlineData(raw.SQLITE_IOERR | (3 << 8), false, "could not do it")]
    [InlineData(raw.SQLITE_NOMEM, false, "could not do it")]
    public void Only_a_lost_sync_and_a_damaged_file_break_the_store(int code, bool breaks, string says)
    {
        using var connection = folder.Create();
        var fault = SqliteErrors.Of(code, connection.Handle!);
        Assert.Equal(breaks ? typeof(StoreBrokenException) : typeof(StoreUnavailableException), fault.GetType());
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(raw.SQLITE_CONSTRAINT, true)]
    [InlineData(raw.SQLITE_CONSTRAINT | (7 << 8), true)]
    [InlineData(raw.SQLITE_TOOBIG, true)]
    [InlineData(raw.SQLITE_MISMATCH, true)]
    [InlineData(raw.SQLITE_FULL, false)]
    [InlineData(raw.SQLITE_BUSY, false)]
    [InlineData(raw.SQLITE_CORRUPT, false)]
    [InlineData(raw.SQLITE_IOERR, false)]
    public void Only_what_is_wrong_with_a_row_refuses_it_alone(int code, bool refuses) => Assert.Equal(refuses, SqliteErrors.RefusesRow(code));

    [Fact]
    public async Task A_full_disk_is_unavailable_and_the_next_commit_after_it_works()
    {
        await using (var store = folder.Open())
        {
            await store.OpenGameAsync("main");
            await store.CommitAsync(StoreCalls.Row(1, 1, 5, 1));
            var pages = SqliteFile.Number(ConnectionOf(store), "PRAGMA page_count");
            SqliteFile.Execute(ConnectionOf(store), $"PRAGMA max_page_count = {pages}");
            var fault = await Assert.ThrowsAsync<StoreUnavailableException>(
                () => store.CommitAsync([.. Enumerable.Range(1, 5_000).Select(static player => StoreCalls.Row(1, player, 6, player + 1))]));
            Assert.Contains("full", fault.Message, StringComparison.Ordinal);
            Assert.Equal(1, await store.ReadVersionAsync(CancellationToken.None));
            SqliteFile.Execute(ConnectionOf(store), "PRAGMA max_page_count = 1000000");
            Assert.Equal(2, await store.CommitAsync(StoreCalls.Row(1, 2, 7, 2)));
        }

        await using var again = folder.Open();
        Assert.Equal([(1, 5L), (2, 7L)], (await LoadedWindow.LoadAsync(again, 1)).Entries.Values.Select(static entry => (entry.Player.Number, entry.Score.Value)));
    }

    [Fact]
    public async Task A_full_disk_while_players_register_gives_no_numbers_away()
    {
        await using var store = folder.Open();
        await store.OpenGameAsync("main");
        SqliteFile.Execute(ConnectionOf(store), "PRAGMA max_page_count = 1");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => RegisterAsync(store, 5_000));
        SqliteFile.Execute(ConnectionOf(store), "PRAGMA max_page_count = 1000000");
        Assert.Equal([1, 2, 3], await RegisterAsync(store, 3));
    }

    [Fact]
    public async Task A_file_that_somebody_else_holds_is_unavailable_until_he_lets_go()
    {
        await using var store = folder.Open();
        await store.OpenGameAsync("main");
        using (var other = folder.Connect())
        {
            SqliteFile.Execute(other, "BEGIN IMMEDIATE");
            var fault = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CommitAsync(StoreCalls.Row(1, 1, 5, 1)));
            Assert.Contains("locked", fault.Message, StringComparison.Ordinal);
            SqliteFile.Execute(other, "ROLLBACK");
        }

        Assert.Equal(1, await store.CommitAsync(StoreCalls.Row(1, 1, 5, 2)));
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_unavailable_until_it_can()
    {
        await using var store = folder.Open();
        await store.OpenGameAsync("main");
        SqliteFile.Execute(ConnectionOf(store), "PRAGMA query_only = 1");
        var fault = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CommitAsync(StoreCalls.Row(1, 1, 5, 1)));
        Assert.Contains("cannot be written", fault.Message, StringComparison.Ordinal);
        SqliteFile.Execute(ConnectionOf(store), "PRAGMA query_only = 0");
        Assert.Equal(1, await store.CommitAsync(StoreCalls.Row(1, 1, 5, 2)));
    }

    [Fact]
    public async Task A_damaged_file_breaks_the_store_for_good()
    {
        await using var store = folder.Open();
        await store.OpenGameAsync("main");
        await store.CommitAsync(StoreCalls.Row(1, 1, 5, 1));
        folder.Execute("""
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = 'CREATE TABLE log(' WHERE name = 'log';
            PRAGMA schema_version = 1000
            """);
        var fault = await Assert.ThrowsAsync<StoreBrokenException>(() => store.CommitAsync(StoreCalls.Row(1, 1, 6, 2)));
        Assert.Contains("restore a backup", fault.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreBrokenException>(() => store.CommitAsync(StoreCalls.Row(1, 1, 6, 2)));
        await Assert.ThrowsAsync<StoreBrokenException>(() => RegisterAsync(store, 1));
    }

    private static async Task<IEnumerable<int>> RegisterAsync(SqliteScoreStore store, int players) => (await store.RegisterAsync(
        1, [.. Enumerable.Range(1, players).Select(static number => Boards.Players.ExternalId.Copy(System.Text.Encoding.UTF8.GetBytes($"o-{number}")))], CancellationToken.None))
        .Select(static player => player.Number);

    /// <summary>The writer's own connection: limits like a full disk can only be set there.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "connection")]
    private static extern ref SqliteConnection ConnectionOf(SqliteScoreStore store);
}

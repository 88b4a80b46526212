using Jinbang.Boards.Storage;
using Jinbang.Postgres;

namespace Jinbang.Storage.Postgres.Tests;

public sealed class OpeningTests
{
    [Theory]
    [InlineData("fsync=off", "fsync = off")]
    [InlineData("full_page_writes=off", "full_page_writes = off")]
    public async Task A_server_that_may_lose_what_it_acknowledged_is_refused(string setting, string named)
    {
        await using var server = await PostgresServer.StartNewAsync(setting);
        var refused = await Assert.ThrowsAsync<StoreOpenException>(async () => await OpenAsync(server.ConnectionString("postgres")));
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Synchronous_commit_is_on_whatever_the_server_says_by_default()
    {
        await using var server = await PostgresServer.StartNewAsync("synchronous_commit=off", "default_transaction_isolation=serializable");
        await using var store = await OpenAsync(server.ConnectionString("postgres"));
        Assert.True(await SharingTests.MakeBoardAsync(store) > 0);
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Database=x;Username=u;Password=very-secret", "cannot be reached")]
    [InlineData("Host=;very-secret", "no connection string")]
    [InlineData("Password=very-secret", "no host")]
    [InlineData("Host=127.0.0.1;Database=x;Nonsense=very-secret", "no connection string")]
    public async Task What_cannot_be_reached_is_refused_in_words_that_hold_no_password(string connectionString, string words)
    {
        var refused = await Assert.ThrowsAsync<StoreOpenException>(async () => await OpenAsync(connectionString));
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("very-secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_does_not_exist_is_named_as_the_trouble()
    {
        var server = await PostgresServer.SharedAsync();
        Assert.Contains("no such database", (await Assert.ThrowsAsync<StoreOpenException>(async () => await OpenAsync(server.ConnectionString("nowhere")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_schema_that_still_fits_is_used_and_one_that_does_not_is_refused()
    {
        await using var database = await TemporaryDatabase.CreateAsync();
        await (await database.OpenAsync()).DisposeAsync();
        await database.ExecuteAsync("ALTER TABLE game ADD COLUMN later text; UPDATE jinbang_schema SET schema_version = 99");
        await using (var store = await database.OpenAsync())
        {
            Assert.True(await SharingTests.MakeBoardAsync(store) > 0);
        }

        await database.ExecuteAsync("UPDATE jinbang_schema SET min_program_version = 99");
        Assert.Contains("newer program", (await Assert.ThrowsAsync<StoreOpenException>(() => database.OpenAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Servers_that_start_at_once_migrate_once()
    {
        await using var database = await TemporaryDatabase.CreateAsync();
        var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => database.OpenAsync(new PostgresStoreOptions { IsShared = true }))));
        var secrets = new HashSet<string>();
        foreach (var store in stores)
        {
            secrets.Add(Convert.ToHexString((await store.LoadAsync(CancellationToken.None)).Secret.Span));
            await store.DisposeAsync();
        }

        Assert.Single(secrets);
    }

    [Fact]
    public async Task What_is_committed_outlives_an_immediate_stop_of_the_database()
    {
        await using var server = await PostgresServer.StartNewAsync();
        await using var store = await OpenAsync(server.ConnectionString("postgres"));
        var board = await SharingTests.MakeBoardAsync(store);
        var window = await SharingTests.ClaimAndOpenAsync(store, board);
        for (var order = 1; order <= 50; order++)
        {
            await store.CommitAsync(SharingTests.Batch(board, window, order, order, order), CancellationToken.None);
        }

        await server.StopImmediatelyAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.ReadLogAsync(board, 0, 1, CancellationToken.None));
        await server.StartAsync();
        Assert.Equal(50, (await store.ReadLogAsync(board, 0, 100, CancellationToken.None)).Count);
    }

    private static Task<PostgresScoreStore> OpenAsync(string connectionString) =>
        PostgresScoreStore.OpenAsync(connectionString, new PostgresStoreOptions(), TimeProvider.System, CancellationToken.None);
}

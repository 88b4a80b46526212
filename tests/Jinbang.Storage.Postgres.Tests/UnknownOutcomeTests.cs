using Jinbang.Boards.Storage;
using Jinbang.Postgres;
using Npgsql;

namespace Jinbang.Storage.Postgres.Tests;

public sealed class UnknownOutcomeTests : IAsyncLifetime
{
    private readonly List<PostgresScoreStore> stores = [];
    private TemporaryDatabase database = null!;
    private TcpProxy proxy = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TemporaryDatabase.CreateAsync();
        proxy = new TcpProxy((await PostgresServer.SharedAsync()).Port);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }

        await proxy.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_is_found_to_be_stored()
    {
        var (store, board, window) = await StartAsync(isShared: true);
        proxy.Mode = ProxyMode.HoldAnswers;
        var committing = Task.Run(async () => await store.CommitAsync(SharingTests.Batch(board, window, 1, 10, 1), CancellationToken.None));
        await UntilAsync("SELECT count(*) FROM log", 1);
        proxy.Cut();
        await Assert.ThrowsAsync<StoreUncertainException>(() => committing);
        proxy.Mode = ProxyMode.Pass;
        Assert.NotNull(await store.SettleAsync(CancellationToken.None));
        Assert.Null(await store.SettleAsync(CancellationToken.None));
        await store.CommitAsync(SharingTests.Batch(board, window, 1, 20, 2), CancellationToken.None);
        Assert.Equal([1, 2], (await store.ReadLogAsync(board, 0, 10, CancellationToken.None)).Select(static row => (int)row.Number));
    }

    [Fact]
    public async Task A_commit_that_comes_late_stores_nothing_once_it_is_settled()
    {
        var (store, board, window) = await StartAsync(isShared: true);
        proxy.Mode = ProxyMode.Hold;
        var committing = Task.Run(async () => await store.CommitAsync(SharingTests.Batch(board, window, 1, 10, 1), CancellationToken.None));
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        proxy.CutClients();
        await Assert.ThrowsAsync<StoreUncertainException>(() => committing);

        // The statement is still on its way when the outcome is settled over another connection.
        await database.ExecuteAsync("UPDATE writer SET generation = generation + 1");
        proxy.Mode = ProxyMode.Pass;
        Assert.Null(await store.SettleAsync(CancellationToken.None));
        Assert.Empty(await store.ReadLogAsync(board, 0, 10, CancellationToken.None));
        await store.CommitAsync(SharingTests.Batch(board, window, 1, 20, 1), CancellationToken.None);
        Assert.Equal([20], (await store.ReadLogAsync(board, 0, 10, CancellationToken.None)).Select(static row => (int)row.Submitted.First));
    }

    [Fact]
    public async Task Settling_waits_for_a_commit_that_is_still_running()
    {
        var (store, board, window) = await StartAsync(isShared: true);
        await using var blocker = new NpgsqlConnection(database.ConnectionString + ";Pooling=false");
        await blocker.OpenAsync();
        await using var transaction = await blocker.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand($"SELECT FROM ownership WHERE board = {board} FOR UPDATE", blocker, transaction))
        {
            await command.ExecuteNonQueryAsync();
        }

        // It holds the writer's row and waits for the board's.
        var committing = Task.Run(async () => await store.CommitAsync(SharingTests.Batch(board, window, 1, 10, 1), CancellationToken.None));
        await UntilAsync("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'", 1);
        proxy.Cut();
        await Assert.ThrowsAsync<StoreUncertainException>(() => committing);
        Assert.Null(await store.SettleAsync(CancellationToken.None));
        await transaction.CommitAsync();
        Assert.Equal(0, await database.NumberAsync("SELECT count(*) FROM log"));
        await store.CommitAsync(SharingTests.Batch(board, window, 1, 20, 1), CancellationToken.None);
        Assert.Equal(1, await database.NumberAsync("SELECT count(*) FROM log"));
    }

    [Theory]
    [InlineData("CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(30); RETURN NEW; END'; CREATE TRIGGER slow BEFORE INSERT ON log FOR EACH ROW EXECUTE FUNCTION slow()", "57014")]
    [InlineData("", "55P03")]
    public async Task A_commit_that_takes_the_database_too_long_or_waits_too_long_for_a_lock_is_certainly_not_stored(string slow, string state)
    {
        var (store, board, window) = await StartAsync(isShared: true, new PostgresStoreOptions { StatementTimeout = TimeSpan.FromSeconds(1), LockTimeout = TimeSpan.FromMilliseconds(300) });
        await using var blocker = new NpgsqlConnection(database.ConnectionString + ";Pooling=false");
        await blocker.OpenAsync();
        await using (var command = new NpgsqlCommand(slow.Length > 0 ? slow : "BEGIN; LOCK TABLE log IN EXCLUSIVE MODE", blocker))
        {
            await command.ExecuteNonQueryAsync();
        }

        var fault = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.CommitAsync(SharingTests.Batch(board, window, 1, 10, 1), CancellationToken.None));
        Assert.Contains(state, fault.Message, StringComparison.Ordinal);
        await using (var command = new NpgsqlCommand(slow.Length > 0 ? "DROP TRIGGER slow ON log" : "ROLLBACK", blocker))
        {
            await command.ExecuteNonQueryAsync();
        }

        await store.CommitAsync(SharingTests.Batch(board, window, 1, 20, 1), CancellationToken.None);
        Assert.Equal([20], (await store.ReadLogAsync(board, 0, 10, CancellationToken.None)).Select(static row => (int)row.Submitted.First));
    }

    [Theory]
    [InlineData(ProxyMode.HoldAnswers, true)]
    [InlineData(ProxyMode.Hold, false)]
    public async Task A_server_alone_settles_by_itself(ProxyMode mode, bool isStored)
    {
        var (store, board, window) = await StartAsync(isShared: false);
        proxy.Mode = mode;
        var committing = Task.Run(async () => await store.CommitAsync(SharingTests.Batch(board, window, 1, 10, 1), CancellationToken.None));
        if (isStored)
        {
            await UntilAsync("SELECT count(*) FROM log", 1);
        }
        else
        {
            await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        }

        proxy.Cut();
        proxy.Mode = ProxyMode.Pass;
        if (isStored)
        {
            Assert.True(await committing > 0);
        }
        else
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => committing);
        }

        await store.CommitAsync(SharingTests.Batch(board, window, 2, 20, 2), CancellationToken.None);
        Assert.Equal(isStored ? [10, 20] : [20], (await store.ReadLogAsync(board, 0, 10, CancellationToken.None)).Select(static row => (int)row.Submitted.First));
    }

    [Fact]
    public async Task While_the_database_is_out_of_reach_nothing_is_settled_and_calls_say_so()
    {
        var (store, board, window) = await StartAsync(isShared: true);
        proxy.Mode = ProxyMode.HoldAnswers;
        var committing = Task.Run(async () => await store.CommitAsync(SharingTests.Batch(board, window, 1, 10, 1), CancellationToken.None));
        await UntilAsync("SELECT count(*) FROM log", 1);
        proxy.Refuses = true;
        proxy.Cut();
        await Assert.ThrowsAsync<StoreUncertainException>(() => committing);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.SettleAsync(CancellationToken.None));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.ReadLogAsync(board, 0, 1, CancellationToken.None));
        proxy.Refuses = false;
        proxy.Mode = ProxyMode.Pass;
        Assert.NotNull(await store.SettleAsync(CancellationToken.None));
    }

    private async Task<(PostgresScoreStore Store, int Board, int Window)> StartAsync(bool isShared, PostgresStoreOptions? options = null)
    {
        var through = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Port = proxy.Port }.ConnectionString;
        var store = await PostgresScoreStore.OpenAsync(through, (options ?? new PostgresStoreOptions()) with { IsShared = isShared }, TimeProvider.System, CancellationToken.None);
        stores.Add(store);
        if (isShared)
        {
            await store.JoinAsync(new MemberDescription("one", ""), TimeSpan.FromMinutes(1), CancellationToken.None);
        }

        var board = await SharingTests.MakeBoardAsync(store);
        return (store, board, await SharingTests.ClaimAndOpenAsync(store, board));
    }

    private async Task UntilAsync(string sql, long number)
    {
        for (var tries = 0; tries < 500; tries++)
        {
            if (await database.NumberAsync(sql) >= number)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }

        Assert.Fail($"It never came: {sql}");
    }
}

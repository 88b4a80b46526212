using Jinbang.Postgres;
using Npgsql;

namespace Jinbang.Storage.Postgres.Tests;

/// <summary>A database of its own on the tests' server, dropped when disposed.</summary>
internal sealed class TemporaryDatabase : IAsyncDisposable
{
    private readonly PostgresServer server;

    private TemporaryDatabase(PostgresServer server, string connectionString)
    {
        this.server = server;
        ConnectionString = connectionString;
    }

    public string ConnectionString { get; }

    public static async Task<TemporaryDatabase> CreateAsync()
    {
        var server = await PostgresServer.SharedAsync();
        return new TemporaryDatabase(server, await server.CreateDatabaseAsync());
    }

    public Task<PostgresScoreStore> OpenAsync(PostgresStoreOptions? options = null, TimeProvider? time = null) =>
        PostgresScoreStore.OpenAsync(ConnectionString, options ?? new PostgresStoreOptions(), time ?? TimeProvider.System, CancellationToken.None);

    public Task ExecuteAsync(string sql) => PostgresServer.ExecuteAsync(ConnectionString, sql);

    public async Task<long> NumberAsync(string sql) => Convert.ToInt64(await PostgresServer.ReadAsync(ConnectionString, sql), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Makes the database refuse, from now on, rows with a score, and profiles and players with a text.</summary>
    public Task RefuseRowsAsync(long score, string text) => ExecuteAsync($"""
        ALTER TABLE log ADD CONSTRAINT refused CHECK (score <> {score});
        ALTER TABLE profile ADD CONSTRAINT refused CHECK (nickname <> '{text}');
        ALTER TABLE player ADD CONSTRAINT refused CHECK (external_id <> '{text}')
        """);

    /// <summary>Looks for texts in all tables.</summary>
    public async Task AssertStoresNothingOfAsync(params string[] texts)
    {
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        var tables = new List<string>();
        await using (var command = new NpgsqlCommand("SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public'", connection))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                tables.Add(reader.GetString(0));
            }
        }

        foreach (var table in tables)
        {
            await using var command = new NpgsqlCommand($"SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM {table} AS t", connection);
            var all = (string)(await command.ExecuteScalarAsync())!;
            Assert.All(texts, text => Assert.DoesNotContain(text, all, StringComparison.Ordinal));
        }
    }

    public async ValueTask DisposeAsync() => await server.DropDatabaseAsync(ConnectionString);
}

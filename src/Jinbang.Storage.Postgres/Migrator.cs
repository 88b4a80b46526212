using System.Reflection;
using Jinbang.Boards.Storage;
using Npgsql;

namespace Jinbang.Storage.Postgres;

/// <summary>
/// Brings a database to this program's schema: numbered scripts, forward only, each in a transaction of its own, one server at a time. A script first expands; what an older program still
/// needs is contracted by a later one. The database says which schema it has and the lowest program version that can work with it, so during an upgrade server by
/// server an older program goes on beside a newer one, or refuses to start and says so.
/// </summary>
internal static class Migrator
{
    /// <summary>What servers that migrate at the same time wait for; any number that no other program uses.</summary>
    private const long LockNumber = 0x6a696e62616e67;

    /// <summary>This program's version, as schemas count: the number of the last script it knows.</summary>
    public static int ProgramVersion { get; } = Scripts().Max(static script => script.Version);

    /// <summary>Runs the scripts that the database lacks.</summary>
    /// <exception cref="StoreOpenException">It is not ours, or too new.</exception>
    public static async Task MigrateAsync(Sessions sessions, IEnumerable<MigrationScript> scripts, int programVersion, CancellationToken cancellationToken)
    {
        await using var connection = await sessions.OpenAsync(cancellationToken);
        await ExecuteAsync(connection, "SET lock_timeout = 0; SET statement_timeout = 0", cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({LockNumber})", cancellationToken);
        try
        {
            var version = await ReadVersionAsync(connection, programVersion, cancellationToken);
            foreach (var script in scripts.Where(script => script.Version > version).OrderBy(static script => script.Version))
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                await ExecuteAsync(connection, script.Sql, cancellationToken);
                await ExecuteAsync(
                    connection, $"UPDATE jinbang_schema SET schema_version = {script.Version}, min_program_version = {script.MinProgramVersion}", cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            }
        }
        finally
        {
            await ExecuteAsync(
                connection, $"SELECT pg_advisory_unlock({LockNumber}); SET lock_timeout TO DEFAULT; SET statement_timeout TO DEFAULT", CancellationToken.None);
        }
    }

    internal static IReadOnlyList<MigrationScript> Scripts() => MigrationScript.In(Assembly.GetExecutingAssembly());

    private static async Task<int> ReadVersionAsync(NpgsqlConnection connection, int programVersion, CancellationToken cancellationToken)
    {
        await ExecuteAsync(
            connection,
            """
            CREATE TABLE IF NOT EXISTS jinbang_schema (single integer PRIMARY KEY CHECK (single = 1), schema_version integer NOT NULL, min_program_version integer NOT NULL);
            INSERT INTO jinbang_schema VALUES (1, 0, 0) ON CONFLICT DO NOTHING
            """,
            cancellationToken);
        await using var command = new NpgsqlCommand("SELECT schema_version, min_program_version FROM jinbang_schema", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (version, minimum) = (reader.GetInt32(0), reader.GetInt32(1));
        return minimum <= programVersion ? version : throw new StoreOpenException(
            $"The database needs a program of version {minimum} or later as schemas count, and this one is version {programVersion}: start the newer program, or restore a backup made before it ran.");
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

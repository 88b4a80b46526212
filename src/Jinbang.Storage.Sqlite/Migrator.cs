using System.Reflection;
using Jinbang.Boards.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Jinbang.Storage.Sqlite;

/// <summary>
/// Brings a database to this program's schema: numbered scripts, forward only, each in a transaction of its own. A script first expands; what an older
/// program still needs is contracted by a later one. The file says which schema it has and the lowest program version that can work with it, so an
/// older program may go on beside a newer one, or refuses to start and says so.
/// </summary>
internal static class Migrator
{
    /// <summary>This program's version, as schemas count: the number of the last script it knows.</summary>
    public static int ProgramVersion { get; } = Scripts().Max(static script => script.Version);

    /// <summary>Runs the scripts the database lacks.</summary>
    /// <exception cref="StoreOpenException">The file is not ours, or too new.</exception>
    public static void Migrate(SqliteConnection connection) => Migrate(connection, Scripts(), ProgramVersion);

    internal static void Migrate(SqliteConnection connection, IEnumerable<MigrationScript> scripts, int programVersion)
    {
        var version = ReadVersion(connection, programVersion);
        foreach (var script in scripts.Where(script => script.Version > version).OrderBy(static script => script.Version))
        {
            SqliteFile.Execute(connection, "BEGIN IMMEDIATE");
            try
            {
                SqliteFile.Execute(connection, script.Sql);
                SqliteFile.Execute(connection, $"UPDATE schema SET schema_version = {script.Version}, min_program_version = {script.MinProgramVersion}");
                SqliteFile.Execute(connection, "COMMIT");
            }
            catch
            {
                if (raw.sqlite3_get_autocommit(connection.Handle) == 0)
                {
                    SqliteFile.Execute(connection, "ROLLBACK");
                }

                throw;
            }
        }
    }

    internal static IReadOnlyList<MigrationScript> Scripts() => MigrationScript.In(Assembly.GetExecutingAssembly());

    private static long ReadVersion(SqliteConnection connection, int programVersion)
    {
        var application = SqliteFile.Number(connection, "PRAGMA application_id");
        if (application == 0 && SqliteFile.Number(connection, "SELECT count(*) FROM sqlite_schema") == 0)
        {
            SqliteFile.Execute(connection, $"""
                BEGIN IMMEDIATE;
                PRAGMA application_id = {SqliteFile.ApplicationId};
                CREATE TABLE schema (only INTEGER PRIMARY KEY CHECK (only = 1), schema_version INTEGER NOT NULL, min_program_version INTEGER NOT NULL);
                INSERT INTO schema VALUES (1, 0, 0);
                COMMIT
                """);
        }
        else if (application != SqliteFile.ApplicationId)
        {
            throw new StoreOpenException($"The file {connection.DataSource} is a database of another program (application id {application}). Choose another data folder.");
        }

        var minimum = SqliteFile.Number(connection, "SELECT min_program_version FROM schema");
        if (minimum > programVersion)
        {
            throw new StoreOpenException(
                $"The database {connection.DataSource} needs a program of version {minimum} or later as schemas count, and this one is version {programVersion}: "
                + "start the newer program, or restore a backup made before it ran.");
        }

        return SqliteFile.Number(connection, "SELECT schema_version FROM schema");
    }
}

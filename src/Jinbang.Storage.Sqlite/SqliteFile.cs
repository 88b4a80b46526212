using Jinbang.Boards.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Jinbang.Storage.Sqlite;

/// <summary>Connections to the one database file of a data folder.</summary>
internal static class SqliteFile
{
    public const string Name = "jinbang.db";

    /// <summary>Marks the file as ours in its header: "JBNG".</summary>
    public const int ApplicationId = 0x4A42_4E47;

    static SqliteFile()
    {
        // Every connection of ours is used by one thread at a time, and nobody reads SQLite's memory statistics: its locks around both would be taken
        // several times per row for nothing. Both must be said before SQLite is first used in the process.
        Batteries_V2.Init();
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    /// <summary>Opens a connection with the settings that all of ours share.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="mode">Whether the file may be made.</param>
    /// <param name="cacheKibibytes">SQLite's own page cache for this connection.</param>
    public static SqliteConnection Open(string path, SqliteOpenMode mode, int cacheKibibytes)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 2 }.ToString());
        try
        {
            connection.Open();
            _ = raw.sqlite3_extended_result_codes(connection.Handle, 1);
            _ = raw.sqlite3_busy_timeout(connection.Handle, 2000);
            Execute(connection, $"PRAGMA cache_size = -{cacheKibibytes}");
            return connection;
        }
        catch (SqliteException fault)
        {
            connection.Dispose();
            throw new StoreOpenException($"The database {path} cannot be opened: {fault.Message}", fault);
        }
        catch (Exception fault) when (fault is StoreUnavailableException or StoreBrokenException)
        {
            connection.Dispose();
            throw new StoreOpenException($"The database {path} cannot be opened: {fault.Message}", fault);
        }
    }

    public static void Execute(SqliteConnection connection, string sql) =>
        SqliteErrors.Check(raw.sqlite3_exec(connection.Handle, sql), connection.Handle!);

    public static long Number(SqliteConnection connection, string sql)
    {
        using var statement = new Statement(connection.Handle!, sql);
        return statement.Step() ? statement.Number(0) : throw new InvalidOperationException($"No row: {sql}");
    }
}

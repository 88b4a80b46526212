using Jinbang.Boards.Storage;
using SQLitePCL;

namespace Jinbang.Storage.Sqlite;

/// <summary>Turns SQLite's result codes into what the store promises. Texts of SQLite stay in the exception for the log; they never reach a client.</summary>
internal static class SqliteErrors
{
    private const int IoErrorOfSync = raw.SQLITE_IOERR | (4 << 8);
    private const int IoErrorOfDirectorySync = raw.SQLITE_IOERR | (5 << 8);

    /// <summary>Whether a code refuses one row and nothing else: the statement had no effect, and the transaction goes on.</summary>
    public static bool RefusesRow(int code) => (code & 0xff) is raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH or raw.SQLITE_RANGE;

    public static void Check(int code, sqlite3 database)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            throw Of(code, database);
        }
    }

    public static Exception Of(int code, sqlite3 database)
    {
        var extended = raw.sqlite3_extended_errcode(database);
        if ((extended & 0xff) != (code & 0xff))
        {
            extended = code;
        }

        var text = $"SQLite says {extended}: {raw.sqlite3_errmsg(database).utf8_to_string()}";
        return (extended & 0xff) switch
        {
            raw.SQLITE_IOERR when extended is IoErrorOfSync or IoErrorOfDirectorySync => new StoreBrokenException(
                $"The disk could not sync the database, so it is unknown what of the last writes it holds. {text}"),
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new StoreBrokenException($"The database file is damaged: restore a backup. {text}"),
            raw.SQLITE_FULL => new StoreUnavailableException($"The disk of the data folder is full. {text}"),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new StoreUnavailableException($"Another program holds the database locked. {text}"),
            raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM => new StoreUnavailableException($"The database cannot be written. {text}"),
            _ => new StoreUnavailableException($"The database could not do it. {text}"),
        };
    }
}

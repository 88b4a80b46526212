using System.Text;
using Jinbang.Ranking;
using SQLitePCL;

namespace Jinbang.Storage.Sqlite;

/// <summary>
/// A prepared statement of one connection, used by one thread at a time. The store's hot paths bind and step through SQLite's own interface:
/// an ADO.NET command costs several times as much as the insert it carries.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    public Statement(sqlite3 database, string sql)
    {
        this.database = database;
        SqliteErrors.Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement), database);
    }

    public Statement Bind(int index, long value)
    {
        _ = raw.sqlite3_bind_int64(statement, index, value);
        return this;
    }

    public Statement Bind(int index, long? value)
    {
        _ = value is { } number ? raw.sqlite3_bind_int64(statement, index, number) : raw.sqlite3_bind_null(statement, index);
        return this;
    }

    public Statement BindNull(int index)
    {
        _ = raw.sqlite3_bind_null(statement, index);
        return this;
    }

    /// <summary>Binds UTF-8 text; null is NULL.</summary>
    public Statement BindText(int index, byte[]? utf8)
    {
        _ = utf8 is null ? raw.sqlite3_bind_null(statement, index) : BindText(utf8, index);
        return this;
    }

    public Statement BindText(int index, ReadOnlySpan<byte> utf8)
    {
        _ = BindText(utf8, index);
        return this;
    }

    /// <summary>Binds text; null is NULL.</summary>
    public Statement BindText(int index, string? text) => BindText(index, text is null ? null : Encoding.UTF8.GetBytes(text));

    /// <summary>Binds a time as milliseconds; null is NULL.</summary>
    public Statement Bind(int index, DateTimeOffset? time) => Bind(index, time?.ToUnixTimeMilliseconds());

    /// <summary>Binds the four columns, from this parameter on.</summary>
    public Statement Bind(int index, in ScoreColumns scores) =>
        Bind(index, scores.First).Bind(index + 1, scores.Second).Bind(index + 2, scores.Third).Bind(index + 3, scores.Fourth);

    public Statement BindBlob(int index, ReadOnlySpan<byte> bytes)
    {
        _ = raw.sqlite3_bind_blob(statement, index, bytes);
        return this;
    }

    /// <summary>Moves to the next row.</summary>
    /// <returns>False at the end; the statement is then ready to be bound again.</returns>
    public bool Step()
    {
        var code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        _ = raw.sqlite3_reset(statement);
        SqliteErrors.Check(code, database);
        return false;
    }

    /// <summary>Runs a statement without rows and is ready to be bound again.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Run()
    {
        if (!TryRun(out var changed))
        {
            throw SqliteErrors.Of(raw.sqlite3_errcode(database), database);
        }

        return changed;
    }

    /// <summary>Runs a statement without rows, unless SQLite refuses the row it writes.</summary>
    public bool TryRun(out int changed)
    {
        var before = raw.sqlite3_total_changes(database);
        var code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_DONE)
        {
            changed = raw.sqlite3_changes(database);
            _ = raw.sqlite3_reset(statement);
            return true;
        }

        // A trigger may refuse a row and keep it, or undo the whole transaction with it: then there is no going on within it.
        var isAlone = raw.sqlite3_get_autocommit(database) == 0 && raw.sqlite3_total_changes(database) == before;
        var fault = SqliteErrors.RefusesRow(code) && isAlone ? null : SqliteErrors.Of(code, database);
        _ = raw.sqlite3_reset(statement);
        changed = 0;
        return fault is null ? false : throw fault;
    }

    /// <summary>Gives up the rows not yet read.</summary>
    public void Reset() => _ = raw.sqlite3_reset(statement);

    public long Number(int column) => raw.sqlite3_column_int64(statement, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    /// <summary>The text's or blob's bytes, valid until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(statement, column);

    public byte[]? Text(int column) => IsNull(column) ? null : Bytes(column).ToArray();

    public string String(int column) => Encoding.UTF8.GetString(Bytes(column));

    public string? StringOrNull(int column) => IsNull(column) ? null : String(column);

    /// <summary>A time in milliseconds; null where it is NULL.</summary>
    public DateTimeOffset? Time(int column) => IsNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(Number(column));

    /// <summary>The four columns of scores, from this one on.</summary>
    public ScoreColumns Scores(int column) => new(Number(column), Number(column + 1), Number(column + 2), Number(column + 3));

    /// <summary>Reads a number from each row.</summary>
    public List<long> Numbers()
    {
        var numbers = new List<long>();
        while (Step())
        {
            numbers.Add(Number(0));
        }

        return numbers;
    }

    public void Dispose() => statement.Dispose();

    private int BindText(ReadOnlySpan<byte> utf8, int index) => raw.sqlite3_bind_text(statement, index, utf8);
}

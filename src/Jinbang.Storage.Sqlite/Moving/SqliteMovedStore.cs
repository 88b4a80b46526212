using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.CompilerServices;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Storage.Moving;
using Microsoft.Data.Sqlite;

namespace Jinbang.Storage.Sqlite.Moving;

/// <summary>The database of a data folder as everything is moved from it or to it. Holds the folder's lock.</summary>
public sealed class SqliteMovedStore : IMovedStore
{
    /// <summary>The table that marks a target, with a row for each table that has got rows and one without a name for the origin.</summary>
    internal const string Mark = "move";

    private const int ReadingCache = 64 * 1024;

    private static readonly FrozenDictionary<string, string> Selects = new Dictionary<string, string>
    {
        ["game"] = "SELECT number, id, name, origins, players FROM game ORDER BY number",
        ["player"] = "SELECT key >> 32, key & 4294967295, external_id FROM player ORDER BY key",
        ["profile"] = "SELECT key >> 32, key & 4294967295, nickname, avatar, sex, province, city, country FROM profile ORDER BY key",
        ["window"] = """
            SELECT number, board, rule, kind, key, starts, ends, closes, state, closed_at, last_order, count, checksum, score_order FROM window ORDER BY number
            """,
        ["entry"] = "SELECT key >> 32, key & 4294967295, score, score2, score3, score4, ord, metadata FROM entry ORDER BY key",
        ["log"] = """
            SELECT board, row_number() OVER (PARTITION BY board ORDER BY number), player, ord, at, result, score, score2, score3, score4, key, metadata, windows FROM log ORDER BY number
            """,
        ["board"] = """
            SELECT number, game, name, definition, last_order, coalesce(rows, 0) FROM board
            LEFT JOIN (SELECT board AS owner, count(*) AS rows FROM log WHERE number <= (SELECT folded FROM store) GROUP BY board) ON owner = number ORDER BY number
            """,
        ["event"] = "SELECT number, id, game, type, at, body FROM event ORDER BY number",
        ["record"] = "SELECT kind, id, body FROM record ORDER BY kind, id",
        ["purge"] = "SELECT kind, number FROM purge ORDER BY kind, number",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Inserts = new Dictionary<string, string>
    {
        ["game"] = "INSERT INTO game (number, id, name, origins, players) VALUES (@v1, @v2, @v3, @v4, @v5)",
        ["player"] = "INSERT INTO player (key, game, external_id) VALUES (@v1 << 32 | @v2, @v1, @v3)",
        ["profile"] = "INSERT INTO profile (key, nickname, avatar, sex, province, city, country) VALUES (@v1 << 32 | @v2, @v3, @v4, @v5, @v6, @v7, @v8)",
        ["window"] = """
            INSERT INTO window (number, board, rule, kind, key, starts, ends, closes, state, closed_at, last_order, count, checksum, score_order)
            VALUES (@v1, @v2, @v3, @v4, @v5, @v6, @v7, @v8, @v9, @v10, @v11, @v12, @v13, @v14)
            """,
        ["entry"] = "INSERT INTO entry (key, score, score2, score3, score4, ord, metadata) VALUES (@v1 << 32 | @v2, @v3, @v4, @v5, @v6, @v7, @v8)",

        // Its number is the next one of the whole log; the number in the board follows from that.
        ["log"] = """
            INSERT INTO log (board, player, ord, at, result, score, score2, score3, score4, key, metadata, windows)
            VALUES (@v1, @v3, @v4, @v5, @v6, @v7, @v8, @v9, @v10, @v11, @v12, @v13)
            """,
        ["board"] = "INSERT INTO board (number, game, name, definition, last_order) VALUES (@v1, @v2, @v3, @v4, @v5)",
        ["event"] = "INSERT INTO event (number, id, game, type, at, body) VALUES (@v1, @v2, @v3, @v4, @v5, @v6)",
        ["record"] = "INSERT INTO record (kind, id, body) VALUES (@v1, @v2, @v3)",
        ["purge"] = "INSERT INTO purge (kind, number, after) VALUES (@v1, @v2, 0)",
    }.ToFrozenDictionary();

    private readonly DataFolder folder;
    private readonly SqliteConnection connection;

    private SqliteMovedStore(DataFolder folder, SqliteConnection connection) => (this.folder, this.connection) = (folder, connection);

    /// <inheritdoc />
    public string Name => $"the SQLite database {folder.DatabaseFile}";

    /// <summary>Opens the database of a data folder and brings its schema up to date.</summary>
    /// <param name="path">The data folder.</param>
    /// <param name="mayMake">Whether it is made where it is missing, as for a target.</param>
    /// <exception cref="StoreOpenException">It cannot be opened, or there is none; the message says why.</exception>
    public static SqliteMovedStore Open(string path, bool mayMake)
    {
        if (!mayMake && !File.Exists(Path.Combine(path, SqliteFile.Name)))
        {
            throw new StoreOpenException($"There is no database in {path}: name the data folder with --data.");
        }

        var folder = DataFolder.Take(path);
        try
        {
            var isNew = !File.Exists(folder.DatabaseFile);
            var connection = SqliteFile.Open(folder.DatabaseFile, SqliteOpenMode.ReadWriteCreate, ReadingCache);
            try
            {
                if (isNew && !OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(folder.DatabaseFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                }

                SqliteFile.Execute(connection, "PRAGMA synchronous = FULL");
                Migrator.Migrate(connection);
                SqliteFile.Execute(connection, "PRAGMA journal_mode = WAL");
                DataFolder.SyncDirectory(folder.Path);
                return new SqliteMovedStore(folder, connection);
            }
            catch (Exception fault)
            {
                connection.Dispose();
                throw fault is StoreUnavailableException or StoreBrokenException ? new StoreOpenException($"The database {folder.DatabaseFile} cannot be opened: {fault.Message}", fault) : fault;
            }
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask<bool> IsEmptyAsync(CancellationToken cancellationToken) => new(SqliteFile.Number(connection, "SELECT count(*) FROM game") == 0);

    /// <inheritdoc />
    public ValueTask<MoveProgress?> ReadProgressAsync(CancellationToken cancellationToken)
    {
        if (!IsMarked(connection))
        {
            return new((MoveProgress?)null);
        }

        using var command = Command($"SELECT name, rows, origin FROM {Mark}");
        using var reader = command.ExecuteReader();
        var (origin, rows) = ("", new Dictionary<string, long>());
        while (reader.Read())
        {
            rows.Add(reader.GetString(0), reader.GetInt64(1));
            origin = reader.IsDBNull(2) ? origin : reader.GetString(2);
        }

        return new(new MoveProgress(origin, rows));
    }

    /// <inheritdoc />
    public ValueTask<MovedNumbers> ReadNumbersAsync(CancellationToken cancellationToken)
    {
        using var command = Command("""
            SELECT secret, commit_number, last_commit_at, last_game, last_board, last_window, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'event'), 0),
              (SELECT count(*) FROM log WHERE number <= folded OR board NOT IN (SELECT number FROM board))
            FROM store
            """);
        using var reader = command.ExecuteReader();
        reader.Read();
        return new(new MovedNumbers
        {
            Secret = (byte[])reader[0],
            Commit = reader.GetInt64(1),
            CommitAt = reader.IsDBNull(2) ? null : reader.GetInt64(2),
            LastGame = reader.GetInt32(3),
            LastBoard = reader.GetInt32(4),
            LastWindow = reader.GetInt32(5),
            LastEvent = reader.GetInt64(6),
            Folded = reader.GetInt64(7),
        });
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<object?[]> ReadAsync(MovedTable table, long skip, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var command = Command(string.Create(CultureInfo.InvariantCulture, $"{Selects[table.Name]} LIMIT -1 OFFSET {skip}"));
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var row = new object?[table.Columns.Count];
            for (var column = 0; column < row.Length; column++)
            {
                row[column] = reader.IsDBNull(column) ? null : table.Columns[column].Type == MovedType.Text ? reader.GetString(column) : reader.GetInt64(column);
            }

            yield return row;
        }
    }

    /// <inheritdoc />
    public ValueTask BeginAsync(string origin, CancellationToken cancellationToken)
    {
        using var transaction = connection.BeginTransaction();
        Execute(transaction, $"CREATE TABLE IF NOT EXISTS {Mark} (name TEXT PRIMARY KEY, rows INTEGER NOT NULL, origin TEXT) WITHOUT ROWID; DELETE FROM {Mark}; DELETE FROM log_index");
        foreach (var table in MovedTable.All.Reverse())
        {
            Execute(transaction, $"DELETE FROM \"{table.Name}\"");
        }

        Execute(transaction, "UPDATE store SET commit_number = 0, log_number = 0, folded = 0, last_commit_at = NULL, last_game = 0, last_board = 0, last_window = 0; DELETE FROM sqlite_sequence");
        using var insert = Command($"INSERT INTO {Mark} VALUES ('', 0, @origin)", transaction);
        insert.Parameters.AddWithValue("@origin", origin);
        insert.ExecuteNonQuery();
        transaction.Commit();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask AddAsync(MovedTable table, IReadOnlyList<object?[]> rows, CancellationToken cancellationToken)
    {
        using var transaction = connection.BeginTransaction();
        using (var insert = Command(Inserts[table.Name], transaction))
        {
            // @v1 and so on, which the provider binds by these names.
            var parameters = table.Columns.Select((_, index) => insert.Parameters.Add(new SqliteParameter($"@v{index + 1}", null))).ToArray();
            foreach (var row in rows)
            {
                for (var column = 0; column < row.Length; column++)
                {
                    parameters[column].Value = row[column] ?? DBNull.Value;
                }

                insert.ExecuteNonQuery();
            }
        }

        using (var count = Command($"INSERT INTO {Mark} VALUES (@name, @rows, NULL) ON CONFLICT (name) DO UPDATE SET rows = rows + excluded.rows", transaction))
        {
            count.Parameters.AddWithValue("@name", table.Name);
            count.Parameters.AddWithValue("@rows", rows.Count);
            count.ExecuteNonQuery();
        }

        transaction.Commit();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask CompleteAsync(MovedNumbers numbers, CancellationToken cancellationToken)
    {
        using var transaction = connection.BeginTransaction();
        using (var update = Command("""
            UPDATE store SET secret = @secret, commit_number = @commit, last_commit_at = @at, log_number = (SELECT coalesce(max(number), 0) FROM log), folded = @folded,
              last_game = @game, last_board = @board, last_window = @window;
            DELETE FROM sqlite_sequence WHERE name = 'event';
            INSERT INTO sqlite_sequence (name, seq) VALUES ('event', @event);
            UPDATE purge SET after = (SELECT log_number FROM store);
            DELETE FROM log_index;
            """, transaction))
        {
            update.Parameters.AddWithValue("@secret", numbers.Secret.ToArray());
            update.Parameters.AddWithValue("@commit", numbers.Commit);
            update.Parameters.AddWithValue("@at", (object?)numbers.CommitAt ?? DBNull.Value);
            update.Parameters.AddWithValue("@folded", numbers.Folded);
            update.Parameters.AddWithValue("@game", numbers.LastGame);
            update.Parameters.AddWithValue("@board", numbers.LastBoard);
            update.Parameters.AddWithValue("@window", numbers.LastWindow);
            update.Parameters.AddWithValue("@event", numbers.LastEvent);
            update.ExecuteNonQuery();
        }

        AddIndex(transaction, new KeyHash(numbers.Secret.Span), numbers.Folded);
        transaction.Commit();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask EndAsync(CancellationToken cancellationToken)
    {
        SqliteFile.Execute(connection, $"DROP TABLE {Mark}");
        SqliteFile.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        connection.Dispose();
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Whether a database is the target of a move that has not ended.</summary>
    internal static bool IsMarked(SqliteConnection connection) => SqliteFile.Number(connection, $"SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '{Mark}'") > 0;

    /// <summary>As folding would have: the folded rows by board, player and the hash of the key.</summary>
    private void AddIndex(SqliteTransaction transaction, KeyHash hash, long folded)
    {
        using var select = Command("SELECT board << 32 | player, key, number FROM log WHERE number <= @folded ORDER BY 1, 3", transaction);
        select.Parameters.AddWithValue("@folded", folded);
        using var insert = Command("INSERT INTO log_index (owner, key, number) VALUES (@v1, @v2, @v3)", transaction);
        var parameters = Enumerable.Range(1, 3).Select(index => insert.Parameters.Add(new SqliteParameter($"@v{index}", null))).ToArray();
        using var reader = select.ExecuteReader();
        while (reader.Read())
        {
            parameters[0].Value = reader.GetInt64(0);
            parameters[1].Value = reader.IsDBNull(1) ? 0 : hash.Of(System.Text.Encoding.UTF8.GetBytes(reader.GetString(1)));
            parameters[2].Value = reader.GetInt64(2);
            insert.ExecuteNonQuery();
        }
    }

    private SqliteCommand Command(string sql, SqliteTransaction? transaction = null) => new(sql, connection, transaction) { CommandTimeout = 0 };

    private void Execute(SqliteTransaction transaction, string sql)
    {
        using var command = Command(sql, transaction);
        command.ExecuteNonQuery();
    }
}

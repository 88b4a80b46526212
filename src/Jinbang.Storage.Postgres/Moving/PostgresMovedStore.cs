using System.Collections.Frozen;
using System.Data;
using System.Globalization;
using System.Runtime.CompilerServices;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Storage.Moving;
using Jinbang.Boards.Windows;
using Npgsql;
using NpgsqlTypes;

namespace Jinbang.Storage.Postgres.Moving;

/// <summary>A database as everything is moved from it or to it. While it is open it is a server that uses the database alone, so no other starts, and none may run.</summary>
public sealed class PostgresMovedStore : IMovedStore
{
    /// <summary>The table that marks a target, with a row for each table that has got rows and one without a name for the origin.</summary>
    internal const string Mark = "jinbang_move";

    /// <summary>A row of the log that is not folded yet: those of boards that are gone count as folded.</summary>
    private const string Unfolded = "(b.number IS NOT NULL AND l.number > b.folded)";

    private static readonly FrozenDictionary<string, string> Selects = new Dictionary<string, string>
    {
        ["game"] = "SELECT number, id, name, origins, players FROM game ORDER BY number",
        ["player"] = "SELECT game, number, external_id FROM player ORDER BY game, number",
        ["profile"] = "SELECT game, player, nickname, avatar, sex, province, city, country FROM profile ORDER BY game, player",
        ["window"] = $"SELECT {StoredRows.WindowColumns} FROM \"window\" ORDER BY number",
        ["entry"] = "SELECT \"window\", player, score, score2, score3, score4, ord, metadata FROM entry ORDER BY \"window\", player",
        ["log"] = $"""
            SELECT l.board, row_number() OVER (PARTITION BY l.board ORDER BY l.number), l.player, l.ord, l.at, l.result, l.score, l.score2, l.score3, l.score4, l.key, l.metadata, l.windows
            FROM log AS l LEFT JOIN board AS b ON b.number = l.board ORDER BY {Unfolded}, l.at, l.board, l.number
            """,
        ["board"] = """
            SELECT b.number, b.game, b.name, b.definition, b.last_order, (SELECT count(*) FROM log AS l WHERE l.board = b.number AND l.number <= b.folded) FROM board AS b ORDER BY b.number
            """,
        ["event"] = "SELECT number, id, game, type, at, body FROM event ORDER BY number",
        ["record"] = "SELECT kind, id, body FROM record ORDER BY kind, id",
        ["purge"] = "SELECT kind, number FROM purge ORDER BY kind, number",
    }.ToFrozenDictionary();

    private readonly PostgresScoreStore store;
    private readonly Sessions sessions;
    private readonly NpgsqlConnection connection;

    private PostgresMovedStore(string name, PostgresScoreStore store, Sessions sessions, NpgsqlConnection connection)
    {
        Name = name;
        this.store = store;
        this.sessions = sessions;
        this.connection = connection;
    }

    /// <inheritdoc />
    public string Name { get; }

    /// <summary>Opens a database, brings its schema up to date, takes it for itself, and ends erasures that its servers have begun and not ended.</summary>
    /// <param name="connectionString">How it is reached.</param>
    /// <param name="time">The time.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="StoreOpenException">It cannot be used, or a server uses it; the message says why.</exception>
    public static async Task<PostgresMovedStore> OpenAsync(string connectionString, TimeProvider time, CancellationToken cancellationToken)
    {
        var options = new PostgresStoreOptions { MayBeUnfinished = true, StatementTimeout = TimeSpan.FromHours(12), LockTimeout = TimeSpan.FromMinutes(1) };
        var store = await PostgresScoreStore.OpenAsync(connectionString, options, time, cancellationToken);
        var sessions = Sessions.Over(connectionString, options);
        try
        {
            await EraseAsync(store, cancellationToken);
            var connection = await sessions.OpenAsync(cancellationToken);
            return new PostgresMovedStore($"the PostgreSQL database {connection.Database}", store, sessions, connection);
        }
        catch (Exception fault)
        {
            sessions.Dispose();
            await store.DisposeAsync();
            throw PostgresErrors.IsOurs(fault) ? new StoreOpenException($"The database cannot be used: {PostgresErrors.TextOf(fault)}", fault)
                : fault is StoreUnavailableException or StoreUncertainException ? new StoreOpenException($"The database cannot be used: {fault.Message}", fault)
                : fault;
        }
    }

    /// <inheritdoc />
    public async ValueTask<bool> IsEmptyAsync(CancellationToken cancellationToken) => await OneAsync<long>("SELECT count(*) FROM game", cancellationToken) == 0;

    /// <inheritdoc />
    public async ValueTask<MoveProgress?> ReadProgressAsync(CancellationToken cancellationToken)
    {
        if (!await IsMarkedAsync(connection, cancellationToken))
        {
            return null;
        }

        await using var command = Command($"SELECT name, rows, origin FROM {Mark}");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var (origin, rows) = ("", new Dictionary<string, long>());
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(reader.GetString(0), reader.GetInt64(1));
            origin = reader.IsDBNull(2) ? origin : reader.GetString(2);
        }

        return new MoveProgress(origin, rows);
    }

    /// <inheritdoc />
    public async ValueTask<MovedNumbers> ReadNumbersAsync(CancellationToken cancellationToken)
    {
        await using var command = Command($"""
            SELECT secret, (SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM commit_number), greatest((SELECT max(last_at) FROM writer), departed_at),
              last_game, last_board, last_window, (SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM event_number_seq),
              (SELECT count(*) FROM log AS l LEFT JOIN board AS b ON b.number = l.board WHERE NOT {Unfolded})
            FROM store
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new MovedNumbers
        {
            Secret = (byte[])reader[0],
            Commit = reader.GetInt64(1),
            CommitAt = reader.IsDBNull(2) ? null : reader.GetInt64(2),
            LastGame = reader.GetInt32(3),
            LastBoard = reader.GetInt32(4),
            LastWindow = reader.GetInt32(5),
            LastEvent = reader.GetInt64(6),
            Folded = reader.GetInt64(7),
        };
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<object?[]> ReadAsync(MovedTable table, long skip, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = Command(string.Create(CultureInfo.InvariantCulture, $"{Selects[table.Name]} OFFSET {skip}"));
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = new object?[table.Columns.Count];
            for (var column = 0; column < row.Length; column++)
            {
                row[column] = await reader.IsDBNullAsync(column, cancellationToken) ? null
                    : table.Columns[column].Type == MovedType.Text ? reader.GetString(column)
                    : Convert.ToInt64(reader.GetValue(column), CultureInfo.InvariantCulture);
            }

            yield return row;
        }
    }

    /// <inheritdoc />
    public async ValueTask BeginAsync(string origin, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync($"CREATE TABLE IF NOT EXISTS {Mark} (name text PRIMARY KEY, rows bigint NOT NULL, origin text)", cancellationToken);
        await RunAsync($"TRUNCATE {Mark}, erasure, {string.Join(", ", MovedTable.All.Select(static table => $"\"{table.Name}\""))}", cancellationToken);
        await RunAsync("DELETE FROM ownership WHERE board <> 0", cancellationToken);
        await RunAsync($"INSERT INTO {Mark} VALUES ('', 0, $1)", cancellationToken, origin);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask AddAsync(MovedTable table, IReadOnlyList<object?[]> rows, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var copy = await connection.BeginBinaryImportAsync($"COPY \"{table.Name}\" ({table.ColumnList}) FROM STDIN (FORMAT BINARY)", cancellationToken))
        {
            foreach (var row in rows)
            {
                await copy.StartRowAsync(cancellationToken);
                for (var column = 0; column < row.Length; column++)
                {
                    await WriteAsync(copy, row[column], table.Columns[column].Type, cancellationToken);
                }
            }

            await copy.CompleteAsync(cancellationToken);
        }

        await RunAsync(
            $"INSERT INTO {Mark} AS m VALUES ($1, $2, NULL) ON CONFLICT (name) DO UPDATE SET rows = m.rows + excluded.rows", cancellationToken, table.Name, (long)rows.Count);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask CompleteAsync(MovedNumbers numbers, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(
            "UPDATE store SET secret = $1, last_game = $2, last_board = $3, last_window = $4, departed_commit = $5, departed_at = $6", cancellationToken,
            numbers.Secret.ToArray(), numbers.LastGame, numbers.LastBoard, numbers.LastWindow, numbers.Commit, (object?)numbers.CommitAt ?? DBNull.Value);
        await RunAsync("UPDATE writer SET last_commit = 0, last_at = NULL", cancellationToken);

        // The next one is one more.
        await RunAsync("SELECT setval('commit_number', $1 + 1, false), setval('event_number_seq', $2 + 1, false)", cancellationToken, numbers.Commit, numbers.LastEvent);
        await RunAsync("INSERT INTO ownership (board) SELECT number FROM board ON CONFLICT DO NOTHING", cancellationToken);
        await RunAsync("UPDATE change SET catalog = catalog + 1, records = records + 1", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await RunAsync("ANALYZE", cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask EndAsync(CancellationToken cancellationToken) => await RunAsync($"DROP TABLE {Mark}", cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        sessions.Dispose();
        await store.DisposeAsync();
    }

    /// <summary>Whether a database is the target of a move that has not ended.</summary>
    internal static async Task<bool> IsMarkedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM pg_tables WHERE tablename = '{Mark}' AND schemaname = current_schema()", connection);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))! > 0;
    }

    /// <summary>Boards erase deleted players when they see that they are deleted: here they do it now.</summary>
    private static async Task EraseAsync(PostgresScoreStore store, CancellationToken cancellationToken)
    {
        var erasures = await store.ReadErasuresAsync(0, cancellationToken);
        if (erasures.Count == 0)
        {
            return;
        }

        foreach (var game in (await store.LoadAsync(cancellationToken)).Games)
        {
            var theirs = erasures.Where(erasure => erasure.Game == game.Number).ToList();
            foreach (var board in theirs.Count == 0 ? [] : game.Boards)
            {
                var open = board.Windows.Where(static window => window.State == WindowState.Open).Select(static window => window.Number);
                await store.EraseFromBoardAsync(board.Number, [.. theirs.Select(static erasure => erasure.Player)], [.. open], theirs[^1].Number, cancellationToken);
            }
        }
    }

    private static Task WriteAsync(NpgsqlBinaryImporter copy, object? value, MovedType type, CancellationToken cancellationToken) => (value, type) switch
    {
        (null, _) => copy.WriteNullAsync(cancellationToken),
        (_, MovedType.Text) => copy.WriteAsync((string)value, NpgsqlDbType.Text, cancellationToken),
        (_, MovedType.Small) => copy.WriteAsync(checked((short)(long)value), NpgsqlDbType.Smallint, cancellationToken),
        (_, MovedType.Number) => copy.WriteAsync(checked((int)(long)value), NpgsqlDbType.Integer, cancellationToken),
        _ => copy.WriteAsync((long)value, NpgsqlDbType.Bigint, cancellationToken),
    };

    private NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }

    private async Task RunAsync(string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = Command(sql, values);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<T> OneAsync<T>(string sql, CancellationToken cancellationToken)
    {
        await using var command = Command(sql);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}

using System.Data;
using System.Text;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Ranking;
using Npgsql;
using NpgsqlTypes;

namespace Jinbang.Storage.Postgres;

public sealed partial class PostgresScoreStore
{
    private const string BoardColumns = """
        b.number, b.game, b.definition, b.folded, b.erased_through,
        greatest(b.last_order, coalesce((SELECT max(ord) FROM log WHERE board = b.number AND number > b.folded), 0)),
        greatest(b.folded, coalesce((SELECT max(number) FROM log WHERE board = b.number), 0))
        """;

    private static readonly string ShownWindows = $"""
        SELECT {StoredRows.WindowColumns} FROM "window" AS w
        WHERE (state = 1 OR (state = 2 AND number = (
          SELECT number FROM "window" AS other WHERE other.board = w.board AND other.rule = w.rule AND other.state = 2 ORDER BY coalesce(ends, 0) DESC, number DESC LIMIT 1)))
        """;

    /// <inheritdoc />
    public async ValueTask<StoreContents> LoadAsync(CancellationToken cancellationToken) => await SnapshotAsync(async opened =>
    {
        var windows = (await ListAsync(opened, $"{ShownWindows} ORDER BY number", StoredRows.Window, cancellationToken)).ToLookup(static window => window.Board);
        var boards = (await ListAsync(opened, $"SELECT {BoardColumns} FROM board AS b ORDER BY b.number", BoardOf, cancellationToken)).ToLookup(static board => board.Game);
        var games = await ListAsync(
            opened,
            "SELECT number, id, name, origins FROM game ORDER BY number",
            row => new StoredGame(
                row.GetInt32(0),
                new GameDefinition { Id = GameId.Parse(row.GetString(1)), Name = row.GetString(2), Origins = DefinitionJson.ReadOrigins(row.IsDBNull(3) ? null : row.GetString(3)) },
                [.. boards[row.GetInt32(0)].Select(board => board.Stored with { Windows = [.. windows[board.Stored.Number]] })]),
            cancellationToken);
        var last = await OneAsync(opened, "SELECT coalesce(greatest((SELECT max(last_at) FROM writer), (SELECT departed_at FROM store)), -1)", cancellationToken);
        return new StoreContents(games, secret, last < 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(last));
    }, cancellationToken);

    /// <inheritdoc />
    public async ValueTask<SharedBoard?> LoadBoardAsync(int board, CancellationToken cancellationToken) => await SnapshotAsync(async opened =>
    {
        var found = await ListAsync(opened, $"SELECT {BoardColumns} FROM board AS b WHERE b.number = $1", BoardOf, cancellationToken, board);
        if (found.Count == 0)
        {
            return null;
        }

        var windows = await ListAsync(opened, $"{ShownWindows} AND board = $1 ORDER BY number", StoredRows.Window, cancellationToken, board);
        return found[0] with { Stored = found[0].Stored with { Windows = windows } };
    }, cancellationToken);

    /// <inheritdoc />
    public async ValueTask LoadPlayersAsync(int game, PlayerReader read, CancellationToken cancellationToken) => await LongAsync(async opened =>
    {
        await using var copy = await opened.BeginBinaryExportAsync($"COPY (SELECT number, external_id FROM player WHERE game = {game}) TO STDOUT (FORMAT BINARY)", cancellationToken);
        while (await copy.StartRowAsync(cancellationToken) >= 0)
        {
            var number = copy.Read<int>(NpgsqlDbType.Integer);
            read(copy.Read<byte[]>(NpgsqlDbType.Text), new PlayerId(number));
        }

        return true;
    }, cancellationToken);

    /// <inheritdoc />
    public async ValueTask<int> ReadLastPlayerAsync(int game, CancellationToken cancellationToken) => await ReadAsync(
        "SELECT players FROM game WHERE number = $1",
        static async (reader, cancellationToken) => await reader.ReadAsync(cancellationToken) ? reader.GetInt32(0) : 0,
        cancellationToken,
        game);

    /// <inheritdoc />
    public async ValueTask<bool> LoadWindowAsync(int window, EntryReader readEntry, EntryReader readTail, CancellationToken cancellationToken) => await LongAsync(async opened =>
    {
        // Both from one snapshot: a fold moves rows from one to the other.
        await using var transaction = await opened.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await RunAsync(opened, "SET TRANSACTION READ ONLY", cancellationToken);
        var hasMetadata = false;
        await using (var copy = await opened.BeginBinaryExportAsync(
            $"COPY (SELECT player, score, score2, score3, score4, ord, metadata IS NOT NULL FROM entry WHERE \"window\" = {window}) TO STDOUT (FORMAT BINARY)", cancellationToken))
        {
            while (await copy.StartRowAsync(cancellationToken) >= 0)
            {
                var player = copy.Read<int>(NpgsqlDbType.Integer);
                var scores = new ScoreColumns(
                    copy.Read<long>(NpgsqlDbType.Bigint), copy.Read<long>(NpgsqlDbType.Bigint), copy.Read<long>(NpgsqlDbType.Bigint), copy.Read<long>(NpgsqlDbType.Bigint));
                var order = copy.Read<long>(NpgsqlDbType.Bigint);
                hasMetadata |= copy.Read<bool>(NpgsqlDbType.Boolean);
                readEntry(new Entry(new PlayerId(player), scores, order));
            }
        }

        foreach (var row in await ListAsync(
            opened,
            $"""
            SELECT {StoredRows.SubmissionColumns} FROM log
            WHERE board = (SELECT board FROM "window" WHERE number = $1) AND ord <> 0
              AND number > (SELECT folded FROM board WHERE number = (SELECT board FROM "window" WHERE number = $1)) ORDER BY number
            """,
            StoredRows.Submission,
            cancellationToken,
            window))
        {
            foreach (var line in row.Windows)
            {
                if (line.Window == window && line.ChangesEntry)
                {
                    hasMetadata |= row.Metadata is not null;
                    readTail(new Entry(row.Player, line.Scores, row.Order));
                }
            }
        }

        return hasMetadata;
    }, cancellationToken);

    /// <inheritdoc />
    public async ValueTask<long> ReadVersionAsync(CancellationToken cancellationToken) => await ReadAsync(
        "SELECT greatest((SELECT max(last_commit) FROM writer), (SELECT departed_commit FROM store))",
        static async (reader, cancellationToken) => await reader.ReadAsync(cancellationToken) ? reader.GetInt64(0) : 0,
        cancellationToken);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<Profile?>> ReadProfilesAsync(int game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken) => await EachAsync(
        "SELECT player, nickname, avatar, sex, province, city, country FROM profile WHERE game = $1 AND player = ANY ($2)",
        game,
        players,
        static row => new Profile
        {
            Nickname = StoredRows.Bytes(row, 1),
            Avatar = StoredRows.Bytes(row, 2),
            Sex = row.IsDBNull(3) ? null : (byte)row.GetInt16(3),
            Province = StoredRows.Bytes(row, 4),
            City = StoredRows.Bytes(row, 5),
            Country = StoredRows.Bytes(row, 6),
        },
        cancellationToken);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<ExternalId>> ReadExternalIdsAsync(int game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken) => await EachAsync(
        "SELECT number, external_id FROM player WHERE game = $1 AND number = ANY ($2)",
        game,
        players,
        static row => ExternalId.Copy(Encoding.UTF8.GetBytes(row.GetString(1))),
        cancellationToken);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<EntryMetadata>> ReadMetadataAsync(int window, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken)
    {
        var wanted = players.Select(static player => player.Number).ToArray();
        return await SnapshotAsync<IReadOnlyList<EntryMetadata>>(async opened =>
        {
            var found = (await ListAsync(
                opened,
                "SELECT player, ord, metadata FROM entry WHERE \"window\" = $1 AND player = ANY ($2) AND metadata IS NOT NULL",
                static row => (Player: row.GetInt32(0), Metadata: new EntryMetadata(row.GetInt64(1), StoredRows.Bytes(row, 2))),
                cancellationToken,
                window,
                wanted)).ToDictionary(static pair => pair.Player, static pair => pair.Metadata);
            foreach (var row in await ListAsync(
                opened,
                $"""
                SELECT {StoredRows.SubmissionColumns} FROM log
                WHERE board = (SELECT board FROM "window" WHERE number = $1) AND player = ANY ($2) AND ord <> 0
                  AND number > (SELECT folded FROM board WHERE number = (SELECT board FROM "window" WHERE number = $1)) ORDER BY number
                """,
                StoredRows.Submission,
                cancellationToken,
                window,
                wanted))
            {
                if (row.Windows.Any(line => line.Window == window && line.ChangesEntry))
                {
                    found.Remove(row.Player.Number);
                    if (row.Metadata is not null)
                    {
                        found[row.Player.Number] = new EntryMetadata(row.Order, row.Metadata);
                    }
                }
            }

            return [.. wanted.Select(player => found.GetValueOrDefault(player))];
        }, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<StoredSubmission>> ReadHistoryAsync(int board, PlayerId player, long before, int limit, CancellationToken cancellationToken) => ListAsync(
        $"SELECT {StoredRows.SubmissionColumns} FROM log WHERE board = $1 AND player = $2 AND number < $3 ORDER BY number DESC LIMIT $4",
        StoredRows.Submission,
        cancellationToken,
        board,
        player.Number,
        before,
        limit);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<StoredSubmission>> ReadLogAsync(int board, long after, int limit, CancellationToken cancellationToken) => ListAsync(
        $"SELECT {StoredRows.SubmissionColumns} FROM log WHERE board = $1 AND number > $2 ORDER BY number LIMIT $3", StoredRows.Submission, cancellationToken, board, after, limit);

    /// <inheritdoc />
    public async ValueTask<StoredWindow?> FindWindowAsync(int board, string rule, string key, CancellationToken cancellationToken) => (await ListAsync(
        $"SELECT {StoredRows.WindowColumns} FROM \"window\" WHERE board = $1 AND rule = $2 AND key = $3 AND state <> 3", StoredRows.Window, cancellationToken, board, rule, key)) is [var found] ? found : null;

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<StoredWindow>> ReadWindowsAsync(int board, string? rule, int before, int limit, CancellationToken cancellationToken) => ListAsync(
        $"""
        SELECT {StoredRows.WindowColumns} FROM "window" WHERE board = $1 AND ($2 IS NULL OR rule = $2) AND number < $3 AND state <> 3
        ORDER BY number DESC LIMIT $4
        """,
        StoredRows.Window,
        cancellationToken,
        board,
        new Text(rule),
        before,
        limit);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<StoredWindow>> ReadReplacedWindowsAsync(int board, CancellationToken cancellationToken) => ListAsync(
        $"SELECT {StoredRows.WindowColumns} FROM \"window\" WHERE board = $1 AND state = 3 ORDER BY number", StoredRows.Window, cancellationToken, board);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<StoredEvent>> ReadEventsAsync(int game, long after, int limit, CancellationToken cancellationToken) => ListAsync(
        "SELECT number, id, type, at, body FROM event WHERE game = $1 AND number > $2 ORDER BY number LIMIT $3",
        static row => new StoredEvent(row.GetInt64(0), row.GetString(1), row.GetString(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)), Encoding.UTF8.GetBytes(row.GetString(4))),
        cancellationToken,
        game,
        after,
        limit);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<RecordRow>> ReadRecordsAsync(string kind, CancellationToken cancellationToken) => ListAsync(
        "SELECT kind, id, body FROM record WHERE kind = $1 ORDER BY id", static row => new RecordRow(row.GetString(0), row.GetString(1), row.GetString(2)), cancellationToken, kind);

    private static SharedBoard BoardOf(NpgsqlDataReader row) => new(
        row.GetInt32(1), new StoredBoard(row.GetInt32(0), DefinitionJson.ReadBoard(row.GetString(2)), row.GetInt64(5), []), row.GetInt64(6), row.GetInt64(4));

    private async ValueTask<IReadOnlyList<T>> EachAsync<T>(
        string sql, int game, IReadOnlyList<PlayerId> players, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        if (players.Count == 0)
        {
            return [];
        }

        var found = new Dictionary<int, T>();
        await ReadAsync(
            sql,
            async (reader, cancellationToken) =>
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    found[reader.GetInt32(0)] = read(reader);
                }

                return true;
            },
            cancellationToken,
            game,
            players.Select(static player => player.Number).Distinct().ToArray());
        return [.. players.Select(player => found.GetValueOrDefault(player.Number)!)];
    }

    private ValueTask<IReadOnlyList<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object?[] values) => ReadAsync<IReadOnlyList<T>>(
        sql,
        async (reader, cancellationToken) =>
        {
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(read(reader));
            }

            return rows;
        },
        cancellationToken,
        values);

    private static async Task<List<T>> ListAsync<T>(NpgsqlConnection opened, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object?[] values)
    {
        await using var command = With(new NpgsqlCommand(sql, opened), values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private static async Task<int> RunAsync(NpgsqlConnection opened, string sql, CancellationToken cancellationToken, params object?[] values)
    {
        await using var command = With(new NpgsqlCommand(sql, opened), values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<long> OneAsync(NpgsqlConnection opened, string sql, CancellationToken cancellationToken, params object?[] values)
    {
        await using var command = With(new NpgsqlCommand(sql, opened), values);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken) ?? 0L, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Reads with one statement, on a connection of the pool. A broken one is tried once more: it may have been broken for long.</summary>
    private async ValueTask<T> ReadAsync<T>(
        string sql, Func<NpgsqlDataReader, CancellationToken, Task<T>> read, CancellationToken cancellationToken, params object?[] values) => await OnPoolAsync(async opened =>
        {
            await using var command = With(new NpgsqlCommand(sql, opened), values);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            return await read(reader, cancellationToken);
        }, isRepeatable: true, cancellationToken);

    /// <summary>Reads with several statements that see one moment.</summary>
    private async ValueTask<T> SnapshotAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken) => await OnPoolAsync(async opened =>
    {
        await using var transaction = await opened.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        return await read(opened);
    }, isRepeatable: true, cancellationToken);

    /// <summary>Reads what may take long.</summary>
    private async ValueTask<T> LongAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken) => await OnPoolAsync(async opened =>
    {
        await RunAsync(opened, "SET statement_timeout = 0", cancellationToken);
        try
        {
            return await read(opened);
        }
        finally
        {
            if (opened.State == ConnectionState.Open)
            {
                await RunAsync(opened, "SET statement_timeout TO DEFAULT", CancellationToken.None);
            }
        }
    }, isRepeatable: false, cancellationToken);

    /// <summary>Writes on a connection of the pool.</summary>
    /// <param name="write">The statements.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="isRepeatable">Whether doing it twice does no harm: then it is never "uncertain".</param>
    private async Task<T> WriteAsync<T>(Func<NpgsqlConnection, Task<T>> write, CancellationToken cancellationToken, bool isRepeatable = false)
    {
        try
        {
            await using var opened = await sessions.OpenAsync(cancellationToken);
            try
            {
                return await write(opened);
            }
            catch (Exception fault) when (PostgresErrors.IsOurs(fault) && !PostgresErrors.IsCertain(fault) && !isRepeatable)
            {
                throw PostgresErrors.Uncertain(fault);
            }
        }
        catch (Exception fault) when (PostgresErrors.IsOurs(fault))
        {
            throw PostgresErrors.Unavailable(fault);
        }
    }

    private async Task<T> OnPoolAsync<T>(Func<NpgsqlConnection, Task<T>> use, bool isRepeatable, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await using var opened = await sessions.OpenAsync(cancellationToken);
                return await use(opened);
            }
            catch (Exception fault) when (PostgresErrors.IsOurs(fault) && !cancellationToken.IsCancellationRequested)
            {
                if (tries > 1 || !isRepeatable || fault is TimeoutException or PostgresException { SqlState: not ['5', '7', 'P', ..] })
                {
                    throw PostgresErrors.Unavailable(fault);
                }
            }
        }
    }
}

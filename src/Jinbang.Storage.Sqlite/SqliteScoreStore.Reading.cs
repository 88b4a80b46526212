using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Ranking;
using Microsoft.Data.Sqlite;

namespace Jinbang.Storage.Sqlite;

public sealed partial class SqliteScoreStore
{
    /// <inheritdoc />
    public ValueTask<StoreContents> LoadAsync(CancellationToken cancellationToken)
    {
        // The tail first: what a fold finishes meanwhile is then in both.
        var lastOrders = tail.LastOrders();
        using var reading = SqliteFile.Open(folder.DatabaseFile, SqliteOpenMode.ReadOnly, cacheKibibytes: 1024);
        SqliteFile.Execute(reading, "BEGIN");
        var windows = LoadWindows(reading).ToLookup(static window => window.Board);
        var boards = LoadBoards(reading, lastOrders, windows).ToLookup(static board => board.Game, static board => board.Board);
        var games = new List<StoredGame>();
        using (var select = new Statement(reading.Handle!, "SELECT number, id, name, origins FROM game ORDER BY number"))
        {
            while (select.Step())
            {
                var definition = new GameDefinition
                {
                    Id = GameId.Parse(select.String(1)),
                    Name = select.String(2),
                    Origins = DefinitionJson.ReadOrigins(select.StringOrNull(3)),
                };
                var number = (int)select.Number(0);
                games.Add(new StoredGame(number, definition, [.. boards[number]]));
            }
        }

        using var store = new Statement(reading.Handle!, "SELECT last_commit_at FROM store");
        store.Step();
        return new(new StoreContents(games, secret, store.Time(0)));
    }

    /// <inheritdoc />
    public ValueTask LoadPlayersAsync(int game, PlayerReader read, CancellationToken cancellationToken)
    {
        using var reading = SqliteFile.Open(folder.DatabaseFile, SqliteOpenMode.ReadOnly, cacheKibibytes: 1024);
        using var select = new Statement(reading.Handle!, "SELECT key, external_id FROM player WHERE key BETWEEN ?1 AND ?2");
        select.Bind(1, Key.Of(game, 0)).Bind(2, Key.Of(game, -1));
        while (select.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            read(select.Bytes(1), new PlayerId(Key.Second(select.Number(0))));
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask<int> ReadLastPlayerAsync(int game, CancellationToken cancellationToken) => new(readers.Read(reader => reader.LastPlayer(game)));

    /// <inheritdoc />
    public ValueTask LoadWindowAsync(int window, EntryReader readEntry, EntryReader readTail, CancellationToken cancellationToken)
    {
        // The tail first: what a fold finishes meanwhile is then in both, which does no harm, and not in neither.
        var unfolded = tail.RowsOf(window);
        using var reading = SqliteFile.Open(folder.DatabaseFile, SqliteOpenMode.ReadOnly, cacheKibibytes: 1024);
        using var select = new Statement(reading.Handle!, "SELECT key, score, score2, score3, score4, ord FROM entry WHERE key BETWEEN ?1 AND ?2");
        select.Bind(1, Key.Of(window, 0)).Bind(2, Key.Of(window, -1));
        while (select.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            readEntry(new Entry(new PlayerId(Key.Second(select.Number(0))), select.Scores(1), select.Number(5)));
        }

        foreach (var row in unfolded)
        {
            readTail(row.ToEntry());
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask<long> ReadVersionAsync(CancellationToken cancellationToken) => new(commitNumber);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Profile?>> ReadProfilesAsync(int game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken) =>
        new(readers.Read(reader => Each(players, player => reader.Profile(game, player))));

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<ExternalId>> ReadExternalIdsAsync(int game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken) =>
        new(readers.Read(reader => Each(players, player => reader.ExternalIdOf(game, player))));

    /// <inheritdoc />
    /// <remarks>
    /// Where a newer entry without metadata is not folded yet, the older entry's metadata may be found: the order number tells whose it is.
    /// </remarks>
    public ValueTask<IReadOnlyList<EntryMetadata>> ReadMetadataAsync(int window, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken)
    {
        var unfolded = tail.MetadataOf(window, players);
        var found = readers.Read(reader => Each(players, player => reader.Metadata(window, player)));
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = unfolded[i] ?? found[i];
        }

        return new(found);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<StoredSubmission>> ReadHistoryAsync(int board, PlayerId player, long before, int limit, CancellationToken cancellationToken)
    {
        // The tail first: what is folded meanwhile is then in both, and counts once. What comes later than this moment does not count, because a fold that
        // has begun with it writes it in the order of keys, and some of it would be missing in between.
        before = Math.Min(before, tail.LastNumber + 1);
        var owner = Key.Of(board, player.Number);
        var unfolded = tail.IndexOf(other => other == owner);
        return new(readers.Read(reader =>
        {
            var rows = new List<StoredSubmission>();
            var numbers = unfolded.Select(static row => row.Number).Where(number => number < before).Concat(reader.Numbers(owner, before, limit));
            foreach (var number in numbers.Distinct().OrderDescending().Take(limit))
            {
                // A row that is not there any more was erased or forgotten in between.
                if (reader.Submission(number) is { } row)
                {
                    rows.Add(row);
                }
            }

            return rows;
        }));
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<StoredSubmission>> ReadLogAsync(int board, long after, int limit, CancellationToken cancellationToken)
    {
        // A connection of its own: where the board's rows are few among many, this takes its time.
        using var reading = SqliteFile.Open(folder.DatabaseFile, SqliteOpenMode.ReadOnly, cacheKibibytes: 1024);
        using var select = new Statement(
            reading.Handle!, $"SELECT {StoredRows.SubmissionColumns} FROM log WHERE board = ?1 AND number > ?2 ORDER BY number LIMIT ?3");
        select.Bind(1, board).Bind(2, after).Bind(3, limit);
        var rows = new List<StoredSubmission>();
        while (select.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows.Add(StoredRows.Submission(select));
        }

        return new(rows);
    }

    /// <inheritdoc />
    public ValueTask<StoredWindow?> FindWindowAsync(int board, string rule, string key, CancellationToken cancellationToken) =>
        new(readers.Read(reader => reader.FindWindow(board, rule, key)));

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<StoredWindow>> ReadWindowsAsync(int board, string? rule, int before, int limit, CancellationToken cancellationToken) =>
        new(readers.Read(reader => reader.Windows(board, rule, before, limit)));

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<StoredWindow>> ReadReplacedWindowsAsync(int board, CancellationToken cancellationToken)
    {
        using var reading = SqliteFile.Open(folder.DatabaseFile, SqliteOpenMode.ReadOnly, cacheKibibytes: 1024);
        using var select = new Statement(reading.Handle!, $"SELECT {StoredRows.WindowColumns} FROM window WHERE board = ?1 AND state = 3 ORDER BY number");
        select.Bind(1, board);
        var windows = new List<StoredWindow>();
        while (select.Step())
        {
            windows.Add(StoredRows.Window(select));
        }

        return new(windows);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<StoredEvent>> ReadEventsAsync(int game, long after, int limit, CancellationToken cancellationToken) =>
        new(readers.Read(reader => reader.Events(game, after, limit)));

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<RecordRow>> ReadRecordsAsync(string kind, CancellationToken cancellationToken) =>
        new(readers.Read(reader => reader.Records(kind)));

    private static T[] Each<T>(IReadOnlyList<PlayerId> players, Func<PlayerId, T> read)
    {
        var all = new T[players.Count];
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = read(players[i]);
        }

        return all;
    }

    /// <summary>The open windows of all boards, and of each rule the latest window that is closed. A rebuild gives an old window a new number.</summary>
    private static List<StoredWindow> LoadWindows(SqliteConnection reading)
    {
        using var select = new Statement(
            reading.Handle!,
            $"""
            SELECT {StoredRows.WindowColumns} FROM window
            WHERE state = 1 OR number IN (SELECT number FROM (SELECT number, max(coalesce(ends, 0)) FROM window WHERE state = 2 GROUP BY board, rule))
            ORDER BY number
            """);
        var windows = new List<StoredWindow>();
        while (select.Step())
        {
            windows.Add(StoredRows.Window(select));
        }

        return windows;
    }

    private static List<(int Game, StoredBoard Board)> LoadBoards(
        SqliteConnection reading, Dictionary<int, long> lastOrders, ILookup<int, StoredWindow> windows)
    {
        using var select = new Statement(reading.Handle!, "SELECT number, game, definition, last_order FROM board ORDER BY number");
        var boards = new List<(int, StoredBoard)>();
        while (select.Step())
        {
            var number = (int)select.Number(0);
            var lastOrder = Math.Max(select.Number(3), lastOrders.GetValueOrDefault(number));
            boards.Add(((int)select.Number(1), new StoredBoard(number, DefinitionJson.ReadBoard(select.String(2)), lastOrder, [.. windows[number]])));
        }

        return boards;
    }
}

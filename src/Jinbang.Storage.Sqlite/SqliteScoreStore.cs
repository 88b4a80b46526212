using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Ranking;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Jinbang.Storage.Sqlite;

/// <summary>
/// The embedded store: one SQLite file in a data folder, in WAL mode with <c>synchronous=FULL</c>, so that a commit that returned has been synced.
/// </summary>
/// <remarks>
/// One connection writes, on the committer's thread; others read beside it. Folding and forgetting run as transactions of their own without a sync
/// (<c>synchronous=NORMAL</c>): the write-ahead log is replayed as a prefix, so whatever a later, synced commit relies on is synced with it, and a fold that
/// a power cut takes back is simply done again.
/// </remarks>
public sealed partial class SqliteScoreStore : IScoreStore
{
    private const int SliceRows = 256;
    private const int ForgetRows = 512;

    private readonly DataFolder folder;
    private readonly SqliteStoreOptions options;
    private readonly TimeProvider time;
    private readonly SqliteConnection connection;
    private readonly sqlite3 database;
    private readonly Statements statements;
    private readonly ProfileReaders readers;
    private readonly Checkpointer checkpointer;
    private readonly Tail tail;
    private long commitNumber;
    private long logNumber;
    private long folded;
    private long forgottenAt;
    private bool isBroken;

    private SqliteScoreStore(DataFolder folder, SqliteStoreOptions options, TimeProvider time)
    {
        this.folder = folder;
        this.options = options;
        this.time = time;
        connection = SqliteFile.Open(folder.DatabaseFile, SqliteOpenMode.ReadWriteCreate, cacheKibibytes: 16 * 1024);
        try
        {
            database = connection.Handle!;
            SqliteFile.Execute(connection, "PRAGMA wal_autocheckpoint = 0");
            SqliteFile.Execute(connection, $"PRAGMA journal_size_limit = {options.CheckpointBytesAtMost}");
            SqliteFile.Execute(connection, SyncedSql);
            Migrator.Migrate(connection);

            // Only now: it changes the file, which may have been refused as another program's.
            SqliteFile.Execute(connection, "PRAGMA journal_mode = WAL");
            DataFolder.SyncDirectory(folder.Path);
            statements = new Statements(database);
            tail = ReadTail();
            readers = new ProfileReaders(folder.DatabaseFile, count: 2);
            checkpointer = new Checkpointer(folder.DatabaseFile, options);
        }
        catch (Exception fault) when (fault is StoreUnavailableException or StoreBrokenException)
        {
            connection.Dispose();
            throw new StoreOpenException($"The database {folder.DatabaseFile} cannot be opened: {fault.Message}", fault);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private string SyncedSql => options.UnsafeWithoutSync ? "PRAGMA synchronous = OFF" : "PRAGMA synchronous = FULL";

    /// <summary>Opens the database of a data folder, makes it where it is missing, and brings its schema up to date. Owns the folder's lock from then on.</summary>
    /// <exception cref="StoreOpenException">It cannot be opened; the message tells the operator why.</exception>
    public static SqliteScoreStore Open(DataFolder folder, SqliteStoreOptions options, TimeProvider time) => new(folder, options, time);

    /// <inheritdoc />
    public ValueTask<StoredGame> OpenGameAsync(GameDefinition game, CancellationToken cancellationToken)
    {
        var id = System.Text.Encoding.UTF8.GetBytes(game.Id.ToString());
        var boards = new List<StoredBoard>();
        var number = 0;
        Transact(() =>
        {
            using var addGame = new Statement(database, "INSERT INTO game (id, players) VALUES (?1, 0) ON CONFLICT (id) DO NOTHING");
            using var findGame = new Statement(database, "SELECT number FROM game WHERE id = ?1");
            using var addBoard = new Statement(
                database, "INSERT INTO board (game, name, score_order, keep, last_order) VALUES (?1, ?2, ?3, ?4, 0) ON CONFLICT (game, name) DO NOTHING");
            using var findBoard = new Statement(database, "SELECT number, score_order, keep FROM board WHERE game = ?1 AND name = ?2");
            addGame.BindText(1, id).Run();
            number = (int)One(findGame.BindText(1, id));
            foreach (var board in game.Boards)
            {
                var name = System.Text.Encoding.UTF8.GetBytes(board.Name);
                addBoard.Bind(1, number).BindText(2, name).Bind(3, (long)board.Order).Bind(4, (long)board.Keep).Run();
                findBoard.Bind(1, number).BindText(2, name).Step();
                var (order, keep) = (findBoard.Number(1), findBoard.Number(2));
                boards.Add(new StoredBoard((int)findBoard.Number(0)));
                findBoard.Reset();
                if (order != (long)board.Order || keep != (long)board.Keep)
                {
                    throw new StoreOpenException(
                        $"Board {game.Id}/{board.Name} was made with order {order} and keep rule {keep}; it cannot become order {(int)board.Order} and keep rule {(int)board.Keep}.");
                }
            }

            return true;
        });
        return new(new StoredGame(number, boards));
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
    public ValueTask<long> LoadBoardAsync(int board, EntryReader readEntry, EntryReader readTail, CancellationToken cancellationToken)
    {
        using var reading = SqliteFile.Open(folder.DatabaseFile, SqliteOpenMode.ReadOnly, cacheKibibytes: 1024);
        using var findOrder = new Statement(reading.Handle!, "SELECT last_order FROM board WHERE number = ?1");
        using var select = new Statement(reading.Handle!, "SELECT key, score, ord FROM entry WHERE key BETWEEN ?1 AND ?2");
        // The tail first: what a fold finishes meanwhile is then in both, which does no harm, and not in neither.
        var unfolded = tail.RowsOf(board);
        var lastOrder = One(findOrder.Bind(1, board));
        select.Bind(1, Key.Of(board, 0)).Bind(2, Key.Of(board, -1));
        while (select.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            readEntry(new Entry(new PlayerId(Key.Second(select.Number(0))), new Score(select.Number(1)), select.Number(2)));
        }

        foreach (var row in unfolded)
        {
            readTail(new Entry(new PlayerId(Key.Second(row.Key)), new Score(row.Score), row.Order));
            lastOrder = Math.Max(lastOrder, row.Order);
        }

        return new(lastOrder);
    }

    /// <inheritdoc />
    public ValueTask<long> ReadVersionAsync(CancellationToken cancellationToken) => new(commitNumber);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Profile?>> ReadProfilesAsync(int game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken) =>
        new(readers.Read(game, players));

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        checkpointer.Dispose();
        readers.Dispose();
        statements.Dispose();
        if (!isBroken)
        {
            // Closing the last connection checkpoints, which must not happen after a failed sync: then the file stays as it is until the process ends.
            connection.Dispose();
        }

        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static long One(Statement select)
    {
        var number = select.Step() ? select.Number(0) : throw new InvalidOperationException("A row that must be there is missing.");
        select.Reset();
        return number;
    }

    private Tail ReadTail()
    {
        using var state = new Statement(database, "SELECT commit_number, log_number, folded FROM store");
        using var select = new Statement(database, "SELECT number, board, player, score, ord FROM log WHERE number > ?1 ORDER BY number");
        state.Step();
        commitNumber = state.Number(0);
        logNumber = state.Number(1);
        folded = state.Number(2);
        state.Reset();
        var read = new Tail(options, time);
        select.Bind(1, folded);
        while (select.Step())
        {
            read.Add((int)select.Number(1), (int)select.Number(2), select.Number(3), select.Number(4), select.Number(0));
        }

        return read;
    }
}

using Jinbang.Boards.Storage;
using Jinbang.Ranking;
using Jinbang.Storage.Sqlite.Moving;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Jinbang.Storage.Sqlite;

/// <summary>
/// The embedded store: one SQLite file in a data folder, in WAL mode with <c>synchronous=FULL</c>, so that a commit that returned has been synced.
/// </summary>
/// <remarks>
/// One connection writes, on the committer's thread; others read beside it. Folding, forgetting and purging run as transactions of their own without a sync
/// (<c>synchronous=NORMAL</c>): the write-ahead log is replayed as a prefix, so whatever a later, synced commit relies on is synced with it, and a fold that
/// a power cut takes back is simply done again.
/// </remarks>
public sealed partial class SqliteScoreStore : IScoreStore
{
    private readonly DataFolder folder;
    private readonly SqliteStoreOptions options;
    private readonly TimeProvider time;
    private readonly SqliteConnection connection;
    private readonly sqlite3 database;
    private readonly Statements statements;
    private readonly Readers readers;
    private readonly Checkpointer checkpointer;
    private readonly Tail tail;
    private readonly byte[] secret;
    private readonly KeyHash keyHash;
    private readonly WindowText windowText = new();
    private long commitNumber;
    private long logNumber;
    private long folded;
    private bool isBroken;

    private SqliteScoreStore(DataFolder folder, SqliteStoreOptions options, TimeProvider time)
    {
        this.folder = folder;
        this.options = options;
        this.time = time;
        var isNew = !File.Exists(folder.DatabaseFile);
        connection = SqliteFile.Open(folder.DatabaseFile, SqliteOpenMode.ReadWriteCreate, cacheKibibytes: 16 * 1024);
        try
        {
            database = connection.Handle!;
            if (isNew && !OperatingSystem.IsWindows())
            {
                // SQLite gives the files beside it the same mode.
                File.SetUnixFileMode(folder.DatabaseFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            SqliteFile.Execute(connection, "PRAGMA wal_autocheckpoint = 0");
            SqliteFile.Execute(connection, $"PRAGMA journal_size_limit = {options.CheckpointBytesAtMost}");
            SqliteFile.Execute(connection, SyncedSql);
            Migrator.Migrate(connection);
            if (SqliteMovedStore.IsMarked(connection))
            {
                throw new StoreOpenException(
                    $"The database {folder.DatabaseFile} is the target of a move that has not ended: run 'jinbang move' again, or give the server another data folder.");
            }

            // Only now: it changes the file, which may have been refused as another program's.
            SqliteFile.Execute(connection, "PRAGMA journal_mode = WAL");
            DataFolder.SyncDirectory(folder.Path);

            // What is overwritten or deleted leaves no copy behind in the pages that are written anyway.
            SqliteFile.Execute(connection, "PRAGMA secure_delete = FAST");
            statements = new Statements(new StatementSet(database));
            (secret, commitNumber, logNumber, folded) = ReadNumbers();
            keyHash = new KeyHash(secret);
            tail = ReadTail();
            readers = new Readers(folder.DatabaseFile, count: 2);
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

    private (byte[] Secret, long CommitNumber, long LogNumber, long Folded) ReadNumbers()
    {
        using var state = new Statement(database, "SELECT secret, commit_number, log_number, folded FROM store");
        state.Step();
        return (state.Bytes(0).ToArray(), state.Number(1), state.Number(2), state.Number(3));
    }

    private Tail ReadTail()
    {
        using var select = new Statement(
            database, "SELECT number, board, player, ord, score, score2, score3, score4, key, metadata, windows FROM log WHERE number > ?1 ORDER BY number");
        var read = new Tail(options, time);
        var lines = new List<WindowLine>();
        select.Bind(1, folded);
        while (select.Step())
        {
            lines.Clear();
            WindowText.Read(select.Bytes(10), select.Scores(4), lines);
            read.Add(
                (int)select.Number(1),
                (int)select.Number(2),
                select.Number(3),
                System.Runtime.InteropServices.CollectionsMarshal.AsSpan(lines),
                select.Text(9),
                select.IsNull(8) ? 0 : keyHash.Of(select.Bytes(8)),
                select.Number(0));
        }

        read.SetOpened(logNumber);
        return read;
    }
}

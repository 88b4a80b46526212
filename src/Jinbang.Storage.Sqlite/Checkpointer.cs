using Jinbang.Boards.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Jinbang.Storage.Sqlite;

/// <summary>
/// Keeps the write-ahead log short. A thread with a connection of its own checkpoints beside the writer (PASSIVE), so that commits do not wait for it.
/// That alone never catches the tail of a busy writer, and the log would grow without end: over the upper bound the writer itself pauses between two
/// commits, copies the little that is left and starts the log over (RESTART).
/// </summary>
internal sealed class Checkpointer : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteStoreOptions options;
    private readonly long pageBytes;
    private readonly Thread thread;
    private readonly Lock checkpointing = new();
    private readonly SemaphoreSlim wanted = new(0);
    private volatile bool stopping;
    private volatile bool isRunning;
    private volatile Report report = new(0, 0);
    private bool isWaitingForReader;
    private long written;
    private long triedAt = -256;

    public Checkpointer(string path, SqliteStoreOptions options)
    {
        this.options = options;
        connection = SqliteFile.Open(path, SqliteOpenMode.ReadWrite, cacheKibibytes: 256);
        pageBytes = SqliteFile.Number(connection, "PRAGMA page_size");
        // A log that a killed server left goes on growing from where it is.
        var log = new FileInfo(path + "-wal");
        report = new Report(log.Exists ? log.Length / pageBytes : 0, 0);
        thread = new Thread(Run) { Name = "Jinbang checkpoint", IsBackground = true };
        thread.Start();
    }

    /// <summary>Looks at the log's size between two commits, and has it checkpointed when it is over a bound. Called on the writer's thread.</summary>
    /// <param name="writer">The writer's connection, outside a transaction.</param>
    public void Check(SqliteConnection writer)
    {
        // SQLite counts the pages this connection has written; the log's own count is known only when a checkpoint has told it.
        _ = raw.sqlite3_db_status(writer.Handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, resetFlg: 1);
        written += pages;
        var (reported, writtenThen) = report;
        var bytes = (reported + written - writtenThen) * pageBytes;
        if (bytes >= options.CheckpointBytesAtMost && !(isWaitingForReader && written - triedAt < 256))
        {
            Restart(writer);
        }
        else if (bytes >= options.CheckpointBytes && !isRunning && written - triedAt >= 256)
        {
            triedAt = written;
            isRunning = true;
            wanted.Release();
        }
    }

    public void Dispose()
    {
        stopping = true;
        wanted.Release();
        thread.Join();
        connection.Dispose();
        wanted.Dispose();
    }

    private void Restart(SqliteConnection writer)
    {
        // The thread beside may be at it: what it copies need not be copied here. Only readers are in the way then.
        lock (checkpointing)
        {
            // Readers in the middle of a long read, a backup among them, keep the log from starting over: then it is tried again some commits later.
            _ = raw.sqlite3_busy_timeout(writer.Handle, 20);
            var code = raw.sqlite3_wal_checkpoint_v2(writer.Handle, "main", raw.SQLITE_CHECKPOINT_RESTART, out _, out _);
            _ = raw.sqlite3_busy_timeout(writer.Handle, 2000);
            ThrowIfBroken(code, writer.Handle!);
            isWaitingForReader = code != raw.SQLITE_OK;
            triedAt = written;
            if (!isWaitingForReader)
            {
                report = new Report(0, written);
            }
        }
    }

    /// <summary>A fault of the thread beside the writer, for the writer to throw.</summary>
    public StoreBrokenException? Fault { get; private set; }

    private void Run()
    {
        while (true)
        {
            wanted.Wait();
            if (stopping)
            {
                return;
            }

            try
            {
                lock (checkpointing)
                {
                    var writtenBefore = triedAt;
                    var code = raw.sqlite3_wal_checkpoint_v2(connection.Handle, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out var frames, out _);
                    ThrowIfBroken(code, connection.Handle!);
                    if (code == raw.SQLITE_OK && frames >= 0)
                    {
                        // When all of it is copied and nobody reads it, the next commit starts the log over by itself; but the writer may have gone on
                        // meanwhile, and then it does not. Counting the copied frames again at worst begins the next checkpoint early.
                        report = new Report(frames, writtenBefore);
                    }
                }
            }
            catch (StoreBrokenException fault)
            {
                Fault = fault;
                return;
            }

            isRunning = false;
        }
    }

    /// <summary>How many pages the log had when a checkpoint told it, and how many the writer had written in all by then or a little before.</summary>
    private sealed record Report(long Pages, long Written);

    /// <summary>A full disk or a busy file only puts a checkpoint off; a sync that failed must stop the process.</summary>
    private static void ThrowIfBroken(int code, sqlite3 database)
    {
        if (code != raw.SQLITE_OK && SqliteErrors.Of(code, database) is StoreBrokenException broken)
        {
            throw broken;
        }
    }
}

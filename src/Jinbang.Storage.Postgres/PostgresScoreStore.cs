using Jinbang.Boards.Storage;
using Jinbang.Storage.Postgres.Moving;
using Npgsql;

namespace Jinbang.Storage.Postgres;

// The committer's writes go over one connection and are of two kinds. A commit is one statement: it locks the rows that say who owns the boards, looks at them, and writes only
// if they are still this member's. A server that freezes in the middle of it holds no lock, for the database finishes the statement by itself. Everything else the committer
// writes is rare and happens in a transaction that takes the same locks first.
//
// Both are made under the member's row in "writer" and its generation. When a connection breaks nobody knows whether the last commit was stored, or will be in a moment: SettleAsync
// raises the generation, which waits for a statement that is still running and leaves nothing to one that comes later, and then reads which attempt was the last.
//
// Commits only append to the log; entries follow in the background (PostgresScoreStore.Folding.cs). Reads, leases and claims have connections of the pool.

/// <summary>Everything in a PostgreSQL database, which several servers may share. See <see cref="ISharedStore"/> for what that means.</summary>
public sealed partial class PostgresScoreStore : ISharedStore
{
    private readonly Sessions sessions;
    private readonly PostgresStoreOptions options;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private readonly Dictionary<int, Claim> claims = [];
    private readonly Lock claiming = new();
    private byte[] secret = [];
    private NpgsqlConnection? connection;
    private int backend;
    private long generation;
    private long attempt;
    private bool isInDoubt;
    private bool isCommitInDoubt;
    private bool isDisposed;

    private PostgresScoreStore(Sessions sessions, PostgresStoreOptions options, TimeProvider time)
    {
        this.sessions = sessions;
        this.options = options;
        this.time = time;
    }

    /// <summary>This server's number among those that use the database; 0 before it has one.</summary>
    public int Member { get; private set; }

    /// <summary>Connects, looks whether the server can be trusted, and brings the schema up to date.</summary>
    /// <exception cref="StoreOpenException">It cannot be used; the message tells the operator why. It never holds what is in the connection string.</exception>
    public static async Task<PostgresScoreStore> OpenAsync(string connectionString, PostgresStoreOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var sessions = Sessions.Over(connectionString, options);
        var store = new PostgresScoreStore(sessions, options, time);
        try
        {
            await sessions.CheckServerAsync(cancellationToken);
            await Migrator.MigrateAsync(sessions, Migrator.Scripts(), Migrator.ProgramVersion, cancellationToken);
            await store.CheckFinishedAsync(cancellationToken);
            store.secret = await store.ReadSecretAsync(cancellationToken);
            if (!options.IsShared)
            {
                await store.TakeAllAsync(cancellationToken);
            }

            return store;
        }
        catch (Exception fault)
        {
            await store.DisposeAsync();
            throw PostgresErrors.IsOurs(fault) ? new StoreOpenException($"The database cannot be used: {PostgresErrors.TextOf(fault)}", fault)
                : fault is StoreUnavailableException or StoreUncertainException or StoreBrokenException ? new StoreOpenException($"The database cannot be used: {fault.Message}", fault)
                : fault;
        }
    }

    /// <summary>A short name of the database that a connection string leads to, fit for a folder: of its host, port and name.</summary>
    public static string NameOf(string connectionString)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{given.Host}\n{given.Port}\n{given.Database}"));
        return $"postgresql-{Convert.ToHexStringLower(hash.AsSpan(0, 6))}";
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (isDisposed)
        {
            return;
        }

        isDisposed = true;
        await StopFoldingAsync();
        if (!options.IsShared && Member != 0)
        {
            await StopRenewingAsync();
            try
            {
                await LeaveAsync(CancellationToken.None);
            }
            catch (Exception fault) when (fault is StoreUnavailableException or StoreUncertainException)
            {
                // The lease runs out by itself.
            }
        }

        lock (gate)
        {
            CloseConnection();
        }

        sessions.Dispose();
    }

    private async Task CheckFinishedAsync(CancellationToken cancellationToken)
    {
        await using var opened = await sessions.OpenAsync(cancellationToken);
        if (!options.MayBeUnfinished && await PostgresMovedStore.IsMarkedAsync(opened, cancellationToken))
        {
            throw new StoreOpenException("The database is the target of a move that has not ended: run 'jinbang move' again, or give the server another database.");
        }
    }

    private async Task<byte[]> ReadSecretAsync(CancellationToken cancellationToken)
    {
        await using var opened = await sessions.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            "INSERT INTO store (single, secret) VALUES (1, $1) ON CONFLICT (single) DO UPDATE SET single = 1 RETURNING secret", opened)
        {
            Parameters = { new() { Value = System.Security.Cryptography.RandomNumberGenerator.GetBytes(32) } },
        };
        return (byte[])(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>A board that this member owns.</summary>
    private sealed class Claim
    {
        public required long Epoch { get; init; }

        /// <summary>The number of its last row in the log.</summary>
        public long LastNumber { get; set; }

        /// <summary>The log up to here is folded.</summary>
        public long Folded { get; set; }

        /// <summary>When the oldest row came that is not folded; 0 for none.</summary>
        public long WaitingSince { get; set; }
    }
}

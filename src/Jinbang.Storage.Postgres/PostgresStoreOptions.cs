namespace Jinbang.Storage.Postgres;

/// <summary>The store's settings and bounds.</summary>
public sealed record PostgresStoreOptions
{
    /// <summary>
    /// Whether other servers use the database too, each writing to the boards that it owns. When not, the server refuses to start while another one lives, and takes
    /// everything for itself.
    /// </summary>
    public bool IsShared { get; init; }

    /// <summary>
    /// How long rows of the log are kept once they are folded, at least a day. Idempotency keys and the players' history live as long. What is not yet folded is kept
    /// in any case.
    /// </summary>
    public TimeSpan LogRetention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How many rows of a board may wait in the log before they are folded into entries. Commits wait for the fold when there are four times as many.</summary>
    public int FoldRows { get; init; } = 20_000;

    /// <summary>How old the oldest row of a board may become before a fold begins.</summary>
    public TimeSpan FoldAge { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a statement may take; loading and folding may take longer.</summary>
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a statement may wait for a lock.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the lease of a server is that shares the database with nobody.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Opens a database too that is the target of a move that has not ended.</summary>
    internal bool MayBeUnfinished { get; init; }

    /// <summary>For tests: tidies up while it is asked to, and not in the background.</summary>
    internal bool TidiesAtOnce { get; init; }

    /// <summary>For tests only: writes whether or not the board is still this server's, which loses acknowledged scores when a frozen one wakes up.</summary>
    internal bool UnsafeWithoutFence { get; init; }
}

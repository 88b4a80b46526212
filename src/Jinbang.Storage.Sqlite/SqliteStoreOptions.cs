namespace Jinbang.Storage.Sqlite;

/// <summary>The store's settings and bounds.</summary>
public sealed record SqliteStoreOptions
{
    /// <summary>The shortest <see cref="LogRetention"/>; a shorter one counts as this.</summary>
    public static readonly TimeSpan ShortestLogRetention = TimeSpan.FromDays(1);

    /// <summary>
    /// How long rows of the log are kept once they are folded, at least <see cref="ShortestLogRetention"/>. Idempotency keys and the players' history live as
    /// long. What is not yet folded is kept in any case.
    /// </summary>
    public TimeSpan LogRetention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// How many entries and rows of the log, together, may wait before a fold begins. More rows at once are cheaper; a start reads at most about four times as many.
    /// </summary>
    public int FoldRows { get; init; } = 131_072;

    /// <summary>How old the oldest row may become before a fold begins.</summary>
    public TimeSpan FoldAge { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The size of the write-ahead log, in bytes, at which a checkpoint beside the writer begins.</summary>
    public long CheckpointBytes { get; init; } = 8 << 20;

    /// <summary>The size of the write-ahead log, in bytes, at which the writer itself pauses for a checkpoint and starts the file over.</summary>
    public long CheckpointBytesAtMost { get; init; } = 64 << 20;

    /// <summary>For tests only: commits without waiting for the disk, which loses acknowledged scores when the power fails.</summary>
    internal bool UnsafeWithoutSync { get; init; }
}

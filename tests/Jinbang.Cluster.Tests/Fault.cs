namespace Jinbang.ClusterTests;

/// <summary>Something that is done to a running cluster.</summary>
internal enum Fault
{
    /// <summary>SIGKILL to the server that owns the most boards; it is started again after a while.</summary>
    KillOwner,

    /// <summary>SIGKILL to a server that somebody is talking to.</summary>
    KillAny,

    /// <summary>SIGTERM, and a new start: an upgrade of one server.</summary>
    Restart,

    /// <summary>
    /// SIGSTOP for 3 seconds, and SIGCONT, while it cannot reach the database: where servers look at each other often enough, they take it for dead, and callers are still waiting for its answers
    /// when it wakes up.
    /// </summary>
    FreezeMoment,

    /// <summary>SIGSTOP for 5 seconds, and SIGCONT.</summary>
    FreezeBriefly,

    /// <summary>SIGSTOP for 15 seconds, and SIGCONT.</summary>
    FreezeLong,

    /// <summary>PostgreSQL stops at once, without a checkpoint, and starts again.</summary>
    CrashDatabase,

    /// <summary>One server cannot reach the database for 6 seconds; what it sends goes nowhere.</summary>
    CutOff,

    /// <summary>All connections of one server to the database break, in the middle of whatever they do.</summary>
    BreakConnections,

    /// <summary>SIGSTOP for 5 seconds while the server's folds wait for a lock in the database, and SIGCONT: the lock is gone by then, and others have its boards.</summary>
    FreezeInFold,

    /// <summary>The wall clock of one server is hours off for 4 seconds, forwards or backwards. Only where the servers have a clock that can be set.</summary>
    JumpClock,

    /// <summary>The database's disk is full for 4 seconds. Only where it has a small one.</summary>
    FillDisk,
}

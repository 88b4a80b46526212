namespace Jinbang.Boards.Storage;

/// <summary>The store cannot do it now (full, locked, read-only): nothing of the call was stored, and trying again later may work.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Nobody knows whether the call was stored, and it may still be: the connection broke, or an answer did not come in time. Only stores that others share throw it; see
/// <see cref="ISharedStore.SettleAsync"/>.
/// </summary>
public sealed class StoreUncertainException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Boards are no longer this member's: nothing of the call was stored. See <see cref="ISharedStore"/>.</summary>
public sealed class BoardsLostException(IReadOnlyList<int> boards) : Exception($"Another member has taken the boards {string.Join(", ", boards)}.")
{
    /// <summary>The numbers of the boards.</summary>
    public IReadOnlyList<int> Boards => boards;
}

/// <summary>
/// The store can no longer be trusted: a sync failed, so what the operating system's cache says and what the disk holds may differ. The process must stop;
/// a new one reads what is really there.
/// </summary>
public sealed class StoreBrokenException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The store cannot be opened as it is; the message tells the operator why and what to do.</summary>
public sealed class StoreOpenException(string message, Exception? inner = null) : Exception(message, inner);

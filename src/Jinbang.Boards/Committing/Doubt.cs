using Jinbang.Boards.Storage;

namespace Jinbang.Boards.Committing;

/// <summary>
/// Whether the store owes the answer to a call that may or may not have been stored. While it does, the committer writes nothing; what was stored after all is applied
/// when the store says so. On the committer's thread alone.
/// </summary>
internal sealed class Doubt(IScoreStore store)
{
    private Action<long>? apply;

    /// <summary>Whether there is a call of unknown outcome.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Takes note of a commit of unknown outcome.</summary>
    /// <param name="whenStored">Applies it, should it be stored; it gets the commit's number.</param>
    public void Open(Action<long> whenStored) => (IsOpen, apply) = (true, whenStored);

    /// <summary>Takes note of another call of unknown outcome, which may be made again.</summary>
    public void Open() => IsOpen = true;

    /// <summary>Finds out.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot say it yet.</exception>
    public bool Settle()
    {
        var commit = Committer.Wait(((ISharedStore)store).SettleAsync(CancellationToken.None));
        if (commit is { } stored)
        {
            apply?.Invoke(stored);
        }

        (IsOpen, apply) = (false, null);
        return true;
    }
}

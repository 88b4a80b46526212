using Jinbang.Boards.Storage;

namespace Jinbang.Boards.Committing;

/// <summary>
/// Whether the store owes the answer to a call that may or may not have been stored. While it does, the committer writes nothing; what was stored after all is applied
/// when the store says so. On the committer's thread alone.
/// </summary>
internal sealed class Doubt(IScoreStore store)
{
    private Action<long>? apply;
    private Action? again;

    /// <summary>Whether there is a call of unknown outcome.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Takes note of a commit of unknown outcome.</summary>
    /// <param name="whenStored">Applies it, should it be stored; it gets the commit's number.</param>
    public void Open(Action<long> whenStored) => (IsOpen, apply) = (true, whenStored);

    /// <summary>Takes note of another call of unknown outcome.</summary>
    /// <param name="makeAgain">Makes it again once it is known that it can no longer be stored late; null when whoever asked for it may ask again.</param>
    public void Open(Action? makeAgain = null) => (IsOpen, again) = (true, makeAgain);

    /// <summary>Finds out.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot say it yet.</exception>
    public bool Settle()
    {
        var commit = Committer.Wait(((ISharedStore)store).SettleAsync(CancellationToken.None));
        if (commit is { } stored)
        {
            apply?.Invoke(stored);
        }

        var repeated = again;
        (IsOpen, apply, again) = (false, null, null);
        repeated?.Invoke();
        return true;
    }
}

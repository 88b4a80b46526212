using System.Runtime.ExceptionServices;

namespace Jinbang.Ranking.Sealed;

/// <summary>
/// Work that many want done and one does: the first comes to do it, the others wait for it and share how it ended, well or with an exception.
/// Thread-safe.
/// </summary>
internal sealed class SealedRepair
{
    private readonly Lock gate = new();
    private bool isDone;
    private ExceptionDispatchInfo? failure;

    /// <summary>Does the work, or waits until it is done.</summary>
    /// <exception cref="Exception">Whatever the work ended with, for everyone.</exception>
    public void Once(Action work)
    {
        lock (gate)
        {
            if (!isDone)
            {
                failure = Try(work);
                isDone = true;
            }
        }

        failure?.Throw();
    }

    private static ExceptionDispatchInfo? Try(Action work)
    {
        try
        {
            work();
            return null;
        }
        catch (Exception fault)
        {
            return ExceptionDispatchInfo.Capture(fault);
        }
    }
}

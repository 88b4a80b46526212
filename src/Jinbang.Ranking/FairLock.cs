namespace Jinbang.Ranking;

/// <summary>
/// A lock that is had in the order in which it was asked for, for holds of about a microsecond: as cheap as a plain one when nobody waits, and nobody starves.
/// </summary>
/// <remarks>
/// <para>
/// A plain lock goes to whoever comes first after its release. A writer that does one change after the other is always there first, and a reader who
/// has gone to sleep is woken too late again and again: a tenth of a second was measured. Here everyone draws a number and is served in turn, so a reader waits for the one change that
/// is under way and for those who asked before him, and the same holds for the writer among many readers.
/// </para>
/// <para>
/// Who waits does not sleep: he looks a few times and then gives his processor away between looks, to the holder if that one has none. So do not hold it
/// over anything that waits. Everything that one hold changed is seen by every later one, as with any lock. Not reentrant: a second hold by the same thread waits forever.
/// </para>
/// </remarks>
public sealed class FairLock
{
    private int drawn;
    private int served;

    /// <summary>Waits for its turn and takes the lock; disposing the scope releases it.</summary>
    public Scope Enter()
    {
        var number = Interlocked.Increment(ref drawn) - 1;
        if (Volatile.Read(ref served) != number)
        {
            WaitFor(number);
        }

        return new Scope(this);
    }

    private void WaitFor(int number)
    {
        var spin = new SpinWait();
        while (Volatile.Read(ref served) != number)
        {
            // Without sleeping for a millisecond after many turns, as it would do by default.
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    /// <summary>A hold of the lock.</summary>
    public readonly ref struct Scope
    {
        private readonly FairLock held;

        internal Scope(FairLock held) => this.held = held;

        /// <summary>Releases the lock to who is next.</summary>
        public void Dispose() => Volatile.Write(ref held.served, held.served + 1);
    }
}

namespace Jinbang.Boards.Sharing;

/// <summary>
/// Until when this process may answer from memory. Measured by the monotonic clock, from before a renewal was sent, and a little shorter than the store thinks, so that
/// clocks that run at slightly different speeds do no harm. A process that was frozen wakes up with a lease that has run out.
/// </summary>
internal sealed class Lease
{
    private const int PartsLeft = 20;

    private readonly TimeProvider time;
    private readonly long ticks;
    private readonly bool isEndless;
    private long until;

    private Lease(TimeProvider time, TimeSpan length, bool isEndless)
    {
        this.time = time;
        this.isEndless = isEndless;
        ticks = (long)(length.TotalSeconds * time.TimestampFrequency) / PartsLeft * (PartsLeft - 1);
    }

    /// <summary>Of a process that shares its store with nobody.</summary>
    public static Lease Endless { get; } = new(TimeProvider.System, TimeSpan.Zero, isEndless: true);

    /// <summary>Whether it has not run out.</summary>
    public bool IsValid => isEndless || time.GetTimestamp() < Volatile.Read(ref until);

    /// <summary>A lease that has yet to be renewed for the first time.</summary>
    public static Lease Of(TimeProvider time, TimeSpan length) => new(time, length, isEndless: false);

    /// <summary>Takes note of a renewal.</summary>
    /// <param name="sent">The timestamp before it was sent.</param>
    public void Renewed(long sent) => Volatile.Write(ref until, sent + ticks);

    /// <summary>Ends it at once.</summary>
    public void End() => Volatile.Write(ref until, 0);
}

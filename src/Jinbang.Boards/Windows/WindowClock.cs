namespace Jinbang.Boards.Windows;

/// <summary>
/// The clock that decides windows: the wall clock, as long as it runs as the monotonic clock does. A wall clock that jumps would close a day's window
/// hours too early, and a closed window stays closed; so a jump is held off until it is undone or has lasted.
/// </summary>
/// <remarks>
/// <para>
/// Every believed reading is the anchor for the next one, so clocks may drift apart for as long as they like. A wall clock that is further from the anchor than the tolerance is not
/// believed: time goes on from the anchor by the monotonic clock. It is believed again when it agrees again, or when it has run at its new offset, within the
/// tolerance, for the patience: then the machine had slept, or its clock had been wrong and was set right.
/// </para>
/// <para>
/// Time does not go back from one reading to the next, with one exception: when a jump backwards has lasted for the patience. A caller must not reopen
/// then what it has closed.
/// </para>
/// </remarks>
/// <param name="time">Both clocks. The first anchor is taken at once and believed.</param>
/// <param name="tolerance">How far the wall clock may be off between two readings, usually a minute.</param>
/// <param name="patience">How long a jump must last, by the monotonic clock, before it is believed, usually ten minutes.</param>
public sealed class WindowClock(TimeProvider time, TimeSpan tolerance, TimeSpan patience)
{
    private Anchor believed = Anchor.Take(time);

    // Where the wall clock was when it jumped; only while it is held off.
    private Anchor? jumped;
    private DateTimeOffset last = DateTimeOffset.MinValue;

    /// <summary>Reads both clocks. One caller at a time.</summary>
    public WindowTime Read()
    {
        var read = Anchor.Take(time);
        var expected = believed.Wall + time.GetElapsedTime(believed.Stamp, read.Stamp);
        var jump = read.Wall - expected;
        if (jump.Duration() <= tolerance)
        {
            Believe(read);

            // A step back within the tolerance, or the end of a hold: time stands still until the wall clock has caught up.
            return Say(read.Wall > last ? read.Wall : last, TimeSpan.Zero);
        }

        if (jumped is not { } since || !Agree(since, read))
        {
            jumped = read;
        }
        else if (time.GetElapsedTime(since.Stamp, read.Stamp) >= patience)
        {
            Believe(read);
            return Say(read.Wall, TimeSpan.Zero);
        }

        return Say(expected > last ? expected : last, jump);
    }

    private bool Agree(Anchor earlier, Anchor later) =>
        (later.Wall - earlier.Wall - time.GetElapsedTime(earlier.Stamp, later.Stamp)).Duration() <= tolerance;

    private void Believe(Anchor read)
    {
        believed = read;
        jumped = null;
    }

    private WindowTime Say(DateTimeOffset now, TimeSpan jump)
    {
        last = now;
        return new WindowTime(now, jump != TimeSpan.Zero, jump);
    }

    /// <summary>Both clocks at one moment.</summary>
    private readonly record struct Anchor(DateTimeOffset Wall, long Stamp)
    {
        public static Anchor Take(TimeProvider time) => new(time.GetUtcNow(), time.GetTimestamp());
    }
}

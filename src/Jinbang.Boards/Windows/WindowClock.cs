namespace Jinbang.Boards.Windows;

/// <summary>What time it is for windows.</summary>
/// <param name="Now">The moment that decides.</param>
/// <param name="IsHeld">Whether the clock jumped and is not trusted: nothing is to be closed.</param>
/// <param name="Jump">By how much the wall clock is ahead of what was to be expected; negative when it is behind.</param>
public readonly record struct WindowTime(DateTimeOffset Now, bool IsHeld, TimeSpan Jump);

/// <summary>
/// The clock that decides windows: the wall clock, as long as the monotonic clock confirms it. After a jump it goes on by the monotonic clock, until the wall
/// clock agrees again, or has been steady at its new time for long enough (a machine that slept). One caller at a time.
/// </summary>
/// <param name="time">Both clocks.</param>
/// <param name="tolerance">By how much they may differ.</param>
/// <param name="patience">How long the wall clock must be steady after a jump to be trusted again.</param>
/// <remarks><see cref="WindowTime.Now"/> goes back only when a jump back has come to be trusted: who closed something must not open it again.</remarks>
public sealed class WindowClock(TimeProvider time, TimeSpan tolerance, TimeSpan patience)
{
    private DateTimeOffset anchor = time.GetUtcNow();
    private long anchorAt = time.GetTimestamp();
    private DateTimeOffset jumped;
    private long jumpedAt;
    private bool isHeld;

    /// <summary>Reads the clock.</summary>
    public WindowTime Read()
    {
        var wall = time.GetUtcNow();
        var at = time.GetTimestamp();
        var expected = anchor + time.GetElapsedTime(anchorAt, at);
        if ((wall - expected).Duration() <= tolerance)
        {
            return Trust(wall, at);
        }

        // A wall clock that is somewhere else again than after the jump has jumped again.
        if (!isHeld || (wall - (jumped + time.GetElapsedTime(jumpedAt, at))).Duration() > tolerance)
        {
            (jumped, jumpedAt, isHeld) = (wall, at, true);
        }
        else if (time.GetElapsedTime(jumpedAt, at) >= patience)
        {
            return Trust(wall, at);
        }

        return new WindowTime(expected, true, wall - expected);
    }

    private WindowTime Trust(DateTimeOffset wall, long at)
    {
        // Small steps back are not seen: what is trusted goes forward.
        var now = !isHeld && wall < anchor ? anchor : wall;
        (anchor, anchorAt, isHeld) = (now, at, false);
        return new WindowTime(now, false, TimeSpan.Zero);
    }
}

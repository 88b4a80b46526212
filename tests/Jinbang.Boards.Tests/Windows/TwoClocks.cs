namespace Jinbang.Boards.Tests.Windows;

/// <summary>A wall clock and a monotonic one that move by hand, together or apart.</summary>
internal sealed class TwoClocks : TimeProvider
{
    private long stamp = 12_345;

    public DateTimeOffset Wall { get; private set; } = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Wall;

    public override long GetTimestamp() => stamp;

    /// <summary>Both clocks go on.</summary>
    public void Pass(TimeSpan length)
    {
        Wall += length;
        stamp += length.Ticks;
    }

    /// <summary>The wall clock is set, or the machine sleeps.</summary>
    public void Jump(TimeSpan length) => Wall += length;
}

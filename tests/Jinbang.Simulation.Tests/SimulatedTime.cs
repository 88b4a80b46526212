namespace Jinbang.Simulation.Tests;

/// <summary>A clock that stands still until it is moved; the wall clock may jump without the monotonic one.</summary>
internal sealed class SimulatedTime(DateTimeOffset start) : TimeProvider
{
    private DateTimeOffset wall = start;
    private long passed = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => wall;

    public override long GetTimestamp() => passed;

    /// <summary>Time passes.</summary>
    public void Advance(TimeSpan by)
    {
        wall += by;
        passed += by.Ticks;
    }

    /// <summary>Someone sets the wall clock.</summary>
    public void Jump(TimeSpan by) => wall += by;
}

namespace Jinbang.Server.Tests.Limits;

/// <summary>A clock whose timestamps move only by hand; dates are the system's.</summary>
internal sealed class HandClock : TimeProvider
{
    private long now = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => now;

    public void Pass(TimeSpan time) => now += time.Ticks;
}

namespace Jinbang.Server.Tests;

/// <summary>The system's clock, put forward by hand.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private long shift;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref shift));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Interlocked.Read(ref shift);

    public void Pass(TimeSpan time) => Interlocked.Add(ref shift, time.Ticks);
}

namespace Jinbang.Server.Tests.Live;

/// <summary>The system's clock, set forward by hand; both of its clocks agree, and its timers run as always.</summary>
internal sealed class ShiftedClock(DateTimeOffset start) : TimeProvider
{
    private readonly DateTimeOffset began = System.GetUtcNow();
    private long shift = (start - System.GetUtcNow()).Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Volatile.Read(ref shift));

    public override long GetTimestamp() => (GetUtcNow() - began.AddDays(-1_000)).Ticks;

    public void Pass(TimeSpan time) => Interlocked.Add(ref shift, time.Ticks);
}

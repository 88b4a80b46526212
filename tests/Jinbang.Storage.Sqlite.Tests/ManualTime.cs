namespace Jinbang.Storage.Sqlite.Tests;

/// <summary>A clock that stands still until it is advanced.</summary>
internal sealed class ManualTime : TimeProvider
{
    private TimeSpan passed = TimeSpan.FromDays(1);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan by) => passed += by;

    public override long GetTimestamp() => passed.Ticks;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero) + passed;
}

/// <summary>The system's clock, put forward.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private TimeSpan shift;

    public void Advance(TimeSpan by) => shift += by;

    public override long GetTimestamp() => System.GetTimestamp() + (long)(shift.TotalSeconds * TimestampFrequency);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + shift;
}

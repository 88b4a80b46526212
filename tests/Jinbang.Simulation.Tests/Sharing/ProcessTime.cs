namespace Jinbang.Simulation.Tests.Sharing;

/// <summary>The clocks of one process: all processes share the time, but their wall clocks differ a little and their monotonic clocks run at slightly different speeds.</summary>
/// <param name="world">Whose time it is.</param>
/// <param name="process">Whose clock it is.</param>
/// <param name="wall">By how much its wall clock is ahead.</param>
/// <param name="permille">By how much its monotonic clock runs faster.</param>
internal sealed class ProcessTime(World world, Process process, TimeSpan wall, int permille) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        world.MayFreeze(process);
        return world.Begin.AddTicks(world.Now) + wall;
    }

    public override long GetTimestamp()
    {
        world.MayFreeze(process);
        return TimeSpan.TicksPerDay + world.Now + (world.Now / 1_000 * permille);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer();
        if (dueTime >= TimeSpan.Zero)
        {
            world.After(dueTime.Ticks, process, () =>
            {
                if (!timer.IsOver)
                {
                    callback(state);
                }
            });
        }

        return timer;
    }

    private sealed class Timer : ITimer
    {
        public bool IsOver { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException("Nothing here changes a timer.");

        public void Dispose() => IsOver = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

namespace Jinbang.Simulation.Tests.Model;

/// <summary>What the boards should take for the time: the wall clock while the monotonic one confirms it to a minute, or after ten steady minutes somewhere else.</summary>
internal sealed class ModelClock
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly TimeProvider time;
    private (DateTimeOffset Wall, long At) trusted;
    private (DateTimeOffset Wall, long At)? doubted;
    private DateTimeOffset last = DateTimeOffset.MinValue;

    public ModelClock(TimeProvider time)
    {
        this.time = time;
        trusted = (time.GetUtcNow(), time.GetTimestamp());
    }

    public (DateTimeOffset Now, bool IsHeld) Read()
    {
        var (wall, at) = (time.GetUtcNow(), time.GetTimestamp());
        var expected = Since(trusted, at);
        if (IsNear(wall, expected))
        {
            (trusted, doubted) = ((wall, at), null);
            return (Forward(wall), false);
        }

        if (doubted is { } jump && IsNear(wall, Since(jump, at)))
        {
            if (at - jump.At < Patience.Ticks)
            {
                return (Forward(expected), true);
            }

            // The only step back that there is: the one that was waited for.
            (trusted, doubted) = ((wall, at), null);
            last = wall;
            return (wall, false);
        }

        doubted = (wall, at);
        return (Forward(expected), true);
    }

    private DateTimeOffset Forward(DateTimeOffset now) => last = now > last ? now : last;

    private static DateTimeOffset Since((DateTimeOffset Wall, long At) moment, long at) => moment.Wall.AddTicks(at - moment.At);

    private static bool IsNear(DateTimeOffset one, DateTimeOffset other) => (one - other).Duration() <= Tolerance;
}

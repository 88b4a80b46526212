namespace Jinbang.Bench.Scale.Measuring;

/// <summary>A loop of so many operations; the sum of their answers keeps the compiler from leaving them out.</summary>
internal delegate long Loop(int operations);

/// <summary>An operation to be timed.</summary>
/// <param name="Name">What it does.</param>
/// <param name="Run">The loop.</param>
/// <param name="Draw">The same loop without it: drawing random players, scores or ids.</param>
internal sealed record Operation(string Name, Loop Run, Loop Draw);

/// <summary>CPU nanoseconds of operations: thread CPU time of loops of a million, less the loop that only draws; three rounds, in turns.</summary>
internal static class CpuTimer
{
    private const int Rounds = 3;
    private const int Count = 1_000_000;
    private const int WarmUpCount = 500;

    /// <summary>The sum of all answers so far.</summary>
    public static long Consumed { get; private set; }

    /// <summary>Times the operations after a warm-up of them all.</summary>
    public static IReadOnlyDictionary<string, Figure> Measure(IReadOnlyList<Operation> operations)
    {
        Loop[] draws = [.. operations.Select(static operation => operation.Draw).Distinct()];
        Loop[] loops = [.. draws, .. operations.Select(static operation => operation.Run)];
        WarmUp.Run([.. loops.Select(static loop => (Action)(() => Consumed += loop(WarmUpCount)))]);
        var rounds = loops.ToDictionary(static loop => loop, static _ => new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var loop in loops)
            {
                rounds[loop].Add(Time(loop));
            }
        }

        return operations.ToDictionary(
            static operation => operation.Name,
            operation => Figure.Of(rounds[operation.Run], less: Figure.Of(rounds[operation.Draw]).Median));
    }

    private static double Time(Loop loop)
    {
        var started = ThreadCpu.Nanoseconds();
        Consumed += loop(Count);
        return (double)(ThreadCpu.Nanoseconds() - started) / Count;
    }
}

namespace Jinbang.Bench.Load.Measuring;

/// <summary>Tells on standard error how far the run is; the report alone goes to standard output.</summary>
internal static class Progress
{
    /// <summary>Tells of a step.</summary>
    public static void Show(string step) => Console.Error.WriteLine(step);

    /// <summary>Tells of a round.</summary>
    public static void Show(string step, Round round) => Console.Error.WriteLine(
        $"{step}: {round.PerSecond:N0}/s, {round.PerCpuSecond:N0} per CPU-second, {round.Load.Errors} errors, client idle {round.Load.ClientIdle:P0}, elsewhere {round.Elsewhere:P0}");
}

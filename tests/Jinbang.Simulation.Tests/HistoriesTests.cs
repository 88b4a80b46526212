using System.Diagnostics;

namespace Jinbang.Simulation.Tests;

/// <summary>
/// Many short histories, each from a seed of its own: the same ten thousand every time, so that a change is what makes them fail, and new ones for as long as the
/// environment variable JINBANG_SIMULATION_MINUTES says. A failure names its seed: JINBANG_SIMULATION_SEED runs that history alone and tells what happened in it.
/// </summary>
public sealed class HistoriesTests
{
    private const int UsualSeed = 20_261_124;
    private const int UsualHistories = 10_000;

    [Fact]
    public void Boards_and_model_agree_over_many_histories_with_faults()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("JINBANG_SIMULATION_SEED"), out var wanted))
        {
            Repeat(wanted);
            return;
        }

        var isLong = double.TryParse(Environment.GetEnvironmentVariable("JINBANG_SIMULATION_MINUTES"), out var minutes);
        var seeds = new Random(isLong ? Seeds.New() : UsualSeed);
        var began = Stopwatch.GetTimestamp();
        var usedBefore = Environment.CpuUsage.TotalTime;
        var (histories, steps) = (0, 0L);
        while (isLong ? Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(minutes) : histories < UsualHistories)
        {
            var seed = seeds.Next();
            try
            {
                steps += RandomHistory.Run(seed);
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException(
                    $"History {histories} failed: {fault.Message}\nRepeat it with JINBANG_SIMULATION_SEED={seed} ./test Jinbang.Simulation.Tests", fault);
            }

            histories++;
        }

        var elapsed = Stopwatch.GetElapsedTime(began);
        var used = Environment.CpuUsage.TotalTime - usedBefore;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{histories:N0} histories, {steps:N0} steps, {elapsed.TotalSeconds:0} s: {histories / elapsed.TotalMinutes:N0} histories a minute, {histories / used.TotalMinutes:N0} a minute of a core");
    }

    private static void Repeat(int seed)
    {
        var told = new List<string>();
        try
        {
            RandomHistory.Run(seed, told: told);
        }
        finally
        {
            told.ForEach(line => TestContext.Current.TestOutputHelper?.WriteLine(line));
        }
    }
}

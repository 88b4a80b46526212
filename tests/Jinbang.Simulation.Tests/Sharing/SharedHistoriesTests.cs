using System.Diagnostics;

namespace Jinbang.Simulation.Tests.Sharing;

/// <summary>
/// Many short histories of several processes over one store, each from a seed of its own: the same ones every time, and new ones for as long as the environment variable
/// JINBANG_SIMULATION_MINUTES says. A failure names its seed and what happened: JINBANG_SIMULATION_SEED runs that history alone.
/// </summary>
public sealed class SharedHistoriesTests
{
    private const int UsualSeed = 20_261_125;
    private const int UsualHistories = 3_000;

    [Fact]
    public void Processes_that_share_a_store_answer_as_one_over_many_histories_with_faults()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("JINBANG_SIMULATION_SEED"), out var wanted))
        {
            Run(wanted, histories: 0);
            return;
        }

        var isLong = double.TryParse(Environment.GetEnvironmentVariable("JINBANG_SIMULATION_MINUTES"), out var minutes);
        var seeds = new Random(isLong ? Seeds.New() : UsualSeed);
        var began = Stopwatch.GetTimestamp();
        var usedBefore = Environment.CpuUsage.TotalTime;
        var (histories, steps) = (0, 0L);
        while (isLong ? Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(minutes) : histories < UsualHistories)
        {
            steps += Run(seeds.Next(), ++histories);
        }

        var used = Environment.CpuUsage.TotalTime - usedBefore;
        TestContext.Current.TestOutputHelper?.WriteLine($"{histories:N0} histories, {steps:N0} steps, {histories / used.TotalSeconds:N0} histories a second of a core");
    }

    private static int Run(int seed, int histories)
    {
        using var world = new World(seed);
        try
        {
            world.Run();
            return world.Steps;
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException(
                $"History {histories} failed: {fault.Message}\nRepeat it with JINBANG_SIMULATION_SEED={seed} ./test Jinbang.Simulation.Tests\n{Trace(seed)}", fault);
        }
    }

    private static string Trace(int seed)
    {
        var told = new List<string>();
        try
        {
            using var world = new World(seed, told: told);
            world.Run();
            told.Add("This time nothing failed: something beside the seed decides.");
        }
        catch (Exception fault)
        {
            told.Add(fault.ToString());
        }

        return string.Join('\n', told);
    }
}

using System.Diagnostics;
using Jinbang.Simulation.Tests.Storage;

namespace Jinbang.Simulation.Tests;

/// <summary>A simulation that finds nothing may look at nothing: each store that is wrong on purpose must be found out.</summary>
public sealed class MutantTests
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Mutants => [.. Enum.GetNames<Mutant>().Where(static name => name != nameof(Mutant.None))];

    [Theory]
    [MemberData(nameof(Mutants))]
    public void A_store_that_is_wrong_is_found_out(string mutant)
    {
        var seeds = new Random(Seeds.New());
        var began = Stopwatch.GetTimestamp();
        for (var histories = 1; Stopwatch.GetElapsedTime(began) < Budget; histories++)
        {
            try
            {
                RandomHistory.Run(seeds.Next(), Enum.Parse<Mutant>(mutant));
            }
            catch (Exception fault) when (fault is not CrashException)
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"{mutant} is found in history {histories}: {fault.Message}");
                return;
            }
        }

        Assert.Fail($"{mutant} is not found.");
    }
}

namespace Jinbang.Simulation.Tests.Sharing;

/// <summary>Fence, lease, waiting and settling are each needed: without one of them some history is wrong, and is found out.</summary>
public sealed class SharedMutantTests
{
    private const int MostHistories = 60_000;

    public static TheoryData<string> Mutants => [.. Enum.GetNames<SharedMutant>().Where(static name => name != nameof(SharedMutant.None))];

    [Theory]
    [MemberData(nameof(Mutants))]
    public void A_shared_store_that_is_wrong_is_found_out(string mutant)
    {
        var seeds = new Random(20_261_125);
        for (var histories = 1; histories <= MostHistories; histories++)
        {
            var seed = seeds.Next();
            using var world = new World(seed, Enum.Parse<SharedMutant>(mutant));
            try
            {
                world.Run();
            }
            catch (DifferenceException fault)
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"{mutant} is found in history {histories}, seed {seed}: {fault.Message}");
                return;
            }
        }

        Assert.Fail($"{mutant} is not found.");
    }
}

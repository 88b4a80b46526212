using Jinbang.ProcessTests.Processes;

namespace Jinbang.ClusterTests;

/// <summary>The fence and the lease are needed: without either the checker finds what goes wrong, and with both, under the same harm, nothing does.</summary>
public sealed class SafeguardTests(ITestOutputHelper output)
{
    private const int MostRuns = 4;

    private static readonly (string, string)[] Nervous =
    [
        ("JINBANG_Cluster__ProbeMilliseconds", "300"), ("JINBANG_Cluster__MissedProbes", "2"), ("JINBANG_Cluster__Votes", "1"), ("JINBANG_Cluster__CallMilliseconds", "1000"),
    ];

    [Theory]
    [InlineData("fence", "row")]
    [InlineData("lease", "no state")]
    public async Task Without_a_safeguard_a_frozen_server_that_wakes_up_does_what_the_checker_finds(string without, string sign)
    {
        for (var run = 1; run <= MostRuns; run++)
        {
            var faults = await RunAsync(without);
            output.WriteLine($"{faults.Count} faults: {string.Join("\n", faults.Take(3))}");
            if (faults.Any(fault => fault.Contains(sign, StringComparison.Ordinal)))
            {
                return;
            }
        }

        Assert.Fail($"In {MostRuns} runs without the {without} nothing went wrong: the checker, or the harm, is too weak.");
    }

    [Fact]
    public async Task With_both_the_same_harm_does_nothing_wrong() => Assert.Empty(await RunAsync(""));

    private static async Task<IReadOnlyList<string>> RunAsync(string without)
    {
        await using var run = new ClusterRun(servers: 3, clients: 24, Environment.TickCount);
        await run.StartAsync(ProgramPath.UnsafeServer, [("UNSAFE_WITHOUT", without), .. Nervous]);
        return (await run.RunAsync([Fault.FreezeMoment, Fault.FreezeMoment], TimeSpan.FromSeconds(2))).Faults;
    }
}

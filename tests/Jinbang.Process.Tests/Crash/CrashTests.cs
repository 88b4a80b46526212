using System.Globalization;
using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Crash;

public sealed class CrashTests(ITestOutputHelper output)
{
    /// <summary>How many kills, 50 unless the environment says <c>JINBANG_TEST_KILLS</c>; <c>JINBANG_TEST_SEED</c> repeats a run's choices.</summary>
    private static readonly int Kills = FromEnvironment("JINBANG_TEST_KILLS", 50);

    [Fact]
    public async Task Nothing_acknowledged_is_lost_by_kills_at_any_moment()
    {
        using var folder = new TemporaryFolder();
        var seed = FromEnvironment("JINBANG_TEST_SEED", Environment.TickCount & 0xffff);
        var run = new CrashRun(folder.Data, seed);
        output.WriteLine($"Seed {seed}.");
        var began = TimeProvider.System.GetTimestamp();
        try
        {
            await run.RunAsync(Kills);
        }
        finally
        {
            var took = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{run.Kills} kills ({run.KillsOfStarts} of them during a start), {run.Witness.Acknowledged} acknowledged writes, {run.Witness.Unavailable} answered 503, {took:0} seconds."));
        }

        Assert.True(run.Witness.Acknowledged > 20 * Kills, $"Only {run.Witness.Acknowledged} writes were acknowledged: the kills hit nothing.");
    }

    internal static int FromEnvironment(string name, int standard) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : standard;
}

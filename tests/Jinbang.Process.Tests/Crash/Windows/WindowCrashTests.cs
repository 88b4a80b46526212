using System.Globalization;
using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Crash.Windows;

public sealed class WindowCrashTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_acknowledged_submission_counts_once_in_every_window_and_every_window_closes_once_through_kills_at_any_moment()
    {
        using var folder = new TemporaryFolder();
        var kills = CrashTests.FromEnvironment("JINBANG_TEST_KILLS", 12);
        var seed = CrashTests.FromEnvironment("JINBANG_TEST_SEED", Environment.TickCount & 0xffff);
        output.WriteLine($"Seed {seed}.");
        var run = new WindowCrashRun(folder.Data, seed);
        var began = TimeProvider.System.GetTimestamp();
        try
        {
            await run.RunAsync(kills);
        }
        finally
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Kills: {string.Join(", ", run.Kills.Select(static kill => $"{kill.Key} {kill.Value}"))}. {run.Witness.Acknowledged} submissions acknowledged, {run.Witness.Repeated} "
                + $"repetitions, {run.Witness.Closed} windows closed, {run.Witness.Deleted.Count} players deleted, {run.Rebuilds.Asked} rebuilds asked for and "
                + $"{run.Rebuilds.Acknowledged} acknowledged, {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} seconds."));
        }

        Assert.True(run.Witness.Acknowledged > 20 * kills, "The kills hit nothing.");
        Assert.True(run.Witness.Closed >= kills / 3, "Hardly anything was closed.");
    }
}

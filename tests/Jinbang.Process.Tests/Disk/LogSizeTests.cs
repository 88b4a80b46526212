using Jinbang.ProcessTests.Crash;
using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Disk;

public sealed class LogSizeTests(ITestOutputHelper output)
{
    private const long Bound = 4 << 20;

    /// <summary>One turn of the committer: a registration, a batch and a slice of a fold, each page of which may be another one.</summary>
    private const long OneBatch = 2 << 20;

    [Fact]
    public async Task The_write_ahead_log_stays_within_its_bound_under_a_flood_and_shrinks_after_a_long_read()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(
            folder.Data, [.. ServerProcess.Busy.Where(static setting => !setting.Item1.EndsWith("ATMOST", StringComparison.Ordinal)), ("JINBANG_STORAGE__CHECKPOINTMEGABYTESATMOST", "4")]);
        var load = new Load(new Witness(2_000), connections: 16, seed: 3);
        var running = load.RunAsync(server);
        var log = new FileInfo(server.DatabaseFile + "-wal");

        var flooded = await HighestAsync(log, TimeSpan.FromSeconds(3));
        long held;
        using (var reader = new SqlConnection(server.DatabaseFile))
        {
            reader.Execute("BEGIN");
            reader.Execute("SELECT count(*) FROM log");
            held = await HighestAsync(log, TimeSpan.FromSeconds(4));
            reader.Execute("COMMIT");
        }

        await HighestAsync(log, TimeSpan.FromSeconds(2));
        var after = await HighestAsync(log, TimeSpan.FromSeconds(1));
        load.End();
        await running;

        output.WriteLine($"Highest size of the log: {flooded:N0} under the flood, {held:N0} during a long read, {after:N0} after it.");
        Assert.True(load.Fault is null, load.Fault);
        Assert.InRange(flooded, 1 << 20, Bound + OneBatch);
        Assert.True(held > Bound + OneBatch, "The long read has held nothing back: the test shows nothing.");
        Assert.InRange(after, 0, Bound + OneBatch);
    }

    private static async Task<long> HighestAsync(FileInfo log, TimeSpan during)
    {
        var highest = 0L;
        for (var began = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(began) < during;)
        {
            log.Refresh();
            highest = Math.Max(highest, log.Exists ? log.Length : 0);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        return highest;
    }
}

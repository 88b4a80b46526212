using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Durability;

/// <summary>After a sync that failed nobody knows what the disk holds: the server must not go on as if nothing had happened.</summary>
public sealed class FailedSyncTests(ITestOutputHelper output)
{
    private const int Broken = 74;

    [Fact]
    public async Task A_commit_that_cannot_be_synced_stops_the_server_at_once_and_loses_nothing_acknowledged()
    {
        using var folder = new TemporaryFolder();

        // Opening syncs the log a few times on its own thread; only the committer's thread gets as far as 30.
        await AssertStopsAsync(folder.Data, Strace.Injecting("fsync,fdatasync:error=EIO:when=30", folder.Data + "/jinbang.db-wal"), leastAcknowledged: 20);
    }

    [Fact]
    public async Task A_checkpoint_that_cannot_be_synced_stops_the_server_at_once_and_loses_nothing_acknowledged()
    {
        using var folder = new TemporaryFolder();
        await using (var first = await ServerProcess.StartAsync(folder.Data))
        {
            Assert.Equal(0, await first.StopAsync());
        }

        await AssertStopsAsync(folder.Data, Strace.Injecting("fsync,fdatasync:error=EIO", folder.Data + "/jinbang.db"), leastAcknowledged: 50);
    }

    private async Task AssertStopsAsync(string data, string[] strace, int leastAcknowledged)
    {
        long acknowledged = 0;
        await using (var server = await ServerProcess.StartAsync(data, ServerProcess.Busy, strace))
        {
            using var connection = await server.ConnectAsync();
            for (var score = 1; score < 20_000; score++)
            {
                if (await connection.PostScoreAsync("player", score) is not { IsStored: true } reply)
                {
                    // The submission in flight: no reply, or "not now", but no acknowledgement.
                    break;
                }

                acknowledged = score;
            }

            var began = TimeProvider.System.GetTimestamp();
            var code = await server.EndAsync(TimeSpan.FromSeconds(10));
            output.WriteLine($"{acknowledged} acknowledged, then an end within {TimeProvider.System.GetElapsedTime(began).TotalMilliseconds:0} ms.\n{server}");
            Assert.Equal(Broken, code);
            Assert.Contains("jinbang: stopped at once: The disk could not sync", server.Errors, StringComparison.Ordinal);
            Assert.True(acknowledged >= leastAcknowledged, $"Only {acknowledged} scores were acknowledged.");
        }

        await using var restarted = await ServerProcess.StartAsync(data);
        using var reading = await restarted.ConnectAsync();
        Assert.InRange((await reading.ScoreAsync("player"))!.Value, acknowledged, acknowledged + 1);
        Assert.True((await reading.PostScoreAsync("player", acknowledged + 2)) is { IsStored: true });
    }
}

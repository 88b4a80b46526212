using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Disk;

public sealed class ReadOnlyDiskTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_disk_that_becomes_read_only_answers_writes_with_503_and_goes_on_when_it_can_be_written_again()
    {
        using var folder = new TemporaryFolder();

        // A file system in use cannot be remounted: the kernel's answer is put into its place for some calls of the committer's thread.
        await using var server = await ServerProcess.StartAsync(
            folder.Data, under: Strace.Injecting("pwrite64:error=EROFS:when=60..100", folder.Data + "/jinbang.db-wal"));
        using var connection = await server.ConnectAsync();
        var (best, refused) = (0, 0);
        for (var score = 1; score <= 200; score++)
        {
            var reply = await connection.PostScoreAsync("player", score);
            Assert.True(reply is not null, server.ToString());
            if (reply.IsUnavailable)
            {
                reply.AssertUnavailable();
                refused++;
            }
            else
            {
                Assert.True(reply.IsStored, reply.Body);
                best = score;
            }

            Assert.Equal(best, await connection.ScoreAsync("player"));
        }

        output.WriteLine($"{refused} refused.");
        Assert.InRange(refused, 5, 60);
        Assert.Equal(200, best);
        await server.KillAsync();
        await using var restarted = await ServerProcess.StartAsync(folder.Data);
        using var reading = await restarted.ConnectAsync();
        Assert.Equal(200, await reading.ScoreAsync("player"));
    }

    [Fact]
    public async Task A_disk_that_cannot_be_written_at_all_refuses_the_start_in_plain_words()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 3);
        await using (var server = await ServerProcess.StartAsync(disk.Data))
        {
            Assert.Equal(0, await server.StopAsync());
        }

        await disk.MakeReadOnlyAsync();
        await using var refused = ServerProcess.Launch(disk.Data);

        Assert.Equal(1, await refused.EndAsync());
        output.WriteLine(refused.Errors);
        Assert.Contains(disk.Data, refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Another server", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Errors, StringComparison.Ordinal);
    }
}

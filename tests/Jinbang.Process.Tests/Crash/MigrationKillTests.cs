using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Crash;

public sealed class MigrationKillTests(ITestOutputHelper output)
{
    private const int Kills = 20;

    [Fact]
    public async Task A_first_start_killed_at_any_time_is_followed_by_one_that_works()
    {
        var seed = Environment.TickCount & 0xffff;
        output.WriteLine($"Seed {seed}.");
        var random = new Random(seed);
        for (var kill = 0; kill < Kills; kill++)
        {
            using var folder = new TemporaryFolder();
            await using (var server = ServerProcess.Launch(folder.Data))
            {
                // Of the 300 ms of a start the first half goes by before there is any file.
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(kill % 2 * 130, 300)), TimeProvider.System);
                await server.KillAsync();
            }

            await AssertWorksAsync(folder.Data);
        }
    }

    /// <summary>The migration writes and syncs about forty times: killed at every fourth of them.</summary>
    [Theory]
    [InlineData("pwrite64")]
    [InlineData("fsync,fdatasync")]
    public async Task A_first_start_killed_in_the_middle_of_its_writes_is_followed_by_one_that_works(string calls)
    {
        var killed = 0;
        for (var at = 1; at < 40; at += calls == "pwrite64" ? 4 : 1)
        {
            using var folder = new TemporaryFolder();
            string[] files = [.. ((string[])["", "-journal", "-wal"]).Select(suffix => $"{folder.Data}/jinbang.db{suffix}")];
            await using (var server = ServerProcess.Launch(folder.Data, under: Strace.Injecting($"{calls}:signal=KILL:when={at}", files)))
            {
                if (await IsReadyAsync(server))
                {
                    await server.KillAsync();
                    break;
                }
            }

            killed++;
            await AssertWorksAsync(folder.Data);
        }

        output.WriteLine($"{killed} kills.");
        Assert.True(killed >= 4, $"Only {killed} starts were killed in the middle.");
    }

    private static async Task<bool> IsReadyAsync(ServerProcess server)
    {
        try
        {
            await server.ReadyAsync();
            return true;
        }
        catch (InvalidOperationException) when (server.HasEnded)
        {
            return false;
        }
    }

    private static async Task AssertWorksAsync(string data)
    {
        await using var server = await ServerProcess.StartAsync(data);
        using var connection = await server.ConnectAsync();
        Assert.Empty(await connection.ListAsync());
        Assert.True((await connection.PostScoreAsync("player", 5)) is { IsFirst: true });
        Assert.Equal(0, await server.StopAsync());
    }
}

using System.Net.Sockets;
using Jinbang.ProcessTests.Clients;
using Jinbang.ProcessTests.Crash;
using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Stopping;

public sealed class StopTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_server_told_to_stop_under_load_cuts_no_reply_and_keeps_all_that_it_acknowledged()
    {
        using var folder = new TemporaryFolder();
        var witness = new Witness(320);
        for (var round = 0; round < 3; round++)
        {
            await using var server = await ServerProcess.StartAsync(folder.Data, ServerProcess.Busy);
            await witness.AssertAgreesAsync(server);
            var load = new Load(witness, connections: 16, seed: round);
            var running = load.RunAsync(server);
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
            var began = TimeProvider.System.GetTimestamp();
            Assert.Equal(0, await server.StopAsync(TimeSpan.FromSeconds(10)));
            output.WriteLine($"Ended within {TimeProvider.System.GetElapsedTime(began).TotalMilliseconds:0} ms.");
            await running;
            Assert.True(load.Fault is null, load.Fault);
            Assert.Equal(0, load.CutReplies);
            Assert.False(File.Exists(server.DatabaseFile + "-wal"), "A tidy stop leaves one file.");
        }

        output.WriteLine($"{witness.Acknowledged} acknowledged writes.");
        await using var last = await ServerProcess.StartAsync(folder.Data);
        await witness.AssertAgreesAsync(last);
    }

    /// <summary>A slow disk may keep a commit waiting for seconds. Who sent it before the stop is answered, and is right to believe the answer.</summary>
    [Fact]
    public async Task A_submission_that_waits_for_a_slow_disk_is_answered_before_the_end()
    {
        using var folder = new TemporaryFolder();
        await using (var server = await ServerProcess.StartAsync(
            folder.Data, under: Strace.Injecting("fsync,fdatasync:delay_enter=4000000:when=30", folder.Data + "/jinbang.db-wal")))
        {
            using var connection = await server.ConnectAsync();
            var score = 0;
            Task<Reply?> waiting;
            do
            {
                waiting = connection.PostScoreAsync("player", ++score);
                await Task.WhenAny(waiting, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System));
            }
            while (waiting.IsCompleted && score < 100);
            Assert.False(waiting.IsCompleted, "No commit was slow.");

            var stopping = server.StopAsync(TimeSpan.FromSeconds(15));

            Assert.True((await waiting) is { IsStored: true }, $"The submission was not answered: {server}");
            Assert.Equal(0, await stopping);
        }
    }

    [Fact]
    public async Task A_request_that_is_still_being_sent_when_the_server_stops_is_answered()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Data);
        using var connection = await server.ConnectAsync();
        var request = ClassicConnection.ScoreRequest("player", 77);
        await connection.SendAsync(request[..^5]);
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);

        var stopping = server.StopAsync(TimeSpan.FromSeconds(15));
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);
        await connection.SendAsync(request[^5..]);

        Assert.True((await connection.ReadAsync()) is { IsFirst: true });
        Assert.Equal(0, await stopping);
    }

    [Fact]
    public async Task A_client_that_never_finishes_its_request_does_not_keep_the_server_from_stopping()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Data);
        using var stalled = await server.ConnectAsync();
        await stalled.SendAsync(ClassicConnection.ScoreRequest("player", 77)[..^5]);
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);

        Assert.Equal(0, await server.StopAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Idle_connections_do_not_delay_the_end()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Data);
        var idle = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.ConnectAsync()));
        foreach (var connection in idle.Skip(10))
        {
            Assert.NotNull(await connection.GetAsync("/api/tpinball_score"));
        }

        Assert.Equal(0, await server.StopAsync(TimeSpan.FromSeconds(3)));
        Array.ForEach(idle, static connection => connection.Dispose());
        await Assert.ThrowsAnyAsync<SocketException>(server.ConnectAsync);
    }
}

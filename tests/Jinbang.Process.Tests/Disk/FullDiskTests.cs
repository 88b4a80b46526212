using Jinbang.ProcessTests.Clients;
using Jinbang.ProcessTests.Crash;
using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Disk;

public sealed class FullDiskTests(ITestOutputHelper output)
{
    private const int Newcomers = 24;

    [Fact]
    public async Task A_full_disk_answers_writes_with_503_and_goes_on_by_itself_once_there_is_room()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 6);
        var witness = new Witness(64);
        await using (var server = await ServerProcess.StartAsync(disk.Data, ServerProcess.Busy))
        {
            await RunLoadAsync(witness, server, seconds: 0.5);
            disk.Fill();

            // What the write-ahead log has room for already may still be written.
            using var connection = await server.ConnectAsync();
            await FillRestOfLogAsync(connection, witness);
            await AssertFullAsync(server, connection, witness);
            disk.MakeRoom();
            await AssertStoresWithinAsync(connection, witness, TimeSpan.FromSeconds(5));
            await AssertNewcomersHaveNoScoreAsync(connection);
            await RunLoadAsync(witness, server, seconds: 0.3);
            await witness.AssertAgreesAsync(server);
            await server.KillAsync();
        }

        output.WriteLine($"{witness.Acknowledged} acknowledged, {witness.Unavailable} answered 503.");
        Assert.True(witness.Unavailable > 0);
        await using var restarted = await ServerProcess.StartAsync(disk.Data);
        await witness.AssertAgreesAsync(restarted);
        using var reading = await restarted.ConnectAsync();
        await AssertNewcomersHaveNoScoreAsync(reading);
        foreach (var newcomer in Enumerable.Range(0, Newcomers))
        {
            Assert.True((await reading.PostScoreAsync($"newcomer-{newcomer}", 1)) is { IsFirst: true });
        }
    }

    [Fact]
    public async Task A_server_killed_on_a_full_disk_starts_again_on_it_or_says_why_not_and_has_lost_nothing()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 6);
        var witness = new Witness(64);
        await using (var server = await ServerProcess.StartAsync(disk.Data, ServerProcess.Busy))
        {
            await RunLoadAsync(witness, server, seconds: 0.5);
            disk.Fill();
            await RunLoadAsync(witness, server, seconds: 0.3);
            await server.KillAsync();
        }

        await using (var full = ServerProcess.Launch(disk.Data))
        {
            try
            {
                await full.ReadyAsync();
                await witness.AssertAgreesAsync(full);
                await full.KillAsync();
            }
            catch (InvalidOperationException)
            {
                await full.EndAsync();
                output.WriteLine(full.Errors);
                Assert.Contains("full", full.Errors, StringComparison.Ordinal);
                Assert.DoesNotContain("   at ", full.Errors, StringComparison.Ordinal);
            }
        }

        disk.MakeRoom();
        await using var restarted = await ServerProcess.StartAsync(disk.Data);
        await witness.AssertAgreesAsync(restarted);
    }

    private static async Task RunLoadAsync(Witness witness, ServerProcess server, double seconds)
    {
        var load = new Load(witness, connections: 8, seed: 1);
        var running = load.RunAsync(server);
        await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System);
        load.End();
        await running;
        Assert.True(load.Fault is null, load.Fault);
        Assert.False(server.HasEnded, server.ToString());
    }

    private static async Task FillRestOfLogAsync(ClassicConnection connection, Witness witness)
    {
        var refused = 0;
        for (var round = 0; refused < 20; round++)
        {
            var reply = await RaiseAsync(connection, witness);
            refused = reply.IsUnavailable ? refused + 1 : 0;
            Assert.True(round < 20_000, "The disk is full and yet there is always room.");
        }
    }

    private static async Task AssertFullAsync(ServerProcess server, ClassicConnection connection, Witness witness)
    {
        foreach (var newcomer in Enumerable.Range(0, Newcomers))
        {
            (await connection.PostScoreAsync($"newcomer-{newcomer}", 7))!.AssertUnavailable();
            (await connection.PostProfileAsync($"newcomer-{newcomer}", "nickname=新人&"))!.AssertUnavailable();
        }

        await AssertNewcomersHaveNoScoreAsync(connection);
        await RunLoadAsync(witness, server, seconds: 0.3);
        await witness.AssertAgreesAsync(server);
        Assert.Equal(200, (await connection.GetAsync("/health/live"))!.Status);
    }

    private static async Task AssertStoresWithinAsync(ClassicConnection connection, Witness witness, TimeSpan within)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!(await RaiseAsync(connection, witness)).IsStored)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < within, $"There is room, but after {within} nothing is stored yet.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    private static async Task<Reply> RaiseAsync(ClassicConnection connection, Witness witness)
    {
        var player = witness.Players[0];
        var score = (player.Proven ?? 0) + 1;
        var before = player.Sending(score, witness.Tick());
        var reply = await connection.PostScoreAsync(player.Id, score);
        Assert.True(reply is not null, "The server closed the connection.");
        witness.Count(reply);
        Assert.Null(player.Answered(score, before, reply, witness.Tick()));
        return reply;
    }

    private static async Task AssertNewcomersHaveNoScoreAsync(ClassicConnection connection)
    {
        foreach (var newcomer in Enumerable.Range(0, Newcomers))
        {
            Assert.Null(await connection.ScoreAsync($"newcomer-{newcomer}"));
        }
    }
}

using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Jinbang.ProcessTests.Clients;
using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Durability;

public sealed partial class SyncTraceTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1, 80)]
    [InlineData(8, 25)]
    public async Task No_score_is_acknowledged_before_its_row_is_synced(int connections, int scoresEach)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("trace");
        await using (var server = await ServerProcess.StartAsync(folder.Data, under: Strace.Recording(file)))
        {
            await Task.WhenAll(Enumerable.Range(0, connections).Select(client => SubmitAsync(server, client, connections, scoresEach)));
            Assert.Equal(0, await server.StopAsync());
        }

        var trace = SyncTrace.Judge(TraceFile.Read(file), new HttpReplies().AcknowledgedBy);

        output.WriteLine($"{trace.Acknowledged.Count} acknowledgements, {trace.TooEarly.Count} too early.");
        Assert.Equal(connections * scoresEach, trace.Acknowledged.Distinct().Count());
        Assert.Empty(trace.TooEarly);
    }

    [Fact]
    public async Task The_same_look_at_boards_without_http_finds_nothing_wrong_while_they_sync()
    {
        var trace = await TraceBoardsAsync("synced");

        Assert.Equal(40, trace.Acknowledged.Count);
        Assert.Empty(trace.TooEarly);
    }

    [Fact]
    public async Task And_finds_every_acknowledgement_too_early_when_they_do_not_sync()
    {
        var trace = await TraceBoardsAsync("unsynced");

        Assert.Equal(40, trace.Acknowledged.Count);
        Assert.Equal(trace.Acknowledged, trace.TooEarly);
    }

    private static async Task SubmitAsync(ServerProcess server, int client, int connections, int count)
    {
        using var connection = await server.ConnectAsync();
        for (var i = 0; i < count; i++)
        {
            // A new player with every third score: registering is a transaction of its own.
            var reply = await connection.PostScoreAsync($"client-{client}-{i / 3}", SyncTrace.FirstScore + (i * connections) + client);
            Assert.True(reply is { IsStored: true }, reply?.Body);
        }
    }

    private static async Task<SyncTrace> TraceBoardsAsync(string mode)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("trace");
        string[] line = [.. Strace.Recording(file), ProgramPath.UnsafeServer, folder.Data, mode, SyncTrace.FirstScore.ToString(CultureInfo.InvariantCulture), "40"];
        await using var process = ChildProcess.Start(line[0], line[1..], folder.Path);
        Assert.True(await process.EndAsync(TimeSpan.FromSeconds(30)) == 0, process.Said);
        return SyncTrace.Judge(TraceFile.Read(file), AcknowledgedBy);
    }

    private static long? AcknowledgedBy(TracedCall call) =>
        call.IsWrite && AckLine().Match(Encoding.UTF8.GetString(call.Data)) is { Success: true } found ? long.Parse(found.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex("^ack ([0-9]+) (First|Improved)")]
    private static partial Regex AckLine();
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Jinbang.ProcessTests.Clients;
using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Durability;

/// <summary>What submissions to several windows, and closes, cost and wait for.</summary>
public sealed partial class WindowSyncTests(ITestOutputHelper output)
{
    private const string Path = "/v1/games/traced";

    [Fact]
    public async Task A_submission_with_a_key_into_three_windows_costs_one_sync_and_is_acknowledged_after_it()
    {
        const int submissions = 40;
        using var folder = new TemporaryFolder();
        var file = folder.File("trace");
        await using (var server = await ServerProcess.StartAsync(folder.Data, under: Strace.Recording(file)))
        {
            using var connection = await PrepareAsync(server, DateTimeOffset.MaxValue.AddDays(-2));
            await SubmitAsync(connection, 1);
            for (var i = 0; i < submissions; i++)
            {
                using var reply = JsonDocument.Parse((await SubmitAsync(connection, SyncTrace.FirstScore + i)).Body);
                Assert.Equal(["all_time", "daily", "sprint"], reply.RootElement.GetProperty("windows").EnumerateArray().Select(static window => window.GetProperty("window").GetString()!.Split(':')[0]));
            }

            Assert.Equal(0, await server.StopAsync());
        }

        var calls = TraceFile.Read(file);
        var acknowledging = new List<(TracedCall Received, TracedCall Sent)>();
        TracedCall? asked = null;
        var trace = SyncTrace.Judge(calls, call =>
        {
            if (call.IsReceive && Submitted().IsMatch(Encoding.UTF8.GetString(call.Data)))
            {
                asked = call;
            }
            else if (asked is not null && (call.IsSend || call.IsWrite) && call.Data.AsSpan().IndexOf("\"repeated\":false"u8) >= 0)
            {
                acknowledging.Add((asked, call));
                var score = long.Parse(Submitted().Match(Encoding.UTF8.GetString(asked.Data)).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
                asked = null;
                return score;
            }

            return null;
        });
        var syncs = acknowledging.Select(pair => calls.Count(call => call.IsSync && call.Began > pair.Received.Began && call.Ended < pair.Sent.Began)).ToList();
        var all = calls.Count(call => call.IsSync && call.Began > acknowledging[0].Received.Began && call.Began < acknowledging[^1].Sent.Began);

        output.WriteLine($"{acknowledging.Count} acknowledgements, {trace.TooEarly.Count} too early, {all} syncs.");
        Assert.Equal(submissions, trace.Acknowledged.Distinct().Count());
        Assert.Empty(trace.TooEarly);
        Assert.All(syncs, static count => Assert.Equal(1, count));
        Assert.Equal(submissions, all);
    }

    [Theory]
    [InlineData("operator")]
    [InlineData("time")]
    public async Task A_close_and_its_event_are_durable_before_anyone_can_read_the_window_as_closed(string closedBy)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("trace");
        await using (var server = await ServerProcess.StartAsync(folder.Data, under: Strace.Recording(file)))
        {
            var ends = TimeProvider.System.GetUtcNow().AddSeconds(closedBy == "time" ? 3 : 600);
            using var connection = await PrepareAsync(server, ends);
            await SubmitAsync(connection, 1);
            var reading = Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => ReadUntilClosedAsync(server))));
            if (closedBy == "operator")
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
                await connection.DoAsync("POST", $"{Path}/boards/board/windows/sprint/close");
            }

            var reads = await reading;
            output.WriteLine($"{reads.Sum()} reads while it was open.");
            Assert.All(reads, static open => Assert.True(open > 0, "It was read when it was closed already."));
            Assert.Equal(0, await server.StopAsync());
        }

        var calls = TraceFile.Read(file);
        var transaction = TransactionWith(calls, "window.closed"u8.ToArray());
        Assert.Contains(transaction, static call => Holds(call, "window.closed"));
        Assert.Contains(transaction, static call => Holds(call, "sprint") && !Holds(call, "window.closed"));
        var shown = calls.First(static call => (call.IsSend || call.IsWrite) && call.File.StartsWith("socket", StringComparison.Ordinal)
            && ((Holds(call, "\"state\":\"closed\"") && Holds(call, "\"name\":\"sprint\"")) || Holds(call, "HTTP/1.1 204")));
        var synced = calls.First(call => call.IsSync && call.Succeeded && IsLog(call) && call.Began > transaction.Max(static written => written.Ended));
        output.WriteLine($"Written at line {transaction[0].Began}, durable at line {synced.Ended}, shown at line {shown.Began} of the trace.");
        Assert.True(synced.Ended < shown.Began, "The window was shown as closed before that was durable.");
    }

    private static async Task<V1Connection> PrepareAsync(ServerProcess server, DateTimeOffset ends)
    {
        var connection = await V1Connection.OpenOperatorAsync(server);
        await connection.DoAsync("PUT", Path, "{}");
        await connection.DoAsync("PUT", $"{Path}/boards/board", string.Create(CultureInfo.InvariantCulture, $$"""
            {"windows":[{"kind":"all_time"},{"kind":"daily"},{"name":"sprint","kind":"season","starts_at":"2020-01-01T00:00:00Z","ends_at":"{{ends:O}}"}]}
            """));
        return connection;
    }

    private static Task<Reply> SubmitAsync(V1Connection connection, long score) => connection.DoAsync("POST", $"{Path}/boards/board/scores", string.Create(
        CultureInfo.InvariantCulture, $$"""{"external_id":"player","score":"{{score}}","idempotency_key":"key-{{score}}"}"""));

    private static async Task<int> ReadUntilClosedAsync(ServerProcess server)
    {
        using var connection = await V1Connection.OpenOperatorAsync(server);
        for (var open = 0; open < 100_000; open++)
        {
            if (Holds((await connection.DoAsync("GET", $"{Path}/boards/board/windows/sprint")).Body))
            {
                return open;
            }
        }

        throw new InvalidOperationException("It never closed.");

        static bool Holds(string body) => body.Contains("\"state\":\"closed\"", StringComparison.Ordinal);
    }

    /// <summary>The writes of the transaction that first wrote some bytes to the log: what lies between two frames that end one.</summary>
    private static List<TracedCall> TransactionWith(IReadOnlyList<TracedCall> calls, byte[] bytes)
    {
        const int frameHeader = 24;
        var writes = new List<TracedCall>();
        var isLastFrame = false;
        foreach (var call in calls.Where(static call => IsLog(call) && call.IsWrite && call.Succeeded))
        {
            writes.Add(call);
            if (call.Data.Length == frameHeader)
            {
                isLastFrame = call.Data.AsSpan(4, 4).IndexOfAnyExcept((byte)0) >= 0;
            }
            else if (isLastFrame)
            {
                if (writes.Exists(write => write.Data.AsSpan().IndexOf(bytes) >= 0))
                {
                    return writes;
                }

                writes = [];
                isLastFrame = false;
            }
        }

        throw new InvalidOperationException("No transaction wrote that.");
    }

    private static bool IsLog(TracedCall call) => call.File.EndsWith("jinbang.db-wal", StringComparison.Ordinal);

    private static bool Holds(TracedCall call, string text) => call.Data.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;

    [GeneratedRegex("\"score\":\"([0-9]{9,})\"")]
    private static partial Regex Submitted();
}

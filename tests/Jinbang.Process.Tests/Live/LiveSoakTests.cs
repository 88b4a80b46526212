using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Live;

/// <summary>
/// Many streams of one board, half of them of its public page, while many scores are submitted. How many is said by <c>JINBANG_SOAK_SUBSCRIBERS</c>, <c>_RATE</c> (submissions per second) and
/// <c>_SECONDS</c>.
/// </summary>
public sealed class LiveSoakTests(ITestOutputHelper output)
{
    private const int Connections = 16;
    private const int Players = 1_000;

    /// <summary>What the public pages follow, with as many lines as the ticket's stream.</summary>
    private const string Page = "/boards/5f195b8dc01e13002c2d7341/main/live?window=all_time&top=10";

    private static readonly int Subscribers = FromEnvironment("JINBANG_SOAK_SUBSCRIBERS", 200);
    private static readonly int Rate = FromEnvironment("JINBANG_SOAK_RATE", 200);
    private static readonly int Seconds = FromEnvironment("JINBANG_SOAK_SECONDS", 5);

    private int score;

    [Fact]
    public async Task Every_stream_ends_with_what_the_board_ends_with()
    {
        using var folder = new TemporaryFolder();
        var most = FormattableString.Invariant($"{Subscribers + 10}");
        await using var server = await ServerProcess.StartAsync(folder.Data, [("JINBANG_LIVE__MOSTPERADDRESS", most), ("JINBANG_LIVE__MOSTSUBSCRIBERS", most)]);
        var url = await TicketAsync(server);
        var answers = new Answers((2 * Rate * Seconds) + 1_000);
        List<LiveWatcher> watchers = [.. Enumerable.Range(0, Subscribers + 1).Select(_ => new LiveWatcher(answers))];
        var warming = watchers[0].RunAsync(server.Port, url);
        await watchers[0].First;
        var memoryBefore = Memory(server);
        List<Task> running = [warming];
        foreach (var group in watchers.Skip(1).Chunk(50))
        {
            running.AddRange(group.Select((watcher, index) => watcher.RunAsync(server.Port, index % 2 == 0 ? url : Page)));
            await Task.WhenAll(group.Select(static watcher => watcher.First));
        }

        var memoryIdle = Memory(server);
        var (cpuBefore, eventsBefore, began) = (Cpu(server), watchers.Sum(static watcher => watcher.Events), TimeProvider.System.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(client => Task.Run(() => SubmitAsync(server, answers, client, began))));
        var took = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        var (cpu, events, memoryBusy) = (Cpu(server) - cpuBefore, watchers.Sum(static watcher => watcher.Events) - eventsBefore, Memory(server));

        await UntilAsync(() => watchers.TrueForAll(watcher => watcher.Shown == score), TimeSpan.FromSeconds(20));
        Assert.All(watchers, watcher => Assert.Equal(watchers[0].Last, watcher.Last));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {Subscribers} subscribers, {score / took:0} submissions/s for {took:0.0} s: {events / took:0} events/s, {events / (took * Subscribers):0.00} per subscriber and second
            CPU of the server {100 * cpu.TotalSeconds / took:0} % of a core, longest from a reply to the event that shows it {watchers.Max(static watcher => watcher.Delay).TotalMilliseconds:0} ms
            memory {memoryBefore >> 20} MiB before, {memoryIdle >> 20} MiB with all connected ({(memoryIdle - memoryBefore) / Subscribers / 1024.0:0.0} KiB each), {memoryBusy >> 20} MiB under load
            """));

        Assert.Equal(0, await server.StopAsync(TimeSpan.FromSeconds(10)));
        await Task.WhenAll(running).WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System);
        watchers.ForEach(static watcher => watcher.Dispose());
    }

    private static async Task<string> TicketAsync(ServerProcess server)
    {
        using var http = new HttpClient { BaseAddress = new Uri(FormattableString.Invariant($"http://127.0.0.1:{server.Port}")) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Path.Combine(server.Data, "operator.key"))).Trim());
        using var reply = await http.PostAsJsonAsync("/v1/games/5f195b8dc01e13002c2d7341/live/tickets", new { board = "main", window = "all_time" });
        return (await reply.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("url").GetString()!;
    }

    private async Task SubmitAsync(ServerProcess server, Answers answers, int client, long began)
    {
        using var connection = await server.ConnectAsync();
        for (var round = 0; ; round++)
        {
            var due = TimeSpan.FromSeconds(((double)(round * Connections) + client) / Rate);
            if (due.TotalSeconds >= Seconds)
            {
                return;
            }

            var wait = due - TimeProvider.System.GetElapsedTime(began);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, TimeProvider.System);
            }
            else if (wait < TimeSpan.FromSeconds(-Seconds))
            {
                // Slower than was asked for by far: what was measured says so.
                return;
            }

            var next = Interlocked.Increment(ref score);
            var reply = await connection.PostScoreAsync(FormattableString.Invariant($"oSoak{next % Players}"), next);
            Assert.True(reply!.IsStored, reply.Body);
            answers.Note(next);
        }
    }

    private static async Task UntilAsync(Func<bool> isSo, TimeSpan patience)
    {
        for (var began = TimeProvider.System.GetTimestamp(); !isSo();)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < patience, $"It was not so within {patience}.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    private static long Memory(ServerProcess server)
    {
        var line = File.ReadLines($"/proc/{server.Id}/status").First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
    }

    private static TimeSpan Cpu(ServerProcess server)
    {
        // The fields after the name in brackets; a tick is a hundredth of a second.
        var stat = File.ReadAllText($"/proc/{server.Id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromMilliseconds(10 * (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)));
    }

    private static int FromEnvironment(string name, int standard) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : standard;
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Jinbang.Postgres;
using Npgsql;

namespace Jinbang.ClusterTests;

/// <summary>Something that is done to a running cluster.</summary>
internal enum Fault
{
    /// <summary>SIGKILL to the server that owns the most boards; it is started again after a while.</summary>
    KillOwner,

    /// <summary>SIGKILL to a server that somebody is talking to.</summary>
    KillAny,

    /// <summary>SIGTERM, and a new start: an upgrade of one server.</summary>
    Restart,

    /// <summary>
    /// SIGSTOP for 3 seconds, and SIGCONT, while it cannot reach the database: where servers look at each other often enough, they take it for dead, and callers are still waiting for its answers
    /// when it wakes up.
    /// </summary>
    FreezeMoment,

    /// <summary>SIGSTOP for 5 seconds, and SIGCONT.</summary>
    FreezeBriefly,

    /// <summary>SIGSTOP for 15 seconds, and SIGCONT.</summary>
    FreezeLong,

    /// <summary>PostgreSQL stops at once, without a checkpoint, and starts again.</summary>
    CrashDatabase,

    /// <summary>One server cannot reach the database for 6 seconds; what it sends goes nowhere.</summary>
    CutOff,

    /// <summary>All connections of one server to the database break, in the middle of whatever they do.</summary>
    BreakConnections,
}

/// <summary>What a run found.</summary>
/// <param name="Faults">What is wrong; empty when nothing is.</param>
/// <param name="Acknowledged">Submissions that were acknowledged.</param>
/// <param name="Unknown">Submissions whose outcome the client never learned.</param>
/// <param name="Reads">Reads that were checked.</param>
/// <param name="Outages">Per fault and board: for how long after it nobody's submission to the board was acknowledged.</param>
internal sealed record RunResult(IReadOnlyList<string> Faults, int Acknowledged, int Unknown, int Reads, IReadOnlyList<(Fault Fault, string Board, TimeSpan Time, bool WasOwned)> Outages);

/// <summary>
/// Servers over one PostgreSQL, clients that write and read and remember everything, and somebody who does them harm by a schedule that a seed decides. Afterwards the <see cref="Checker"/> says what is wrong.
/// </summary>
internal sealed class ClusterRun(int servers, int clients, int seed) : IAsyncDisposable
{
    private const string Game = "crash-test";
    private const int Players = 40;

    private static readonly string[] Keeps = ["best", "latest", "sum", "first"];
    private static readonly TimeSpan CallTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HeadAge = TimeSpan.FromMilliseconds(100);

    private readonly Random schedule = new(seed);
    private readonly List<ClusterServer> cluster = [];
    private readonly ConcurrentBag<Call> calls = [];
    private readonly ConcurrentDictionary<string, string> publicIds = new();
    private readonly ConcurrentBag<(Fault Fault, long At, IReadOnlyDictionary<string, int> Owners, int Victim)> harm = [];
    private readonly string folder = Directory.CreateTempSubdirectory("jinbang-cluster-").FullName;
    private PostgresServer database = null!;
    private string connectionString = "";
    private string key = "";
    private long keyNumber;

    /// <summary>What the servers said, for the message of a failed test.</summary>
    public string Said => string.Join("\n\n", cluster.Select(static server => $"server {server.Index}: {server.Said}"));

    /// <summary>The servers.</summary>
    public IReadOnlyList<ClusterServer> Servers => cluster;

    /// <summary>Starts the database and the servers.</summary>
    /// <param name="program">Another program than the product.</param>
    /// <param name="settings">Further settings, as environment variables.</param>
    public async Task StartAsync(string? program = null, IReadOnlyList<(string, string)>? settings = null)
    {
        database = await PostgresServer.StartNewAsync();
        connectionString = await database.CreateDatabaseAsync();
        for (var i = 0; i < servers; i++)
        {
            cluster.Add(await ClusterServer.StartAsync(i, Path.Combine(folder, $"server-{i}"), connectionString, database.Port, program, settings));
        }

        await PrepareAsync();
    }

    /// <summary>Lets clients go on for a while and does this harm, in this order, with pauses in between.</summary>
    public async Task<RunResult> RunAsync(IReadOnlyList<Fault> faults, TimeSpan pause)
    {
        using var stop = new CancellationTokenSource();
        var running = Enumerable.Range(0, clients).Select(client => Task.Run(() => PlayAsync(client, stop.Token), CancellationToken.None)).ToList();
        await Task.Delay(pause, TimeProvider.System, CancellationToken.None);
        foreach (var fault in faults)
        {
            await HarmAsync(fault);
            await Task.Delay(pause, TimeProvider.System, CancellationToken.None);
        }

        await stop.CancelAsync();
        await Task.WhenAll(running);
        return await CheckAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in cluster)
        {
            await server.DisposeAsync();
        }

        if (database is not null)
        {
            await database.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    private async Task PrepareAsync()
    {
        using var client = NewClient(cluster[0].OperatorKey);
        await DoAsync(client, HttpMethod.Put, $"/v1/games/{Game}", new { name = "Crash test" });
        var now = TimeProvider.System.GetUtcNow();
        foreach (var keep in Keeps)
        {
            // The season closes while the harm is done.
            await DoAsync(client, HttpMethod.Put, $"/v1/games/{Game}/boards/{keep}", new
            {
                keep,
                windows = new object[]
                {
                    new { name = "all_time", kind = "all_time" },
                    new { name = "season", kind = "season", starts_at = now.AddMinutes(-1), ends_at = now.AddSeconds(8 + schedule.Next(10)) },
                },
            });
        }

        var made = await DoAsync(client, HttpMethod.Post, $"/v1/games/{Game}/keys", new { kind = "server", name = "clients" });
        key = made.GetProperty("secret").GetString()!;
    }

    private HttpClient NewClient(string secret)
    {
        var client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = CallTime, BaseAddress = cluster[0].Url };
        client.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        return client;
    }

    private static async Task<JsonElement> DoAsync(HttpClient client, HttpMethod method, string path, object body)
    {
        for (var tries = 0; ; tries++)
        {
            using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
            using var reply = await client.SendAsync(request);
            var text = await reply.Content.ReadAsStringAsync();
            if (reply.IsSuccessStatusCode)
            {
                return JsonDocument.Parse(text).RootElement;
            }

            if (reply.StatusCode != HttpStatusCode.ServiceUnavailable || tries > 40)
            {
                throw new InvalidOperationException($"{method} {path} was answered {(int)reply.StatusCode} {text}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    private async Task PlayAsync(int client, CancellationToken stop)
    {
        var random = new Random((seed * 1000) + client);
        using var http = NewClient(key);
        while (!stop.IsCancellationRequested)
        {
            // Most of the time each has a server of his own, so that one that hangs does not hold all of them.
            var server = random.Next(5) == 0 ? random.Next(cluster.Count) : client % cluster.Count;
            var (board, player) = (Keeps[random.Next(Keeps.Length)], $"o-{random.Next(Players)}");
            switch (random.Next(10))
            {
                case < 5:
                    await SubmitAsync(http, random, board, player, server);
                    break;
                case < 8:
                    await ReadOwnAsync(http, board, player, server);
                    break;
                default:
                    await ReadHeadAsync(http, board, server);
                    break;
            }
        }
    }

    private async Task SubmitAsync(HttpClient http, Random random, string board, string player, int server)
    {
        var (name, score) = ($"k-{Interlocked.Increment(ref keyNumber)}", random.NextInt64(1, 1_000_000));
        for (var tries = 0; tries < 4; tries++)
        {
            var call = new Call { Kind = CallKind.Submit, Board = board, Player = player, Server = server, Began = Stopwatch.GetTimestamp(), Key = name, Score = score };
            await AskAsync(http, call, HttpMethod.Post, $"/v1/games/{Game}/boards/{board}/scores", new { external_id = player, score = score.ToString(CultureInfo.InvariantCulture), idempotency_key = name });
            if (call.Status == 200 || random.Next(4) == 0)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100)), TimeProvider.System);
            server = random.Next(cluster.Count);
        }
    }

    private Task ReadOwnAsync(HttpClient http, string board, string player, int server)
    {
        var call = new Call { Kind = CallKind.Own, Board = board, Player = player, Server = server, Began = Stopwatch.GetTimestamp() };
        return publicIds.TryGetValue(player, out var id)
            ? AskAsync(http, call, HttpMethod.Get, $"/v1/games/{Game}/boards/{board}/windows/all_time/players/{id}", null)
            : Task.CompletedTask;
    }

    private Task ReadHeadAsync(HttpClient http, string board, int server)
    {
        var call = new Call { Kind = CallKind.Head, Board = board, Player = "", Server = server, Began = Stopwatch.GetTimestamp() };
        return AskAsync(http, call, HttpMethod.Get, $"/v1/games/{Game}/boards/{board}/windows/all_time/standings?limit=100", null);
    }

    private async Task AskAsync(HttpClient http, Call call, HttpMethod method, string path, object? body)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(cluster[call.Server].Url, path)) { Content = body is null ? null : JsonContent.Create(body) };
            using var reply = await http.SendAsync(request);
            var text = await reply.Content.ReadAsStringAsync();
            call.Ended = Stopwatch.GetTimestamp();
            call.Status = (int)reply.StatusCode;
            Read(call, reply, text);
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException or IOException)
        {
            // Nobody knows.
            call.Ended = long.MaxValue;
        }

        calls.Add(call);
    }

    private void Read(Call call, HttpResponseMessage reply, string text)
    {
        if (call.Status == 503 && reply.Headers.RetryAfter is null)
        {
            call.Oddity = $"503 without Retry-After: {text}";
        }
        else if (call.Status is not (200 or 503 or 404) || (call.Status == 404 && call.Kind != CallKind.Own))
        {
            call.Oddity = $"{call.Status}: {text}";
        }

        if (call.Status != 200)
        {
            return;
        }

        var json = JsonDocument.Parse(text).RootElement;
        call.Version = long.Parse(json.GetProperty("version").GetString()!, CultureInfo.InvariantCulture);
        switch (call.Kind)
        {
            case CallKind.Submit:
                publicIds.TryAdd(call.Player, json.GetProperty("player").GetString()!);
                var window = json.GetProperty("windows").EnumerateArray().First(static window => window.GetProperty("window").GetString() == "all_time");
                call.Answer = new Told(
                    window.GetProperty("result").GetString()!,
                    window.GetProperty("rank").GetInt32(),
                    window.GetProperty("rank_before") is { ValueKind: JsonValueKind.Number } before ? before.GetInt32() : 0,
                    window.GetProperty("count").GetInt32(),
                    ScoreOf(window),
                    json.GetProperty("repeated").GetBoolean());
                break;
            case CallKind.Own:
                var line = json.GetProperty("line");
                call.Answer = new Told("", line.GetProperty("rank").GetInt32(), 0, json.GetProperty("window").GetProperty("count").GetInt32(), ScoreOf(line), false);
                break;
            default:
                call.Lines = [.. json.GetProperty("lines").EnumerateArray().Select(static line => (line.GetProperty("player").GetString()!, ScoreOf(line)))];
                break;
        }
    }

    private static long ScoreOf(JsonElement line) => long.Parse(line.GetProperty("score").GetString()!, CultureInfo.InvariantCulture);

    private async Task HarmAsync(Fault fault)
    {
        var owners = await OwnersAsync();
        var victim = fault is Fault.KillOwner or Fault.FreezeMoment && owners.Count > 0
            ? owners.Values.GroupBy(static owner => owner).MaxBy(static group => group.Count())!.Key
            : schedule.Next(cluster.Count);
        var server = cluster[victim];
        harm.Add((fault, Stopwatch.GetTimestamp(), owners, victim));
        switch (fault)
        {
            case Fault.KillOwner or Fault.KillAny:
                await server.KillAsync();
                await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);
                await server.StartAsync();
                break;
            case Fault.Restart:
                var code = await server.StopAsync();
                if (code != 0)
                {
                    throw new InvalidOperationException($"Server {victim} ended with {code} when it was stopped: {server.Said}");
                }

                await server.StartAsync();
                break;
            case Fault.FreezeMoment:
                server.Freeze();
                await Task.Delay(TimeSpan.FromSeconds(2.5), TimeProvider.System);

                // By now others have its boards and go on. What is asked of it waits until it wakes up, and then it cannot reach the database for a moment, where it would learn that.
                server.Proxy.Mode = ProxyMode.Hold;
                var asked = AskManyAsync(victim, [.. owners.Where(owner => owner.Value == victim).Select(static owner => owner.Key)]);
                await Task.Delay(TimeSpan.FromSeconds(0.5), TimeProvider.System);
                server.Thaw();
                await asked;
                server.Proxy.Mode = ProxyMode.Pass;
                await SuperviseAsync(server);
                break;
            case Fault.FreezeBriefly or Fault.FreezeLong:
                server.Freeze();
                await Task.Delay(TimeSpan.FromSeconds(fault == Fault.FreezeBriefly ? 5 : 15), TimeProvider.System);
                server.Thaw();
                await SuperviseAsync(server);
                break;
            case Fault.CrashDatabase:
                await database.StopImmediatelyAsync();
                await database.StartAsync();
                await SuperviseAsync([.. cluster]);
                break;
            case Fault.CutOff:
                server.Proxy.Mode = ProxyMode.Hold;
                server.Proxy.Refuses = true;
                await Task.Delay(TimeSpan.FromSeconds(6), TimeProvider.System);
                server.Proxy.Refuses = false;
                server.Proxy.Mode = ProxyMode.Pass;
                await SuperviseAsync(server);
                break;
            default:
                server.Proxy.Cut();
                break;
        }
    }

    private async Task AskManyAsync(int server, IReadOnlyList<string> boards)
    {
        using var http = NewClient(key);
        await Task.WhenAll(Enumerable.Range(0, boards.Count == 0 ? 0 : 300).Select(i => ReadOwnAsync(http, boards[i % boards.Count], $"o-{i % Players}", server)));
    }

    /// <summary>Starts servers again that have ended by themselves, as one does that others took for dead.</summary>
    private static async Task SuperviseAsync(params ClusterServer[] suspects)
    {
        foreach (var server in suspects)
        {
            if (await server.EndsAsync(TimeSpan.FromSeconds(suspects.Length > 1 ? 1 : 4)) is { } code)
            {
                if (code != 74)
                {
                    throw new InvalidOperationException($"Server {server.Index} ended with {code}: {server.Said}");
                }

                await server.StartAsync();
            }
        }
    }

    private async Task<IReadOnlyDictionary<string, int>> OwnersAsync()
    {
        var owners = new Dictionary<string, int>();
        await ReadAsync(
            "SELECT b.name, m.address FROM ownership AS o JOIN board AS b ON b.number = o.board JOIN game AS g ON g.number = b.game JOIN member AS m ON m.number = o.owner WHERE g.id = 'crash-test'",
            row =>
            {
                var port = row.GetString(1)[(row.GetString(1).LastIndexOf(':') + 1)..];
                if (cluster.Find(server => server.SiloPort.ToString(CultureInfo.InvariantCulture) == port) is { } server)
                {
                    owners[row.GetString(0)] = server.Index;
                }
            });
        return owners;
    }

    private async Task<RunResult> CheckAsync()
    {
        for (var tries = 0; tries < 300 && (await OpenSeasonsAsync()).Count > 0; tries++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        var all = calls.ToList();
        var faults = all.Where(static call => call.Oddity is not null).Select(static call => call.Oddity!).Distinct().ToList();
        var byId = publicIds.ToDictionary(static pair => pair.Value, static pair => pair.Key);
        foreach (var call in all.Where(static call => call.Lines is not null))
        {
            call.Lines = [.. call.Lines!.Select(line => (byId.GetValueOrDefault(line.Player, line.Player), line.Score))];
        }

        var reads = 0;
        foreach (var keep in Keeps)
        {
            var checker = new Checker(await ReadHistoryAsync(keep, [.. all.Where(call => call.Board == keep)]), HeadAge + TimeSpan.FromMilliseconds(50));
            faults.AddRange(checker.Check().Select(fault => $"{keep}: {fault}"));
            reads += checker.Reads;
        }

        faults.AddRange(await DoubleEventsAsync());
        var submissions = all.Where(static call => call.Kind == CallKind.Submit).ToList();
        var acknowledged = submissions.Count(static call => call.IsAcknowledged);
        var unknown = submissions.GroupBy(static call => call.Key).Count(static group => group.All(static call => !call.IsAcknowledged));
        return new RunResult(faults, acknowledged, unknown, reads, [.. harm.SelectMany(one => OutagesOf(one.Fault, one.At, UntilOf(one.At), one.Owners, one.Victim, submissions))]);
    }

    /// <summary>Until the next harm is done, but for no longer than 20 seconds.</summary>
    private long UntilOf(long at) => harm.Where(other => other.At > at).Select(static other => other.At).Append(at + (20 * Stopwatch.Frequency)).Min();

    private static IEnumerable<(Fault, string, TimeSpan, bool)> OutagesOf(Fault fault, long at, long until, IReadOnlyDictionary<string, int> owners, int victim, List<Call> submissions)
    {
        foreach (var board in Keeps)
        {
            // The longest time without an acknowledgement.
            var ends = submissions.Where(call => call.Board == board && call.IsAcknowledged && call.Ended > at && call.Ended < until).Select(static call => call.Ended).Order().ToList();
            var (last, longest) = (at, 0L);
            foreach (var end in ends)
            {
                (longest, last) = (Math.Max(longest, end - last), end);
            }

            yield return (fault, board, Stopwatch.GetElapsedTime(0, longest), owners.TryGetValue(board, out var owner) && owner == victim);
        }
    }

    private async Task<BoardHistory> ReadHistoryAsync(string board, IReadOnlyList<Call> own)
    {
        var log = new List<LogRow>();
        await ReadAsync(
            $"SELECT l.number, p.external_id, l.ord, l.score, l.key, l.windows FROM log AS l JOIN board AS b ON b.number = l.board JOIN game AS g ON g.number = b.game JOIN player AS p ON p.game = b.game AND p.number = l.player WHERE g.id = '{Game}' AND b.name = '{board}' ORDER BY l.number",
            row => log.Add(new LogRow(row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.IsDBNull(4) ? null : row.GetString(4), LinesOf(row.GetString(5), row.GetInt64(3)))));
        var windows = new List<WindowRow>();
        await ReadAsync(
            $"SELECT w.number, w.rule, w.state, coalesce(w.last_order, 0), coalesce(w.count, 0), (SELECT count(*) FROM event WHERE id = 'wc_' || w.number)::integer FROM \"window\" AS w JOIN board AS b ON b.number = w.board JOIN game AS g ON g.number = b.game WHERE g.id = '{Game}' AND b.name = '{board}'",
            row => windows.Add(new WindowRow(row.GetInt32(0), row.GetString(1), row.GetInt32(2), row.GetInt64(3), row.GetInt32(4), row.GetInt32(5))));
        return new BoardHistory
        {
            Name = board,
            Keep = board,
            AllTime = windows.Single(static window => window.Rule == "all_time").Number,
            Log = log,
            Windows = windows,
            Calls = own,
        };
    }

    private async Task<IReadOnlyList<string>> DoubleEventsAsync()
    {
        var faults = new List<string>();
        await ReadAsync("SELECT id, count(*) FROM event GROUP BY id HAVING count(*) > 1", row => faults.Add($"event {row.GetString(0)} is there {row.GetInt64(1)} times"));
        faults.AddRange((await OpenSeasonsAsync()).Select(static board => $"the season of {board} never closed"));
        return faults;
    }

    private async Task<IReadOnlyList<string>> OpenSeasonsAsync()
    {
        var boards = new List<string>();
        await ReadAsync(
            $"SELECT b.name FROM board AS b JOIN game AS g ON g.number = b.game WHERE g.id = '{Game}' AND NOT EXISTS (SELECT FROM \"window\" AS w WHERE w.board = b.number AND w.rule = 'season' AND w.state = 2)",
            row => boards.Add(row.GetString(0)));
        return boards;
    }

    private static List<LogLine> LinesOf(string text, long submitted) => [.. text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(line =>
    {
        var parts = line.Split(':');
        var numbers = parts.Take(5).Select(static part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        return new LogLine(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], parts.Length > 5 ? long.Parse(parts[5].Split(',')[0], CultureInfo.InvariantCulture) : submitted);
    })];

    private async Task ReadAsync(string sql, Action<NpgsqlDataReader> read)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            read(reader);
        }
    }
}

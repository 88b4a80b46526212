using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Jinbang.Postgres;
using Jinbang.Server.Tests.Webhooks;

namespace Jinbang.ClusterTests;

/// <summary>
/// Servers over one PostgreSQL, clients that write and read and remember everything, and somebody who does them harm by a schedule that a seed decides. Afterwards the <see cref="Checker"/> says what is wrong.
/// </summary>
internal sealed partial class ClusterRun(int servers, int clients, int seed) : IAsyncDisposable
{
    private const string Game = "crash-test";
    private const string ClassicGame = "5f195b8dc01e13002c2d7341";
    private const string BoardOfClassic = "main";

    /// <summary>What calls of the classic API name as their board.</summary>
    private const string Classic = "classic";

    private const int Players = 40;
    private const int SmallDiskMegabytes = 384;

    private static readonly string[] Keeps = ["best", "latest", "sum", "first"];
    private static readonly TimeSpan CallTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HeadAge = TimeSpan.FromMilliseconds(100);

    private readonly Random schedule = new(seed);
    private readonly List<ClusterServer> cluster = [];
    private readonly ConcurrentBag<Call> calls = [];
    private readonly ConcurrentDictionary<string, string> publicIds = new();
    private readonly ConcurrentBag<(Fault Fault, long At, IReadOnlyDictionary<string, int> Owners, int Victim)> harm = [];
    private readonly string folder = Directory.CreateTempSubdirectory("jinbang-cluster-").FullName;
    private WebhookReceiver receiver = null!;
    private PostgresServer database = null!;
    private string connectionString = "";
    private string key = "";
    private long keyNumber;
    private long classicScore;

    /// <summary>What the servers said, for the message of a failed test.</summary>
    public string Said => string.Join("\n\n", cluster.Select(static server => $"server {server.Index}: {server.Said}"));

    /// <summary>The servers.</summary>
    public IReadOnlyList<ClusterServer> Servers => cluster;

    /// <summary>Starts the database and the servers.</summary>
    /// <param name="program">Another program than the product.</param>
    /// <param name="settings">Further settings, as environment variables.</param>
    /// <param name="hasSmallDisk">Whether the database lies on a disk that can be filled.</param>
    public async Task StartAsync(string? program = null, IReadOnlyList<(string, string)>? settings = null, bool hasSmallDisk = false)
    {
        receiver = await WebhookReceiver.StartAsync();
        settings = [("JINBANG_Webhooks__AllowInsecure", "true"), ("JINBANG_Webhooks__AllowedNetworks__0", "127.0.0.0/8"), ("JINBANG_Storage__FoldRows", "100"), .. settings ?? []];
        database = hasSmallDisk ? await PostgresServer.StartOnSmallDiskAsync(SmallDiskMegabytes, "max_wal_size=64MB", "min_wal_size=32MB") : await PostgresServer.StartNewAsync();
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

        if (receiver is not null)
        {
            await receiver.DisposeAsync();
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
        await DoAsync(client, HttpMethod.Post, $"/v1/games/{Game}/webhooks", new { url = receiver.Url, types = (string[])["window.closed"] });

        // The classic list names players by their nicknames.
        for (var player = 0; player < Players; player++)
        {
            using var form = new FormUrlEncodedContent([new("openid", $"o-{player}"), new("nickname", $"o-{player}"), new("headimgurl", "")]);
            using var reply = await client.PostAsync(new Uri($"/{ClassicGame}/api/post_user_info", UriKind.Relative), form);
            reply.EnsureSuccessStatusCode();
        }
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
}

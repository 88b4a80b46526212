using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Jinbang.Server;

namespace Jinbang.Client.Tests;

/// <summary>A real server over Kestrel that can be stopped and started again, and the road to it, which can be closed or lose what comes back.</summary>
internal sealed class Road : HttpMessageHandler
{
    /// <summary>What clients are told: the server is where it is at the moment.</summary>
    public static readonly Uri Url = new("http://scores.example");

    private readonly string folder = Directory.CreateTempSubdirectory("jinbang-client-").FullName;
    private readonly HttpMessageInvoker inner = new(new SocketsHttpHandler());
    private JinbangServer? server;
    private Uri? there;
    private int games;

    /// <summary>Whether nothing gets through.</summary>
    public bool IsClosed { get; set; }

    /// <summary>How many answers are still to be lost: what was asked for has been done then.</summary>
    public int Losing { get; set; }

    /// <summary>Requests that were let through, by method and path.</summary>
    public List<string> Passed { get; } = [];

    /// <summary>An answer in place of the server's, for as long as it is set.</summary>
    public Func<HttpResponseMessage>? Instead { get; set; }

    public async Task StartAsync()
    {
        server = JinbangServer.Build(new StartOptions
        {
            Urls = "http://127.0.0.1:0",
            Data = Path.Combine(folder, "data"),
            Settings = new Dictionary<string, string?> { ["Limits:RequestsPerSecond"] = "0", ["Logging:Console:LogLevel:Default"] = "None" },
        });
        await server.StartAsync();
        await server.Loaded;
        there = new Uri(server.Urls.Single());
    }

    public async Task StopAsync()
    {
        there = null;
        await server!.StopAsync();
        await server.DisposeAsync();
        server = null;
    }

    /// <summary>Makes a game with a board, and a client key.</summary>
    public async Task<(string Game, string Key)> GameAsync(string board = "{}")
    {
        var game = string.Create(CultureInfo.InvariantCulture, $"game-{++games}");
        await OperateAsync(HttpMethod.Put, $"/games/{game}", "{}");
        await OperateAsync(HttpMethod.Put, $"/games/{game}/boards/main", board);
        return (game, (await OperateAsync(HttpMethod.Post, $"/games/{game}/keys", """{"kind":"client","name":"test"}""")).GetProperty("secret").GetString()!);
    }

    /// <summary>The scores on the game's board.</summary>
    public async Task<IReadOnlyList<string>> ScoresAsync(string game) =>
        [.. (await OperateAsync(HttpMethod.Get, $"/games/{game}/boards/main/windows/all_time/standings?limit=100", null)).GetProperty("lines").EnumerateArray().Select(static line => line.GetProperty("score").GetString()!)];

    public JinbangClient Client((string Game, string? Key) game, IKeptText? kept = null, Action<JinbangOptions>? set = null)
    {
        var options = new JinbangOptions(Url, game.Game) { Key = game.Key, Http = new HttpClient(this, disposeHandler: false), Random = static () => 0.05 };
        options.Kept = kept ?? options.Kept;
        set?.Invoke(options);
        return new JinbangClient(options);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (IsClosed || this.there is not { } there)
        {
            throw new HttpRequestException("There is no way through.");
        }

        if (Instead is { } other)
        {
            return other();
        }

        request.RequestUri = new UriBuilder(request.RequestUri!) { Host = there.Host, Port = there.Port }.Uri;
        lock (Passed)
        {
            Passed.Add($"{request.Method} {request.RequestUri.AbsolutePath}");
        }

        var reply = await inner.SendAsync(request, cancellationToken);
        if (Losing > 0 && request.RequestUri.AbsolutePath.EndsWith("/scores", StringComparison.Ordinal))
        {
            Losing--;
            reply.Dispose();
            throw new HttpRequestException("The answer was lost.");
        }

        return reply;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            Directory.Delete(folder, recursive: true);
        }

        base.Dispose(disposing);
    }

    private async Task<JsonElement> OperateAsync(HttpMethod method, string path, string? json)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(there!, $"/v1{path}")) { Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Path.Combine(folder, "data", "operator.key"))).Trim());
        using var reply = await http.SendAsync(request);
        var text = await reply.Content.ReadAsStringAsync();
        Assert.True(reply.IsSuccessStatusCode, $"{method} {path}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }
}

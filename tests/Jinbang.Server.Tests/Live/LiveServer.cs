using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Jinbang.Server.Live;
using Microsoft.Extensions.Logging;

namespace Jinbang.Server.Tests.Live;

/// <summary>The real server with one game, and a client that may do everything.</summary>
internal sealed class LiveServer : IAsyncDisposable
{
    public static readonly GameId Game = GameId.Parse("reef");

    private readonly string folder;
    private readonly JinbangServer server;
    private bool isStopped;

    private LiveServer(string folder, JinbangServer server, CapturedLog log)
    {
        this.folder = folder;
        this.server = server;
        Log = log;
        Url = new Uri(server.Urls.Single());
        Http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1_000 }) { BaseAddress = Url, Timeout = Timeout.InfiniteTimeSpan };
    }

    public IBoards Boards => server.Boards;

    public CapturedLog Log { get; }

    public HttpClient Http { get; }

    public Uri Url { get; }

    public static async Task<LiveServer> StartAsync(
        LiveTimes? times = null, TimeProvider? time = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var folder = Directory.CreateTempSubdirectory("jinbang-live-").FullName;
        var log = new CapturedLog();
        var all = new Dictionary<string, string?>
        {
            [$"Games:{Game}:Name"] = "Reef",
            ["Limits:RequestsPerSecond"] = "0",
            ["Logging:LogLevel:Default"] = "Trace",
            ["Logging:Console:LogLevel:Default"] = "None",
        };
        foreach (var (key, value) in settings ?? all)
        {
            all[key] = value;
        }

        var server = JinbangServer.Build(new StartOptions
        {
            Urls = "http://127.0.0.1:0",
            Data = Path.Combine(folder, "data"),
            Settings = all,
            Time = time ?? TimeProvider.System,
            LiveTimes = times ?? new LiveTimes(),
            Configure = builder => builder.Logging.AddProvider(log),
        });
        await server.StartAsync();
        await server.Loaded;
        return new LiveServer(folder, server, log);
    }

    public static BoardId Named(string board) => new(Game, board);

    /// <summary>Makes a board.</summary>
    public async Task<BoardId> MakeAsync(BoardDefinition board)
    {
        Assert.Empty(board.Faults());
        Assert.Equal(CatalogOutcome.Added, await Boards.PutBoardAsync(Game, board, rebuild: false));
        return Named(board.Name);
    }

    /// <summary>Makes a board of one window rule.</summary>
    public Task<BoardId> MakeAsync(string name, WindowKind kind = WindowKind.AllTime, TimeSpan grace = default) =>
        MakeAsync(new BoardDefinition { Name = name, Windows = [new WindowRule { Name = kind == WindowKind.AllTime ? "all_time" : "daily", Kind = kind, Grace = grace }] });

    /// <summary>Submits a score for a player by number.</summary>
    public async Task<PlayerId> SubmitAsync(BoardId board, int player, ScoreColumns scores)
    {
        var outcome = await Boards.SubmitAsync(board, new SubmissionRequest { ExternalId = IdOf(player), Scores = scores });
        Assert.NotNull(outcome.Receipt);
        return outcome.Receipt.Player;
    }

    public Task<PlayerId> SubmitAsync(BoardId board, int player, long score) => SubmitAsync(board, player, new ScoreColumns(score));

    public static ExternalId IdOf(int player) => ExternalId.Copy(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"oReef{player}")));

    /// <summary>Asks for a ticket.</summary>
    public Task<HttpResponseMessage> AskAsync(object body, string game = "reef", PlayerId caller = default) => AskAsync(JsonContent.Create(body), game, caller);

    /// <inheritdoc cref="AskAsync(object, string, PlayerId)" />
    public Task<HttpResponseMessage> AskAsync(HttpContent body, string game = "reef", PlayerId caller = default)
    {
        var credential = caller.IsSome ? server.Credentials.Tokens.Issue(Game, caller).Token : server.Credentials.Operator.Own.Made;
        return Http.SendAsync(new HttpRequestMessage(HttpMethod.Post, $"/v1/games/{game}/live/tickets")
        {
            Content = body,
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", credential) },
        });
    }

    /// <summary>The address of a new ticket's stream.</summary>
    public async Task<string> TicketAsync(object body, PlayerId caller = default)
    {
        using var reply = await AskAsync(body, caller: caller);
        Assert.Equal(200, (int)reply.StatusCode);
        return (await reply.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("url").GetString()!;
    }

    /// <summary>Opens a stream with a new ticket.</summary>
    public async Task<LiveStream> WatchAsync(object body, PlayerId caller = default) => await LiveStream.OpenAsync(Http, await TicketAsync(body, caller));

    public async Task StopAsync()
    {
        if (!isStopped)
        {
            isStopped = true;
            await server.StopAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await StopAsync();
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

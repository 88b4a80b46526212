using System.Globalization;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Jinbang.Server.Access;
using Jinbang.Server.Tests.Access;

namespace Jinbang.Server.Tests;

/// <summary>One server for a class of tests of the v1 API, whose clock can be put forward; each test makes games of its own.</summary>
public sealed class V1Fixture : IAsyncLifetime
{
    private TestServer? server;
    private int made;

    internal TestServer Server => server!;

    internal ShiftedClock Clock { get; } = new();

    public async ValueTask InitializeAsync() => server = await TestServer.StartAsync(time: Clock);

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>A new game with these boards.</summary>
    internal Task<V1Game> PlayAsync(params BoardDefinition[] boards) =>
        V1Game.MakeAsync(Server, string.Create(CultureInfo.InvariantCulture, $"game-{Interlocked.Increment(ref made)}"), null, boards);
}

/// <summary>A game of the v1 API with a client for each kind of caller.</summary>
internal sealed class V1Game : IDisposable
{
    private readonly TestServer server;
    private readonly List<V1Client> players = [];

    private V1Game(TestServer server, GameId id, string clientKey, string serverKey)
    {
        (this.server, Id) = (server, id);
        (Client, Server, Operator) = (new V1Client(server, clientKey), new V1Client(server, serverKey), V1Client.Operator(server));
    }

    public GameId Id { get; }

    public string Path => $"/v1/games/{Id}";

    /// <summary>Calls with the client key.</summary>
    public V1Client Client { get; }

    /// <summary>Calls with the server key.</summary>
    public V1Client Server { get; }

    /// <summary>Calls with the operator's key.</summary>
    public V1Client Operator { get; }

    /// <summary>A board with decimals, a tie-breaker, metadata, a ledger, and a daily window that stays open for an hour.</summary>
    public static BoardDefinition Rich { get; } = new()
    {
        Name = "rich",
        Columns = [new ColumnDefinition { Decimals = 2 }, new ColumnDefinition { Name = "moves", Order = ScoreOrder.LowerIsBetter }],
        Ties = TieRule.EqualPlace,
        Ledger = true,
        MetadataBytes = 64,
        Windows =
        [
            new WindowRule { Name = "all_time", Kind = WindowKind.AllTime },
            new WindowRule { Name = "daily", Kind = WindowKind.Daily, Grace = TimeSpan.FromHours(1) },
        ],
    };

    /// <summary>A board of whole numbers for all time, the highest first.</summary>
    public static BoardDefinition Plain { get; } = new() { Name = "plain", Ledger = true };

    public static async Task<V1Game> MakeAsync(TestServer server, string name, IReadOnlyList<string>? origins, params BoardDefinition[] boards)
    {
        var id = GameId.Parse(name);
        Assert.Equal(CatalogOutcome.Added, await server.Boards.PutGameAsync(new GameDefinition { Id = id, Origins = origins }));
        foreach (var board in boards)
        {
            Assert.Equal(CatalogOutcome.Added, await server.Boards.PutBoardAsync(id, board, rebuild: false));
        }

        var keys = server.Credentials.Keys;
        return new V1Game(server, id, (await keys.CreateAsync(id, KeyKind.Client, "client", null)).Secret!, (await keys.CreateAsync(id, KeyKind.Server, "server", null)).Secret!);
    }

    public string PathOf(string board) => $"{Path}/boards/{board}";

    public string Standings(string board, string window = "all_time") => $"{PathOf(board)}/windows/{window}/standings";

    /// <summary>A player with his token.</summary>
    public async Task<(V1Client Client, string Id)> SignInAsync(string externalId)
    {
        var player = (await server.Boards.RegisterAsync(Id, [ExternalId.Copy(RawRequest.Of(externalId))]))![0];
        var client = new V1Client(server, server.Credentials.Tokens.Issue(Id, player).Token);
        players.Add(client);
        return (client, server.Boards.PublicIdOf(Id, player).ToString());
    }

    /// <summary>Submits with the server key and expects that it is decided.</summary>
    public async Task<V1Reply> SubmitAsync(string board, string externalId, string score, string more = "") =>
        (await Server.PostAsync($"{PathOf(board)}/scores", $$"""{"external_id":"{{externalId}}","score":"{{score}}"{{more}}}""")).Is(200);

    /// <summary>Fills a plain board without the API: player oN has the score N.</summary>
    public async Task FillAsync(string board, int count)
    {
        await Task.WhenAll(Enumerable.Range(1, count).Select(i => server.Boards.SubmitAsync(
            new BoardId(Id, board), new SubmissionRequest { ExternalId = ExternalId.Copy(RawRequest.Of($"o{i}")), Scores = new Score(i) }).AsTask()));
    }

    public void Dispose()
    {
        foreach (var client in (V1Client[])[Client, Server, Operator, .. players])
        {
            client.Dispose();
        }
    }
}

using System.Text;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Submissions;
using Jinbang.Ranking;

namespace Jinbang.Cluster.Silos.Tests;

/// <summary>Several servers over one disk, with the game "night-market".</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly List<TestServer> servers = [];

    private TestCluster()
    {
    }

    public static GameId Game { get; } = GameId.Parse("night-market");

    public static BoardId Main { get; } = BoardId.Classic(Game);

    public SharedDisk Disk { get; } = new();

    public Membership Membership { get; } = new();

    public IReadOnlyList<TestServer> Servers => servers;

    public static async Task<TestCluster> StartAsync(int servers, Func<ClusterSettings, ClusterSettings>? adjust = null, params BoardDefinition[] boards)
    {
        var cluster = new TestCluster();
        for (var i = 0; i < servers; i++)
        {
            await cluster.AddAsync(adjust, boards);
        }

        return cluster;
    }

    public async Task<TestServer> AddAsync(Func<ClusterSettings, ClusterSettings>? adjust = null, params BoardDefinition[] boards)
    {
        var game = new GameDefinition { Id = Game, Boards = boards.Length > 0 ? boards : [new BoardDefinition { Name = BoardDefinition.ClassicName }] };
        var server = await TestServer.StartAsync(Disk, Membership, game, adjust);
        servers.Add(server);
        return server;
    }

    /// <summary>The server that has the board, and one that has not.</summary>
    public async Task<(TestServer Owner, TestServer Other)> FindAsync(BoardId board)
    {
        TestServer? owner = null;
        await Eventually.HoldsAsync(() => (owner = servers.FirstOrDefault(server => server.Home.IsServing(board))) is not null, "somebody serves the board");
        return (owner!, servers.First(server => server != owner));
    }

    public static Task<SubmitOutcome> PostAsync(TestServer server, string player, long score, BoardId? board = null) =>
        server.Boards.SubmitAsync(board ?? Main, Encoding.UTF8.GetBytes(player), new Score(score)).AsTask();

    public static Task<SubmitOutcome> SubmitAsync(TestServer server, string player, long score, string? key = null, BoardId? board = null) =>
        server.Boards.SubmitAsync(board ?? Main, new SubmissionRequest { ExternalId = Id(player), Scores = new ScoreColumns(score), Key = key }).AsTask();

    public static ExternalId Id(string player) => ExternalId.Copy(Encoding.UTF8.GetBytes(player));

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }

        await Disk.DisposeAsync();
    }
}

/// <summary>Waits for what is going to happen.</summary>
internal static class Eventually
{
    public static Task HoldsAsync(Func<bool> condition, string what) => HoldsAsync(() => Task.FromResult(condition()), what);

    public static async Task HoldsAsync(Func<Task<bool>> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromSeconds(20))
            {
                Assert.Fail($"After 20 s it is still not so that {what}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }
}

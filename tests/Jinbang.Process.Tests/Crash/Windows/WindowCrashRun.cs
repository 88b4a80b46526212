using System.Runtime.InteropServices;
using System.Text;
using Jinbang.ProcessTests.Clients;
using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Crash.Windows;

/// <summary>At what a server is killed.</summary>
internal enum KillAt
{
    AnyMoment,
    OperatorsClose,
    EndOfSeason,
    SealedFile,
    Rebuild,
    Deletion,
}

/// <summary>One server after the other on the same data folder, each killed while it does something to windows, and all compared with a witness.</summary>
internal sealed class WindowCrashRun
{
    private const int Clients = 8;
    private const int Crowd = 1_200;
    private const string CrowdBoard = "crowd";
    private const string RebuiltBoard = "rebuilt";
    private const string Path = $"/v1/games/{WindowWitness.Game}";

    private readonly string data;
    private readonly Random random;
    private readonly Dictionary<string, BoardRules> rules = new()
    {
        ["best"] = new("best", "earlier_first"),
        ["sum"] = new("sum", "equal_place"),
        ["latest"] = new("latest", "equal_place_dense", "lower", HasHits: true),
        [RebuiltBoard] = new("best", "earlier_first"),
        [CrowdBoard] = new("sum", "later_first"),
    };

    private readonly WindowGame game;
    private readonly SubmissionClient[] clients;
    private readonly SubmissionClient crowdClient;
    private readonly List<string> players = [.. Enumerable.Range(0, 40).Select(static number => $"wanderer-{number:00}")];
    private readonly List<string> crowd = [.. Enumerable.Range(0, Crowd).Select(static number => $"villager-{number:0000}")];

    private string? fault;

    public WindowCrashRun(string data, int seed)
    {
        this.data = data;
        random = new Random(seed);
        Witness = new WindowWitness(rules);
        game = new WindowGame(Witness);
        clients = [.. Enumerable.Range(0, Clients).Select(number => new SubmissionClient(Witness, number, seed))];

        // So that they are not registered in the order of their ids.
        random.Shuffle(CollectionsMarshal.AsSpan(crowd));
        crowdClient = new SubmissionClient(Witness, Clients, seed);
    }

    public WindowWitness Witness { get; }

    public Dictionary<KillAt, int> Kills { get; } = Enum.GetValues<KillAt>().ToDictionary(static at => at, static _ => 0);

    /// <summary>How many rebuilds were asked for, and how many of them were acknowledged.</summary>
    public (int Asked, int Acknowledged) Rebuilds { get; private set; }

    private IReadOnlyList<string> Boards => [.. rules.Keys.Where(static board => board != CrowdBoard)];

    public async Task RunAsync(int kills)
    {
        await using (var first = await ServerProcess.StartAsync(data, ServerProcess.Busy))
        {
            await PrepareAsync(first);
            await first.KillAsync();
        }

        var order = new List<KillAt>();
        for (var kill = 0; kill < kills; kill++)
        {
            if (order.Count == 0)
            {
                order.AddRange(Enum.GetValues<KillAt>());
                random.Shuffle(CollectionsMarshal.AsSpan(order));
            }

            await LiveAsync(order[^1]);
            Kills[order[^1]]++;
            order.RemoveAt(order.Count - 1);
        }

        await using (var last = await ServerProcess.StartAsync(data, ServerProcess.Busy))
        {
            await Witness.AssertAgreesAsync(last);
            await RunClientsAsync(last, static () => true);
            Assert.True(fault is null, fault);
            await Witness.AssertAgreesAsync(last);
            Assert.Equal(0, await last.StopAsync());
        }

        await AssertForgottenAsync();
    }

    private async Task PrepareAsync(ServerProcess server)
    {
        using var connection = await V1Connection.OpenOperatorAsync(server);
        await game.PrepareAsync(connection, rules.Keys);

        // So that there is a player to be deleted, whatever comes first.
        var until = TimeProvider.System.GetUtcNow().AddMilliseconds(300);
        await RunClientsAsync(server, () => TimeProvider.System.GetUtcNow() > until);
    }

    private async Task LiveAsync(KillAt at)
    {
        await using var server = await ServerProcess.StartAsync(data, ServerProcess.Busy);
        await Witness.AssertAgreesAsync(server);
        using var connection = await V1Connection.OpenOperatorAsync(server);
        var isOver = false;
        var victim = at == KillAt.Deletion ? TakeVictim() : null;
        var ends = at == KillAt.EndOfSeason ? await BeginSeasonsAsync(connection) : default;
        var running = RunClientsAsync(server, () => Volatile.Read(ref isOver));
        if (at == KillAt.SealedFile)
        {
            await game.PutSeasonAsync(connection, CrowdBoard, TimeSpan.FromMinutes(10));
            await RunCrowdAsync(server);
        }
        else
        {
            await DelayAsync(100, 300);
        }

        var acting = at switch
        {
            KillAt.OperatorsClose => CloseAsync(connection, Boards[random.Next(Boards.Count)], isDay: random.Next(4) == 0),
            KillAt.SealedFile => CloseAsync(connection, CrowdBoard, isDay: false),
            KillAt.EndOfSeason => Task.Delay(Later(ends - TimeProvider.System.GetUtcNow()), TimeProvider.System),
            KillAt.Rebuild => RebuildAsync(connection),
            KillAt.Deletion => DeleteAsync(connection, victim!),
            _ => Task.CompletedTask,
        };
        if (at == KillAt.EndOfSeason || random.Next(2) == 0)
        {
            await acting;
        }

        await DelayAsync(0, at == KillAt.EndOfSeason ? 80 : 30);
        await server.KillAsync();
        await acting;
        await running;
        Assert.True(fault is null, fault);
    }

    private async Task RunClientsAsync(ServerProcess server, Func<bool> isOver)
    {
        var boards = Boards;
        string[] theirs = [.. players];
        var faults = await Task.WhenAll(clients.Select(client => Task.Run(() => client.RunAsync(server, game.Key, boards, theirs, isOver))));
        fault ??= faults.FirstOrDefault(static fault => fault is not null);
    }

    private async Task RunCrowdAsync(ServerProcess server)
    {
        // What the last crowd was not answered may be part of one; then everybody once more.
        for (var round = 0; round < 2; round++)
        {
            fault ??= await crowdClient.RunBatchesAsync(server, game.Key, CrowdBoard, crowd);
        }
    }

    /// <summary>Gives two boards seasons that end soon, and at the same moment.</summary>
    private async Task<DateTimeOffset> BeginSeasonsAsync(V1Connection connection)
    {
        var ends = TimeProvider.System.GetUtcNow().AddMilliseconds(random.Next(500, 900));
        foreach (var board in Boards.OrderBy(_ => random.Next()).Take(2))
        {
            await game.PutSeasonAsync(connection, board, ends - TimeProvider.System.GetUtcNow());
        }

        return ends;
    }

    private async Task CloseAsync(V1Connection connection, string board, bool isDay) => fault ??= await game.CloseAsync(connection, board, isDay);

    private async Task RebuildAsync(V1Connection connection)
    {
        var before = Witness.RulesOf(RebuiltBoard);
        var wanted = before with { Keep = before.Keep switch { "best" => "sum", "sum" => "latest", _ => "best" } };
        Witness.Rebuild = (RebuiltBoard, wanted, false);
        Rebuilds = Rebuilds with { Asked = Rebuilds.Asked + 1 };
        if (await WindowGame.AskAsync(connection, "PUT", $"{Path}/boards/{RebuiltBoard}?rebuild=true", game.BoardJson(RebuiltBoard, wanted)) is { } reply)
        {
            fault ??= reply.Status == 200 ? null : $"A rebuild was answered {reply.Status} {reply.Body}";
            Witness.Rebuild = (RebuiltBoard, wanted, true);
            Rebuilds = Rebuilds with { Acknowledged = Rebuilds.Acknowledged + 1 };
        }
    }

    /// <summary>Somebody of the few who submit all the time, or of the many who come in crowds. A newcomer takes his place.</summary>
    private string TakeVictim()
    {
        var theirs = random.Next(2) == 0 ? players : crowd;
        var known = theirs.Where(player => Witness.PublicIdOf(player) is not null).ToList();
        var victim = known.Count > 0 ? known[random.Next(known.Count)] : players.First(player => Witness.PublicIdOf(player) is not null);
        _ = players.Remove(victim) || crowd.Remove(victim);
        players.Add($"newcomer-{Kills[KillAt.Deletion]:00}");
        return victim;
    }

    private async Task DeleteAsync(V1Connection connection, string victim)
    {
        Witness.Deletion = (victim, false);
        if (await WindowGame.AskAsync(connection, "DELETE", $"{Path}/players/{Witness.PublicIdOf(victim)}") is { } reply)
        {
            fault ??= reply.Status == 204 ? null : $"A deletion was answered {reply.Status} {reply.Body}";
            Witness.Deletion = (victim, true);
        }
    }

    /// <summary>No file of the folder holds the id of a player who was deleted.</summary>
    private async Task AssertForgottenAsync()
    {
        foreach (var file in Directory.GetFiles(data, "*", SearchOption.AllDirectories).Where(static file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            foreach (var player in Witness.Deleted)
            {
                Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(player)) < 0, $"{System.IO.Path.GetFileName(file)} still holds the id of {player}, who was deleted.");
            }
        }
    }

    private Task DelayAsync(int least, int most) => Task.Delay(TimeSpan.FromMilliseconds(random.Next(least, most)), TimeProvider.System);

    private static TimeSpan Later(TimeSpan until) => until - TimeSpan.FromMilliseconds(40) is { Ticks: > 0 } some ? some : TimeSpan.Zero;
}

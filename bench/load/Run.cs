using Jinbang.Bench.Load.Client;
using Jinbang.Bench.Load.Measuring;
using Jinbang.Bench.Load.Players;
using Jinbang.Bench.Load.Servers;
using Jinbang.Boards.Players;

namespace Jinbang.Bench.Load;

/// <summary>
/// A whole run: for each size of the board and each API it seeds, and in every round starts Jinbang and the bare server afresh and measures them in turns.
/// </summary>
/// <remarks>
/// Fresh processes, because one and the same bare server measured against itself differed by up to 25 % for the whole life of two processes; why is
/// not known. Several rounds, each with processes of its own, let that noise show in the spread of the ratios.
/// </remarks>
internal static class Run
{
    private const string Bare = "bare";

    /// <summary>Runs and writes the report to standard output and, when asked, to a file.</summary>
    public static async Task RunAsync(RunOptions options, CancellationToken cancellationToken)
    {
        SelfCheck.Run();
        await ClientCore.PinAsync(cancellationToken);
        Directory.CreateDirectory(options.WorkFolder);

        await WarmClientAsync(options, cancellationToken);
        var boards = new List<BoardResult>();
        foreach (var players in options.Players)
        {
            if (options.RunningServer is not null)
                boards.Add(await MeasureRunningAsync(players, options, cancellationToken));
            else
                foreach (var api in options.Apis)
                    boards.Add(await StartAndMeasureAsync(players, api, options, cancellationToken));
        }

        var time = TimeProvider.System.GetUtcNow();
        await Report.PublishAsync(Report.Write(boards, options, time), "load", options.Out, time, cancellationToken);
    }

    /// <summary>
    /// Has this program's own code compiled against a server that nobody measures: the servers' compilers learn from the first load they get,
    /// and a slow first client would teach them badly.
    /// </summary>
    private static async Task WarmClientAsync(RunOptions options, CancellationToken cancellationToken)
    {
        await using var server = await ServerProcess.StartBareAsync(repliesFolder: null, Path.Combine(options.WorkFolder, "bare.log"), cancellationToken);
        var nobody = new GameAccess(SeededGames.Campaign, "none", new PublicIds(new byte[PublicIds.SecretBytes], game: 1));
        foreach (var api in options.Apis)
        {
            var play = PlayOn(api, options, nobody, KnownScores.FewestPlayers, server.Address.Port, judges: false);
            Load(new(Bare, server.Address, server.Pid, play), api, options.WarmUp, cancellationToken);
        }
    }

    private static async Task<BoardResult> StartAndMeasureAsync(int players, Api api, RunOptions options, CancellationToken cancellationToken)
    {
        var jinbang = options.Jinbang ?? throw new InvalidOperationException("Neither a server to start nor a running one was given.");
        var data = Path.Combine(options.WorkFolder, $"measured-{api}-{players}");
        BoardResult? board = null;
        try
        {
            for (var round = 0; round < options.Rounds; round++)
            {
                // Looked for in every round: at midnight another one is needed.
                var seeded = api == Api.V1
                    ? await SeededFolders.V1Async(options.WorkFolder, players, cancellationToken)
                    : await SeededFolders.ClassicAsync(options.WorkFolder, options.Game, players, cancellationToken);
                board ??= NewBoard(players, api, "jinbang", options) with { DataBytes = Folder.Bytes(seeded) };
                Folder.Copy(seeded, data);
                var ids = api == Api.V1 ? await Seed.ReadIdsAsync(data, SeededGames.Campaign, cancellationToken) : null;
                await using var server = await ServerProcess.StartJinbangAsync(jinbang, data, data + ".log", cancellationToken);
                Progress.Show($"Jinbang with {players:N0} players was ready after {server.TimeToReady.TotalSeconds:0.00} s");
                var access = ids is null ? null : await OperatorApi.MakeServerKeyAsync(server.Address, data, SeededGames.Campaign, ids, cancellationToken);
                var target = new Target("jinbang", server.Address, server.Pid, PlayOn(api, options, access, players, server.Address.Port, judges: true));
                await AddRoundAsync(board, round, target, access, server.TimeToReady, options, cancellationToken);
            }
        }
        finally
        {
            Folder.Delete(data);
        }

        return board ?? throw new InvalidOperationException("A run has at least one round.");
    }

    private static async Task<BoardResult> MeasureRunningAsync(int players, RunOptions options, CancellationToken cancellationToken)
    {
        var (address, pid) = options.RunningServer.GetValueOrDefault();
        if (options.SeedsRunningServer)
            Seed.Post(address, players, options.Game, cancellationToken);
        var target = new Target("given", address, pid, PlayOn(Api.Classic, options, access: null, players, address.Port, judges: true));
        var board = NewBoard(players, Api.Classic, target.Name, options);
        for (var round = 0; round < options.Rounds; round++)
            await AddRoundAsync(board, round, target, access: null, timeToReady: null, options, cancellationToken);
        return board;
    }

    private static BoardResult NewBoard(int players, Api api, string server, RunOptions options) => new()
    {
        Players = players,
        Api = api,
        ClosedLoops =
        [
            .. from call in options.Calls where call.ApiOf() == api from connections in options.Connections select ClosedLoop.Of(call, connections, server, Bare),
        ],
    };

    private static IPlay PlayOn(Api api, RunOptions options, GameAccess? access, int players, int port, bool judges) => api == Api.Classic
        ? new ClassicPlay(new(options.Game, port), new(players), judges)
        : new V1Play(new(access ?? throw new InvalidOperationException("The v1 API wants a key."), SeededGames.CampaignBoard, port), new(players), judges);

    /// <summary>One round of everything against a bare server started for it; the open loops come in the last round.</summary>
    private static async Task AddRoundAsync(
        BoardResult board, int round, Target measured, GameAccess? access, TimeSpan? timeToReady, RunOptions options, CancellationToken cancellationToken)
    {
        var replies = Path.Combine(options.WorkFolder, "replies");
        await BareReplies.RecordAsync(measured.Address, measured.Play, replies, cancellationToken);
        await using var bareServer = await ServerProcess.StartBareAsync(replies, Path.Combine(options.WorkFolder, "bare.log"), cancellationToken);
        var bare = new Target(
            Bare, bareServer.Address, bareServer.Pid, PlayOn(board.Api, options, access, board.Players, bareServer.Address.Port, judges: false));
        Target[] targets = [measured, bare];
        var residentAtStart = targets.Select(target => ServerUsage.ResidentBytes(target.Pid)).ToArray();

        foreach (var target in targets)
            Load(target, board.Api, options.WarmUp, cancellationToken);
        foreach (var loop in board.ClosedLoops)
            await loop.AddRoundAsync(round, targets, options, cancellationToken);
        if (round == options.Rounds - 1 && options.OpenLoopDuration > TimeSpan.Zero)
            board.OpenLoops.AddRange(await OpenLoop.MeasureAsync(board.Api, targets, options, cancellationToken));

        board.Servers.Add(new(measured.Name, timeToReady, residentAtStart[0], ServerUsage.ResidentBytes(measured.Pid)));
        board.Servers.Add(new(bare.Name, bareServer.TimeToReady, residentAtStart[1], ServerUsage.ResidentBytes(bare.Pid)));
    }

    private static void Load(Target target, Api api, TimeSpan duration, CancellationToken cancellationToken)
    {
        using var client = new LoadClient(target.Address, connections: 64);
        client.RunClosed(target.Play.Of(api == Api.V1 ? Call.MixV1 : Call.Mix, seed: 0), duration, cancellationToken);
    }
}

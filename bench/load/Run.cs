using Jinbang.Bench.Load.Client;
using Jinbang.Bench.Load.Measuring;
using Jinbang.Bench.Load.Players;
using Jinbang.Bench.Load.Servers;

namespace Jinbang.Bench.Load;

/// <summary>A whole run: for each size of the board it seeds, and in every round starts Jinbang and the bare server afresh and measures them in turns.</summary>
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
            boards.Add(options.RunningServer is null ? await StartAndMeasureAsync(players, options, cancellationToken) : await MeasureRunningAsync(players, options, cancellationToken));

        var time = TimeProvider.System.GetUtcNow();
        var commandLine = string.Join(' ', Environment.GetCommandLineArgs().Skip(1).Prepend("bench/load"));
        var report = Report.Write(boards, options, commandLine, time);
        Console.Write(report);
        if (options.Out is { } path)
            await File.WriteAllTextAsync(Directory.Exists(path) ? Path.Combine(path, $"load-{time:yyyy-MM-dd}.md") : path, report, cancellationToken);
    }

    /// <summary>
    /// Has this program's own code compiled against a server that nobody measures: the servers' compilers learn from the first load they get,
    /// and a slow first client would teach them badly.
    /// </summary>
    private static async Task WarmClientAsync(RunOptions options, CancellationToken cancellationToken)
    {
        await using var server = await ServerProcess.StartBareAsync(repliesFolder: null, Path.Combine(options.WorkFolder, "bare.log"), cancellationToken);
        var bare = new Target(Bare, server.Address, server.Pid, new(options.Game, server.Address.Port), new(KnownScores.FewestPlayers), Judges: false);
        Load(bare, options.WarmUp, cancellationToken);
    }

    private static async Task<BoardResult> StartAndMeasureAsync(int players, RunOptions options, CancellationToken cancellationToken)
    {
        var jinbang = options.Jinbang ?? throw new InvalidOperationException("Neither a server to start nor a running one was given.");
        var seeded = await SeededFolderAsync(players, options, cancellationToken);
        var data = Path.Combine(options.WorkFolder, $"measured-{players}");
        var board = NewBoard(players, "jinbang", options) with { DataBytes = Folder.Bytes(seeded) };
        try
        {
            for (var round = 0; round < options.Rounds; round++)
            {
                Folder.Copy(seeded, data);
                await using var server = await ServerProcess.StartJinbangAsync(jinbang, data, data + ".log", cancellationToken);
                Progress.Show($"Jinbang with {players:N0} players was ready after {server.TimeToReady.TotalSeconds:0.00} s");
                var target = new Target("jinbang", server.Address, server.Pid, new(options.Game, server.Address.Port), new(players), Judges: true);
                await AddRoundAsync(board, round, target, server.TimeToReady, options, cancellationToken);
            }
        }
        finally
        {
            Folder.Delete(data);
        }

        return board;
    }

    private static async Task<BoardResult> MeasureRunningAsync(int players, RunOptions options, CancellationToken cancellationToken)
    {
        var (address, pid) = options.RunningServer.GetValueOrDefault();
        if (options.SeedsRunningServer)
            Seed.Post(address, players, options.Game, cancellationToken);
        var target = new Target("given", address, pid, new(options.Game, address.Port), new(players), Judges: true);
        var board = NewBoard(players, target.Name, options);
        for (var round = 0; round < options.Rounds; round++)
            await AddRoundAsync(board, round, target, timeToReady: null, options, cancellationToken);
        return board;
    }

    private static BoardResult NewBoard(int players, string server, RunOptions options) => new()
    {
        Players = players,
        ClosedLoops = [.. from call in options.Calls from connections in options.Connections select ClosedLoop.Of(call, connections, server, Bare)],
    };

    /// <summary>One round of everything against a bare server started for it; the open loops come in the last round.</summary>
    private static async Task AddRoundAsync(
        BoardResult board, int round, Target measured, TimeSpan? timeToReady, RunOptions options, CancellationToken cancellationToken)
    {
        var replies = Path.Combine(options.WorkFolder, "replies");
        await BareReplies.RecordAsync(measured.Address, measured.Requests, measured.Known, replies, cancellationToken);
        await using var bareServer = await ServerProcess.StartBareAsync(replies, Path.Combine(options.WorkFolder, "bare.log"), cancellationToken);
        var bare = new Target(Bare, bareServer.Address, bareServer.Pid, new(options.Game, bareServer.Address.Port), new(board.Players), Judges: false);
        Target[] targets = [measured, bare];
        var residentAtStart = targets.Select(target => ServerUsage.ResidentBytes(target.Pid)).ToArray();

        foreach (var target in targets)
            Load(target, options.WarmUp, cancellationToken);
        foreach (var loop in board.ClosedLoops)
            await loop.AddRoundAsync(round, targets, options, cancellationToken);
        if (round == options.Rounds - 1 && options.OpenLoopDuration > TimeSpan.Zero)
            board.OpenLoops.AddRange(await OpenLoop.MeasureAsync(targets, options, cancellationToken));

        board.Servers.Add(new(measured.Name, timeToReady, residentAtStart[0], ServerUsage.ResidentBytes(measured.Pid)));
        board.Servers.Add(new(bare.Name, bareServer.TimeToReady, residentAtStart[1], ServerUsage.ResidentBytes(bare.Pid)));
    }

    private static void Load(Target target, TimeSpan duration, CancellationToken cancellationToken)
    {
        using var client = new LoadClient(target.Address, connections: 64);
        client.RunClosed(target.Play(Call.Mix, seed: 0), duration, cancellationToken);
    }

    /// <summary>The data folder with this many players as they were seeded: made once, then only copied, since a measured board's scores have moved.</summary>
    private static async Task<string> SeededFolderAsync(int players, RunOptions options, CancellationToken cancellationToken)
    {
        var seeded = Path.Combine(options.WorkFolder, $"seeded-{players}");
        if (Directory.Exists(seeded))
            return seeded;
        Progress.Show($"Seeding {players:N0} players");
        var unfinished = seeded + ".unfinished";
        Folder.Delete(unfinished);
        await Seed.SeedAsync(unfinished, SeededGames.Classic(options.Game), players, cancellationToken);
        Directory.Move(unfinished, seeded);
        return seeded;
    }
}

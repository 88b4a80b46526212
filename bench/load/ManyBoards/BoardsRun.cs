using System.Text;
using Jinbang.Bench.Load.Client;
using Jinbang.Bench.Load.Measuring;
using Jinbang.Bench.Load.Players;
using Jinbang.Bench.Load.Servers;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Windows;
using Jinbang.Storage.Sqlite;

namespace Jinbang.Bench.Load.ManyBoards;

/// <summary>Measures a server with many small boards, once with one window each and once with three.</summary>
internal static class BoardsRun
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs and writes the report.</summary>
    public static async Task RunAsync(Workplace workplace, BoardsSpec spec, CancellationToken cancellationToken)
    {
        await workplace.PrepareAsync(cancellationToken);
        var empty = await MeasureEmptyAsync(workplace, cancellationToken);
        var rounds = new List<Measured>();
        foreach (var windows in (IReadOnlyList<WindowRule>[])[SeededGames.OneWindow, SeededGames.ThreeWindows])
        {
            for (var round = 0; round < workplace.Rounds; round++)
                rounds.Add(await MeasureAsync(workplace, spec, windows, cancellationToken));
        }

        var time = TimeProvider.System.GetUtcNow();
        await Report.PublishAsync(Write(rounds, spec, empty, time), "boards", workplace.Out, time, cancellationToken);
    }

    private static async Task<long> MeasureEmptyAsync(Workplace workplace, CancellationToken cancellationToken)
    {
        var data = Path.Combine(workplace.Folder, "empty");
        Folder.Delete(data);
        try
        {
            await using var server = await ServerProcess.StartJinbangAsync(workplace.Jinbang, data, data + ".log", cancellationToken);
            await ServerUsage.SettleAsync(server.Pid, cancellationToken);
            return ServerUsage.ResidentBytes(server.Pid);
        }
        finally
        {
            Folder.Delete(data);
        }
    }

    private static async Task<Measured> MeasureAsync(Workplace workplace, BoardsSpec spec, IReadOnlyList<WindowRule> windows, CancellationToken cancellationToken)
    {
        var seeded = await SeededFolders.BoardsAsync(workplace.Folder, spec.Boards, spec.PlayersEach, windows, cancellationToken);
        var data = Path.Combine(workplace.Folder, "boards");
        try
        {
            Folder.Copy(seeded, data);
            var measured = await MeasureOpenlyAsync(workplace, spec, windows.Count, data, cancellationToken);
            Folder.Copy(seeded, data);
            return await AddSyncsAsync(measured, workplace, spec, data, cancellationToken);
        }
        finally
        {
            Folder.Delete(data);
        }
    }

    private static async Task<Measured> MeasureOpenlyAsync(Workplace workplace, BoardsSpec spec, int windows, string data, CancellationToken cancellationToken)
    {
        var ids = await Seed.ReadIdsAsync(data, SeededGames.Campaign, cancellationToken);
        await using var server = await ServerProcess.StartJinbangAsync(workplace.Jinbang, data, data + ".log", cancellationToken);
        await ServerUsage.SettleAsync(server.Pid, cancellationToken);
        var resident = ServerUsage.ResidentBytes(server.Pid);

        var access = await OperatorApi.MakeServerKeyAsync(server.Address, data, SeededGames.Campaign, ids, cancellationToken);
        var (requests, known) = (RequestsTo(server, access), new KnownScores(spec.Boards * spec.PlayersEach));
        using var client = new LoadClient(server.Address, spec.Connections);
        client.RunClosed(new BoardsWorkload(requests, known, spec, seed: 1), WarmUp, cancellationToken);
        await ServerUsage.SettleAsync(server.Pid, cancellationToken);
        var cpu = ServerUsage.CpuSeconds(server.Pid);
        var load = client.RunClosed(new BoardsWorkload(requests, known, spec, seed: 2), spec.Duration, cancellationToken);
        await ServerUsage.SettleAsync(server.Pid, cancellationToken);
        cpu = ServerUsage.CpuSeconds(server.Pid) - cpu;
        Progress.Show($"{spec.Boards:N0} boards of {windows} windows: ready after {server.TimeToReady.TotalSeconds:0.00} s, {load.Replies / load.Elapsed.TotalSeconds:N0} submissions/s");
        return new(windows, server.TimeToReady, resident, ServerUsage.ResidentBytes(server.Pid), load, cpu, SyncsPerSecond: 0, TracedPerSecond: 0);
    }

    private static async Task<Measured> AddSyncsAsync(Measured measured, Workplace workplace, BoardsSpec spec, string data, CancellationToken cancellationToken)
    {
        var ids = await Seed.ReadIdsAsync(data, SeededGames.Campaign, cancellationToken);
        var trace = data + ".trace";
        Interval load;
        DateTimeOffset from, to;
        await using (var server = await ServerProcess.StartTracedJinbangAsync(workplace.Jinbang, data, data + ".log", trace, cancellationToken))
        {
            var access = await OperatorApi.MakeServerKeyAsync(server.Address, data, SeededGames.Campaign, ids, cancellationToken);
            var (requests, known) = (RequestsTo(server, access), new KnownScores(spec.Boards * spec.PlayersEach));
            using var client = new LoadClient(server.Address, spec.Connections);
            client.RunClosed(new BoardsWorkload(requests, known, spec, seed: 1), WarmUp, cancellationToken);
            from = TimeProvider.System.GetUtcNow();
            load = client.RunClosed(new BoardsWorkload(requests, known, spec, seed: 2), spec.Duration, cancellationToken);
            to = TimeProvider.System.GetUtcNow();
        }

        await WaitUntilFreeAsync(data, cancellationToken);
        var syncs = SyncTrace.Count(trace, from, to);
        File.Delete(trace);
        return measured with { SyncsPerSecond = syncs / (to - from).TotalSeconds, TracedPerSecond = load.Replies / load.Elapsed.TotalSeconds };
    }

    /// <summary>Waits until the server has let its folder go: strace ends before it.</summary>
    private static async Task WaitUntilFreeAsync(string data, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                DataFolder.Take(data).Dispose();
                return;
            }
            catch (StoreOpenException)
            {
                await Task.Delay(Look, TimeProvider.System, cancellationToken);
            }
        }
    }

    private static V1Requests RequestsTo(ServerProcess server, GameAccess access) => new(access, SeededGames.NameOf(0), server.Address.Port);

    private static string Write(List<Measured> rounds, BoardsSpec spec, long empty, DateTimeOffset time)
    {
        var text = new StringBuilder(Report.Head("Many boards", time));
        text.Append($"""
            - One game with {spec.Boards:N0} boards of {spec.PlayersEach:N0} players each; every player is on one board alone. Random players improve their score over v1 with a server key, {spec.Connections} connections.
            - Resident: once ready and at rest, and after the load. "Per board" is what is above a server without players ({empty / 1048576.0:0} MiB), its players included.
            - Syncs are counted in an interval of their own under strace, which slows the server down; beside them what it then answered.

            | windows | ready after, s | resident, MiB | per board, KiB | after the load, MiB | submissions/s | per CPU-second | p50 ms | p99 ms | syncs/s | submissions/s meanwhile | submissions per sync | errors |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|

            """);
        foreach (var round in rounds)
        {
            var latency = round.Load.Latency;
            text.Append($"| {round.Windows} | {round.Ready.TotalSeconds:0.00} | {round.Resident / 1048576.0:0} | {(round.Resident - empty) / 1024.0 / spec.Boards:0.0} | ")
                .Append($"{round.ResidentAfter / 1048576.0:0} | {round.Load.Replies / round.Load.Elapsed.TotalSeconds:N0} | {round.Load.Replies / Math.Max(round.CpuSeconds, 0.01):N0} | ")
                .Append($"{latency.PercentileNs(0.5) / 1e6:0.00} | {latency.PercentileNs(0.99) / 1e6:0.00} | {round.SyncsPerSecond:N0} | {round.TracedPerSecond:N0} | ")
                .Append($"{round.TracedPerSecond / Math.Max(round.SyncsPerSecond, 0.001):0.0} | {round.Load.Errors} |\n");
        }

        var first = rounds.Select(round => round.Load.FirstError).FirstOrDefault(error => error is not null);
        return text.Append(first is null ? "" : $"\nFirst error:\n\n```\n{first}\n```\n").ToString();
    }

    private sealed record Measured(
        int Windows, TimeSpan Ready, long Resident, long ResidentAfter, Interval Load, double CpuSeconds, double SyncsPerSecond, double TracedPerSecond);
}

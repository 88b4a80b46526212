using System.Text;
using Jinbang.Bench.Load.Client;

namespace Jinbang.Bench.Load.Measuring;

/// <summary>Writes results as Markdown.</summary>
internal static class Report
{
    /// <summary>The whole report: the machine, the command line, notes, and per size of the board the servers, the closed and the open loops.</summary>
    public static string Write(IReadOnlyList<BoardResult> boards, RunOptions options, DateTimeOffset time)
    {
        var text = new StringBuilder(Head("Load", time));
        AppendNotes(text, options);
        foreach (var board in boards)
        {
            text.Append($"\n## {board.Players:N0} players, {(board.Api == Api.V1 ? "v1 API, three windows" : "classic API, one window")}\n");
            AppendServers(text, board);
            AppendClosedLoops(text, board);
            AppendOpenLoops(text, board);
        }

        AppendErrors(text, boards);
        return text.ToString();
    }

    /// <summary>What every report begins with.</summary>
    public static string Head(string title, DateTimeOffset time)
    {
        var commandLine = string.Join(' ', Environment.GetCommandLineArgs().Skip(1).Prepend("bench/load"));
        return $"# {title}, {time:yyyy-MM-dd HH:mm} UTC\n\nMachine: {Machine.Describe()}\n\nCommand: `{commandLine}`\n\n";
    }

    /// <summary>Writes a report to standard output and, when asked, to a file, or into a folder as NAME-DATE.md.</summary>
    public static async Task PublishAsync(string report, string name, string? path, DateTimeOffset time, CancellationToken cancellationToken)
    {
        Console.Write(report);
        if (path is not null)
            await File.WriteAllTextAsync(Directory.Exists(path) ? Path.Combine(path, $"{name}-{time:yyyy-MM-dd}.md") : path, report, cancellationToken);
    }

    private static void AppendNotes(StringBuilder text, RunOptions options) => text.Append($"""
        - Servers pinned to core {Servers.ServerProcess.Core}, the client to core {ClientCore.Core}. {options.Rounds} rounds; in each, both servers are started afresh (unless one was given running), Jinbang on a copy of the seeded folder, and take turns call by call, {options.Duration.TotalSeconds} s each after a warm-up of {options.WarmUp.TotalSeconds} s.
        - Requests per CPU-second count user and system time of all the server's threads, after writing calls until its background work is finished. Ratio: the median of the rounds' ratios to the bare server, and the lowest and highest; two processes of one and the same server have been seen to differ by up to 25 % for as long as they ran. Requests/s and per CPU-second are medians, percentiles are over all rounds.
        - "Server busy" is the server's share of its core until the last reply, "client idle" the time in which the client had nothing to do: near 0 the client is the limit and the server not saturated. "Elsewhere" is what other work took of a core, on this machine or on its host: latencies suffer from it.
        - The bare server reads the whole request and answers the bytes and headers of the other's replies, without any logic.
        - `post_score`: random players improve their score a little, the mix's writes too; `post_score-30`: 30 % improve. `post_user_info`: random players take a new nickname. `mix`: 40 % user_score, 20 % tpinball_score, 30 % post_score, 10 % post_user_info.
        - The v1 calls come with a server key; the board has the windows all_time, daily and weekly with all players in each, and `submit` feeds the three. `own_rank` and `around` (11 lines): random players; `around-popular`: 95 % of them from the same 4,000. `top_100`: while nothing changes; `-beside`: with 100 submissions per second of random players; `-changing`: with as many of the first hundred themselves, so that the page is another one each time. `submit`: a new idempotency key each, all improving; `submit-30`: 30 %. `v1_mix`: 40 % own_rank, 20 % around, 20 % top_100, 20 % submit.

        """);

    private static void AppendServers(StringBuilder text, BoardResult board)
    {
        text.Append("\n| server | ready after, s | resident at start, MiB | resident at end, MiB |\n|---|---|---|---|\n");
        foreach (var server in board.Servers)
            text.Append($"| {server.Name} | {server.TimeToReady?.TotalSeconds.ToString("0.00") ?? "-"} | {Mebibytes(server.ResidentBytesAtStart)} | {Mebibytes(server.ResidentBytesAtEnd)} |\n");
        if (board.DataBytes is { } bytes)
            text.Append($"\nThe seeded data folder: {bytes / 1048576.0:N1} MiB, {(double)bytes / board.Players:N0} bytes per player.\n");
    }

    private static void AppendClosedLoops(StringBuilder text, BoardResult board)
    {
        if (board.ClosedLoops.Count == 0)
            return;
        text.Append("\n| call | connections | server | requests/s | p50 ms | p99 ms | p99.9 ms | per CPU-second | ratio | goal | CPU after the last reply | server busy | client idle | elsewhere | errors |\n");
        text.Append("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        foreach (var loop in board.ClosedLoops)
        {
            var reference = loop.Servers[^1].Value;
            foreach (var (server, rounds) in loop.Servers)
            {
                var latency = new Histogram();
                rounds.ForEach(round => latency.Add(round.Load.Latency));
                double[] ratios = [.. rounds.Zip(reference, (own, bare) => own.PerCpuSecond / bare.PerCpuSecond)];
                text.Append($"| {loop.Call.Name()} | {loop.Connections} | {server} | {Median(rounds.Select(round => round.PerSecond)):N0} | ")
                    .Append($"{Milliseconds(latency.PercentileNs(0.5))} | {Milliseconds(latency.PercentileNs(0.99))} | {Milliseconds(latency.PercentileNs(0.999))} | ")
                    .Append($"{Median(rounds.Select(round => round.PerCpuSecond)):N0} | {Median(ratios):0.00} ({ratios.Min():0.00} to {ratios.Max():0.00}) | {(rounds == reference ? null : loop.Call.Goal())?.ToString("0.00") ?? "-"} | {CpuAfter(rounds)} | ")
                    .Append($"{Median(rounds.Select(round => round.ServerBusy)):P0} | {Median(rounds.Select(round => round.Load.ClientIdle)):P0} | {Median(rounds.Select(round => round.Elsewhere)):P0} | {rounds.Sum(round => round.Load.Errors)} |\n");
            }
        }
    }

    private static void AppendOpenLoops(StringBuilder text, BoardResult board)
    {
        if (board.OpenLoops.Count == 0)
            return;
        text.Append($"\nOpen loop, `{OpenLoop.CallOf(board.Api).Name()}` improving on a fixed schedule, latency from the scheduled time:\n");
        text.Append("\n| server | closed-loop maximum/s | scheduled/s | answered/s | p50 ms | p99 ms | p99.9 ms | max ms | per CPU-second | elsewhere | errors |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
        foreach (var loop in board.OpenLoops)
        {
            var latency = loop.Round.Load.Latency;
            text.Append($"| {loop.Target.Name} | {loop.MaximumPerSecond?.ToString("N0") ?? "-"} | {loop.RatePerSecond:N0} | {loop.Round.PerSecond:N0} | ")
                .Append($"{Milliseconds(latency.PercentileNs(0.5))} | {Milliseconds(latency.PercentileNs(0.99))} | {Milliseconds(latency.PercentileNs(0.999))} | ")
                .Append($"{Milliseconds(latency.MaxNs)} | {loop.Round.PerCpuSecond:N0} | {loop.Round.Elsewhere:P0} | {loop.Round.Load.Errors} |\n");
        }
    }

    private static void AppendErrors(StringBuilder text, IReadOnlyList<BoardResult> boards)
    {
        var first = boards
            .SelectMany(board => board.ClosedLoops.SelectMany(loop => loop.Servers.SelectMany(server => server.Value.Select(round => (What: $"{board.Players:N0} players, {loop.Call.Name()}, {server.Key}", round))))
                .Concat(board.OpenLoops.Select(loop => (What: $"{board.Players:N0} players, open loop, {loop.Target.Name}", round: loop.Round))))
            .FirstOrDefault(measured => measured.round.Load.FirstError is not null);
        text.Append(first.round is null ? "\nNo errors.\n" : $"\nFirst error ({first.What}):\n\n```\n{first.round.Load.FirstError}\n```\n");
    }

    private static string CpuAfter(List<Round> rounds) =>
        $"{rounds.Sum(round => round.CpuSecondsAfter) / rounds.Sum(round => Math.Max(round.CpuSeconds, 0.01)):P1}{(rounds.All(round => round.Settled) ? "" : " (not finished)")}";

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }

    private static string Milliseconds(long ns) => (ns / 1e6).ToString(ns < 10_000_000 ? "0.00" : "0.0");

    private static string Mebibytes(long bytes) => (bytes / 1048576.0).ToString("0");
}

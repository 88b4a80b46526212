using System.Diagnostics;
using System.Text;
using Jinbang.Bench.Load.Client;
using Jinbang.Bench.Load.Measuring;
using Jinbang.Bench.Load.Players;
using Jinbang.Bench.Load.Servers;
using Jinbang.Boards.Players;

namespace Jinbang.Bench.Load.Closing;

/// <summary>Closes the daily window of a large board while players go on submitting to its other windows.</summary>
internal static class CloseRun
{
    private const string Window = "daily";
    private const int Connections = 64;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SealingLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);

    /// <summary>Runs and writes the report.</summary>
    public static async Task RunAsync(Workplace workplace, int players, double rate, TimeSpan duration, CancellationToken cancellationToken)
    {
        await workplace.PrepareAsync(cancellationToken);
        var rounds = new List<ClosedOnce>();
        for (var round = 0; round < workplace.Rounds; round++)
            rounds.Add(await MeasureAsync(workplace, players, rate, duration, cancellationToken));

        var time = TimeProvider.System.GetUtcNow();
        await Report.PublishAsync(Write(rounds, players, rate, duration, time), "close", workplace.Out, time, cancellationToken);
    }

    private static async Task<ClosedOnce> MeasureAsync(Workplace workplace, int players, double rate, TimeSpan duration, CancellationToken cancellationToken)
    {
        var data = Path.Combine(workplace.Folder, "closed");
        Folder.Copy(await SeededFolders.V1Async(workplace.Folder, players, cancellationToken), data);
        try
        {
            var ids = await Seed.ReadIdsAsync(data, SeededGames.Campaign, cancellationToken);
            ClosedOnce closed;
            await using (var server = await ServerProcess.StartJinbangAsync(workplace.Jinbang, data, data + ".log", cancellationToken))
            {
                closed = await CloseAsync(server, data, ids, players, rate, duration, cancellationToken);
            }

            using var database = new StoredData(data);
            return closed with { EventsStored = database.Number("SELECT count(*) FROM event WHERE type = 'window.closed'"), EntryBytes = StoredData.BytesOf(data, "entry") };
        }
        finally
        {
            Folder.Delete(data);
        }
    }

    private static async Task<ClosedOnce> CloseAsync(
        ServerProcess server, string data, PublicIds ids, int players, double rate, TimeSpan duration, CancellationToken cancellationToken)
    {
        using var api = new OperatorApi(server.Address, data);
        var access = await api.MakeServerKeyAsync(SeededGames.Campaign, ids, cancellationToken);
        var play = new V1Play(new(access, SeededGames.CampaignBoard, server.Address.Port), new KnownScores(players), judges: true);
        using var client = new LoadClient(server.Address, Connections);
        client.RunClosed(play.Of(Call.SubmitImproving, seed: 1), WarmUp, cancellationToken);
        await ServerUsage.SettleAsync(server.Pid, cancellationToken);
        var before = client.RunOpen(play.Of(Call.SubmitImproving, seed: 2), rate, duration, cancellationToken);

        var path = $"/v1/games/{SeededGames.Campaign}/boards/{SeededGames.CampaignBoard}/windows/{Window}";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(duration + SealingLimit);
        var waiting = WaitForFileAsync(Path.Combine(data, "sealed"), limit.Token);
        var closing = new CloseWorkload(play.Of(Call.SubmitImproving, seed: 3), path + "/close", api.Key, server.Address.Port, Before);
        var meanwhile = client.RunOpen(closing, rate, duration, cancellationToken);
        if (closing.Answered == 0)
            throw new InvalidOperationException($"The close was not answered: {meanwhile.FirstError}");

        var (file, complete) = await waiting;
        Progress.Show($"closed after {Milliseconds(closing.Sent, closing.Answered):0.0} ms, the file was complete after {Milliseconds(closing.Sent, complete):0.0} ms");
        return new(
            Milliseconds(closing.Sent, closing.Answered),
            Milliseconds(closing.Sent, complete),
            before,
            meanwhile,
            file.Length,
            EventsStored: 0,
            EntryBytes: 0);
    }

    /// <summary>Waits for the one sealed file, which has its name only once it is complete.</summary>
    private static async Task<(FileInfo File, long Complete)> WaitForFileAsync(string folder, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Directory.Exists(folder) && new DirectoryInfo(folder).EnumerateFiles("*.sealed", SearchOption.AllDirectories).FirstOrDefault() is { } file)
                return (file, Stopwatch.GetTimestamp());
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }

    private static string Write(List<ClosedOnce> rounds, int players, double rate, TimeSpan duration, DateTimeOffset time)
    {
        var text = new StringBuilder(Report.Head("Close of a window", time));
        text.Append($"""
            - The daily window of a board with three windows of {players:N0} entries each is closed over the operator's API; the close is answered when it and its event are on the disk. When a window's own time has come, the committer's alarm adds up to 10 ms.
            - Beside it {rate:N0} submissions per second, {duration.TotalSeconds} s before and {duration.TotalSeconds} s around the close, their latency counted from their scheduled time. The server has one core, which the writing of the file shares with them.

            | round | closed, event stored after, ms | file complete after, ms | before: p99.9 ms | before: longest ms | around it: p99.9 ms | around it: longest ms | events | file, bytes per player | entry rows, bytes per player and window | errors |
            |---|---|---|---|---|---|---|---|---|---|---|

            """);
        foreach (var (round, index) in rounds.Select((round, index) => (round, index)))
        {
            text.Append($"| {index + 1} | {round.ClosedMs:0.0} | {round.FileMs:N0} | {Percentile(round.Before, 0.999)} | {round.Before.Latency.MaxNs / 1e6:0.0} | ")
                .Append($"{Percentile(round.Meanwhile, 0.999)} | {round.Meanwhile.Latency.MaxNs / 1e6:0.0} | {round.EventsStored} | {(double)round.FileBytes / players:0.0} | ")
                .Append($"{round.EntryBytes / 3.0 / players:0.0} | {round.Before.Errors + round.Meanwhile.Errors} |\n");
        }

        var first = rounds.Select(round => round.Before.FirstError ?? round.Meanwhile.FirstError).FirstOrDefault(error => error is not null);
        return text.Append(first is null ? "" : $"\nFirst error:\n\n```\n{first}\n```\n").ToString();
    }

    private static string Percentile(Interval interval, double share) => (interval.Latency.PercentileNs(share) / 1e6).ToString("0.0");

    private static double Milliseconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;

    private sealed record ClosedOnce(double ClosedMs, double FileMs, Interval Before, Interval Meanwhile, long FileBytes, long EventsStored, long EntryBytes);
}

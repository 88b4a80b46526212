using System.Diagnostics;
using System.Net;
using System.Text;
using Jinbang.Bench.Load.Client;
using Jinbang.Bench.Load.Measuring;
using Jinbang.Bench.Load.Players;
using Jinbang.Bench.Load.Servers;
using Jinbang.Boards.Players;

namespace Jinbang.Bench.Load.Recovering;

/// <summary>Kills a server right after many submissions and asks the next one for ranks that are known.</summary>
internal static class RecoveryRun
{
    private const int Connections = 64;
    private const ulong PlayersSeed = 0x0EC0FE45EED00007;

    private static readonly string[] Windows = ["all_time", "daily", "weekly"];

    /// <summary>Runs and writes the report.</summary>
    public static async Task RunAsync(Workplace workplace, int players, int tail, int checks, CancellationToken cancellationToken)
    {
        await workplace.PrepareAsync(cancellationToken);
        var rounds = new List<Recovered>();
        for (var round = 0; round < workplace.Rounds; round++)
            rounds.Add(await MeasureAsync(workplace, players, tail, checks, cancellationToken));

        var time = TimeProvider.System.GetUtcNow();
        await Report.PublishAsync(Write(rounds, players, time), "recovery", workplace.Out, time, cancellationToken);
    }

    private static async Task<Recovered> MeasureAsync(Workplace workplace, int players, int tail, int checks, CancellationToken cancellationToken)
    {
        var data = Path.Combine(workplace.Folder, "killed");
        Folder.Copy(await SeededFolders.V1Async(workplace.Folder, players, cancellationToken), data);
        try
        {
            var ids = await Seed.ReadIdsAsync(data, SeededGames.Campaign, cancellationToken);
            IReadOnlyList<int> risen;
            long unfolded, killed;
            await using (var server = await ServerProcess.StartJinbangAsync(
                workplace.Jinbang, data, data + ".log", JinbangSettings.WithoutFolding, cancellationToken))
            {
                risen = await SubmitAsync(server, data, ids, players, tail, cancellationToken);
                using var stored = new StoredData(data);
                unfolded = stored.Number("SELECT log_number - folded FROM store");
                killed = Stopwatch.GetTimestamp();
                await server.KillAsync(cancellationToken);
            }

            var ranks = KnownRanks.After(players, risen);
            var started = Stopwatch.GetTimestamp();
            await using var next = await ServerProcess.StartJinbangAsync(workplace.Jinbang, data, data + ".log", cancellationToken);
            return await CheckAsync(next, data, ids, ranks, risen, checks, cancellationToken) with
            {
                Unfolded = unfolded,
                Ready = next.TimeToReady,
                KillToStart = Stopwatch.GetElapsedTime(killed, started),
            };
        }
        finally
        {
            Folder.Delete(data);
        }
    }

    private static async Task<IReadOnlyList<int>> SubmitAsync(
        ServerProcess server, string data, PublicIds ids, int players, int tail, CancellationToken cancellationToken)
    {
        var access = await OperatorApi.MakeServerKeyAsync(server.Address, data, SeededGames.Campaign, ids, cancellationToken);
        var rising = new RisingWorkload(new(access, SeededGames.CampaignBoard, server.Address.Port), new KnownScores(players), tail, PlayersSeed);
        using var client = new LoadClient(server.Address, Connections);
        var submitted = client.RunClosed(rising, TimeSpan.MaxValue, cancellationToken);
        return submitted.Errors == 0 ? rising.Players : throw new InvalidOperationException($"{submitted.Errors} submissions failed, the first: {submitted.FirstError}");
    }

    /// <summary>Asks for the ranks of the last who rose and of random players, in all windows.</summary>
    private static async Task<Recovered> CheckAsync(
        ServerProcess server, string data, PublicIds ids, int[] ranks, IReadOnlyList<int> risen, int checks, CancellationToken cancellationToken)
    {
        using var api = new OperatorApi(server.Address, data);
        var random = new SplitMix64(PlayersSeed);
        var asked = Enumerable.Range(0, checks).Select(i => i % 2 == 0 ? risen[^(1 + (i / 2 % risen.Count))] : random.Next(ranks.Length));
        var (isFirst, exactAfter, wrong, count) = (true, TimeSpan.Zero, 0, 0);
        var since = Stopwatch.GetTimestamp();
        foreach (var player in asked)
        {
            foreach (var window in Windows)
            {
                var path = $"/v1/games/{SeededGames.Campaign}/boards/{SeededGames.CampaignBoard}/windows/{window}/standings/players/{ids.Of(Seed.PlayerOf(player))}";
                var rank = (await api.GetAsync(path, cancellationToken)).GetProperty("line").GetProperty("rank").GetInt32();
                wrong += rank == ranks[player] ? 0 : 1;
                count++;
            }

            if (isFirst && wrong == 0)
                exactAfter = Stopwatch.GetElapsedTime(since);
            isFirst = false;
        }

        Progress.Show($"{count} ranks checked, {wrong} wrong, ready after {server.TimeToReady.TotalSeconds:0.00} s");
        return new(Unfolded: 0, KillToStart: default, Ready: default, exactAfter, count, wrong);
    }

    private static string Write(List<Recovered> rounds, int players, DateTimeOffset time)
    {
        var text = new StringBuilder(Report.Head("Recovery", time));
        text.Append($"""
            - A server with {players:N0} players in three windows takes submissions without folding its log, and is killed (signal 9) right after the last one was answered. The next one starts with the usual settings.
            - "Exact after": from its start until it had answered the ranks of the player who submitted last, in all three windows, as they must be; a first answer of its kind is slow, for the server and for the asking client. Then others are checked, half of them the last who submitted, half random.

            | round | rows not folded at the kill | ready after, s | exact after, s | ranks checked | wrong |
            |---|---|---|---|---|---|

            """);
        foreach (var (round, index) in rounds.Select((round, index) => (round, index)))
        {
            var exact = round.Wrong == 0 ? (round.Ready + round.ExactAfterReady).TotalSeconds.ToString("0.00") : "-";
            text.Append($"| {index + 1} | {round.Unfolded:N0} | {round.Ready.TotalSeconds:0.00} | {exact} | {round.Checked:N0} | {round.Wrong} |\n");
        }

        return text.ToString();
    }

    private sealed record Recovered(long Unfolded, TimeSpan KillToStart, TimeSpan Ready, TimeSpan ExactAfterReady, int Checked, int Wrong);
}

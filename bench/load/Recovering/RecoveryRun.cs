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
            int[] ranks;
            long unfolded, killed;
            await using (var server = await ServerProcess.StartJinbangAsync(
                workplace.Jinbang, data, data + ".log", JinbangSettings.WithoutFolding, cancellationToken))
            {
                risen = await SubmitAsync(server, data, ids, players, tail, cancellationToken);
                ranks = KnownRanks.After(players, risen);
                unfolded = Unfolded(data);
                killed = Stopwatch.GetTimestamp();
                await server.KillAsync(cancellationToken);
            }

            await using var next = await ServerProcess.StartJinbangAsync(workplace.Jinbang, data, data + ".log", cancellationToken);
            var ready = Stopwatch.GetElapsedTime(killed);
            var (exact, wrong) = await CheckAsync(next, data, ids, ranks, risen, checks, killed, cancellationToken);
            Progress.Show($"{checks * Windows.Length:N0} ranks checked, {wrong} wrong, ready after {ready.TotalSeconds:0.00} s");
            return new(unfolded, ready, exact, checks * Windows.Length, wrong);
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

    private static long Unfolded(string data)
    {
        using var stored = new StoredData(data);
        return stored.Number("SELECT log_number - folded FROM store");
    }

    /// <summary>Asks for the ranks of the last who rose and of random players, in all windows.</summary>
    /// <returns>When the first player's ranks had been answered, counted from the kill, and how many ranks were wrong.</returns>
    private static async Task<(TimeSpan Exact, int Wrong)> CheckAsync(
        ServerProcess server, string data, PublicIds ids, int[] ranks, IReadOnlyList<int> risen, int checks, long killed, CancellationToken cancellationToken)
    {
        using var api = new OperatorApi(server.Address, data);
        var random = new SplitMix64(PlayersSeed);
        var asked = Enumerable.Range(0, checks).Select(i => i % 2 == 0 ? risen[^(1 + (i / 2 % risen.Count))] : random.Next(ranks.Length));
        var wrong = 0;
        TimeSpan? exact = null;
        foreach (var player in asked)
        {
            foreach (var window in Windows)
            {
                var path = $"/v1/games/{SeededGames.Campaign}/boards/{SeededGames.CampaignBoard}/windows/{window}/standings/players/{ids.Of(Seed.PlayerOf(player))}";
                var rank = (await api.GetAsync(path, cancellationToken)).GetProperty("line").GetProperty("rank").GetInt32();
                wrong += rank == ranks[player] ? 0 : 1;
            }

            exact ??= Stopwatch.GetElapsedTime(killed);
        }

        return (exact.GetValueOrDefault(), wrong);
    }

    private static string Write(List<Recovered> rounds, int players, DateTimeOffset time)
    {
        var text = new StringBuilder(Report.Head("Recovery", time));
        text.Append($"""
            - A server with {players:N0} players in three windows takes submissions without folding its log, and is killed (signal 9) after the last one was answered. The next one is started at once, with the usual settings.
            - All times count from the kill. "Exact": it had answered the ranks of the player who submitted last, in all three windows, as they must be; a first answer of its kind is slow, for the server and for the asking client. Then others are checked, half of them the last who submitted, half random.

            | round | rows not folded at the kill | ready after, s | exact after, s | ranks checked | wrong |
            |---|---|---|---|---|---|

            """);
        foreach (var (round, index) in rounds.Select((round, index) => (round, index)))
        {
            text.Append($"| {index + 1} | {round.Unfolded:N0} | {round.Ready.TotalSeconds:0.00} | {(round.Wrong == 0 ? round.Exact.TotalSeconds.ToString("0.00") : "-")} | {round.Checked:N0} | {round.Wrong} |\n");
        }

        return text.ToString();
    }

    private sealed record Recovered(long Unfolded, TimeSpan Ready, TimeSpan Exact, int Checked, int Wrong);
}

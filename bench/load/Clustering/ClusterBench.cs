using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Jinbang.Bench.Load.Client;
using Jinbang.Bench.Load.Measuring;
using Jinbang.Bench.Load.Players;
using Jinbang.Bench.Load.Servers;
using Jinbang.Postgres;

namespace Jinbang.Bench.Load.Clustering;

/// <summary>What is measured.</summary>
/// <param name="Players">Size of the board whose calls are measured.</param>
/// <param name="Outages">Sizes of the boards whose owner fails.</param>
/// <param name="Kills">How often he is killed.</param>
/// <param name="Freezes">How often he is frozen.</param>
/// <param name="Load">Size of the board that is loaded from the database.</param>
/// <param name="Duration">Of a round of calls.</param>
internal sealed record ClusterOptions(int Players, int[] Outages, int Kills, int Freezes, int Load, TimeSpan Duration);

/// <summary>
/// What a cluster costs and how long it is silent: the same call through the server that owns the board and through another one, and the time from a signal
/// to the owner until another server has acknowledged a submission to his board.
/// </summary>
internal static class ClusterBench
{
    private const string Game = "5f195b8dc01e13002c2d7341";
    private const int Connections = 64;
    private const int FollowFrom = 100_000;
    private const string BothCores = "0,1";

    // In which a server ends what its last calls have left to do. It is never quite idle: the servers of a cluster look after each other.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    // After a server has joined: the others must have begun to look after each other again, or nobody can say that one is dead.
    private static readonly TimeSpan Peace = TimeSpan.FromSeconds(3);

    private static readonly (Call Call, double Goal)[] Calls = [(Call.UserScore, 2), (Call.PostScoreImproving, 1.6), (Call.TopHundred, 0)];

    /// <summary>Runs and writes the report.</summary>
    public static async Task RunAsync(Workplace workplace, ClusterOptions options, CancellationToken cancellationToken)
    {
        SelfCheck.Run();
        Directory.CreateDirectory(workplace.Folder);

        // Before this program is pinned: the database may use both cores.
        await using var postgres = await PostgresServer.StartNewAsync();
        await workplace.PrepareAsync(cancellationToken);
        var time = TimeProvider.System.GetUtcNow();
        var text = new StringBuilder(Report.Head("Cluster", time));
        text.Append($"""
            - PostgreSQL 15 (fsync and synchronous_commit on), the servers and the client share one machine. Three servers where nothing else is said; calls go to the classic board, by {Connections} connections, {options.Duration.TotalSeconds} s a round, {workplace.Rounds} rounds, each round in turns.
            - CPU is user and system time of all servers together, not the database's, per answered call, counted until a second after the last answer.
            - An outage counts from the signal to the owner until a server that is none has acknowledged a submission to his board, asked anew every 10 ms after each answer. A killed one is started again after that, a frozen one goes on, ends and is started again; the next signal comes {Peace.TotalSeconds} s later at the earliest.


            """);
        if (workplace.Rounds > 0)
            await MeasureCallsAsync(text, postgres, workplace, options, cancellationToken);
        await MeasureOutagesAsync(text, postgres, workplace, options, cancellationToken);
        await Report.PublishAsync(text.ToString(), "cluster", workplace.Out, time, cancellationToken);
    }

    private static async Task MeasureCallsAsync(StringBuilder text, PostgresServer postgres, Workplace workplace, ClusterOptions options, CancellationToken cancellationToken)
    {
        var known = new KnownScores(options.Players);
        text.Append($"## Calls, a board of {options.Players:N0}\n\n| servers | call | owner, µs CPU | other, µs CPU | other / owner | goal | owner, per s | other, per s | errors |\n|---|---|---|---|---|---|---|---|---|\n");
        await using var database = await SharedDatabase.MakeAsync(postgres, options.Players, workplace, BothCores, FollowFrom, cancellationToken);
        for (var servers = 1; servers <= 3; servers++)
        {
            await database.StartAsync(servers - 1, cancellationToken);
            await AcknowledgeAsync(database.Servers[0].Address, cancellationToken);
            var owner = await database.OwnerAsync(options.Players, cancellationToken);
            foreach (var (call, goal) in Calls)
            {
                List<Cost> own = [], others = [];
                for (var round = 0; round < workplace.Rounds; round++)
                {
                    own.Add(await MeasureAsync(database, owner, call, known, options.Duration, cancellationToken));
                    if (servers > 1)
                        others.Add(await MeasureAsync(database, (owner + 1) % servers, call, known, options.Duration, cancellationToken));
                }

                var ratios = own.Zip(others, static (one, other) => other.Microseconds / one.Microseconds).ToList();
                var other = others.Count == 0 ? "- | - | - | -" : Invariant(
                    $"{Median(others, static cost => cost.Microseconds):0.0} | {Median(ratios, static ratio => ratio):0.00} ({ratios.Min():0.00} to {ratios.Max():0.00}) | {(goal > 0 ? goal.ToString("0.0", CultureInfo.InvariantCulture) : "-")}");
                var otherRate = others.Count == 0 ? "-" : Invariant($"{Median(others, static cost => cost.PerSecond):N0}");
                var line = Invariant($"| {servers} | {call.Name()} | {Median(own, static cost => cost.Microseconds):0.0} | {(others.Count == 0 ? "- | - | -" : other)} | {Median(own, static cost => cost.PerSecond):N0} | {otherRate} | {own.Concat(others).Sum(static cost => cost.Errors)} |\n");
                text.Append(line);
                Progress.Show(line.Trim());
            }
        }

        text.Append('\n');
    }

    private static async Task<Cost> MeasureAsync(
        SharedDatabase database, int index, Call call, KnownScores known, TimeSpan duration, CancellationToken cancellationToken)
    {
        var server = database.Servers[index];
        var play = new ClassicPlay(new(Game, server.Address.Port), known, judges: true);
        using var client = new LoadClient(server.Address, Connections);
        client.RunClosed(play.Of(call, seed: (ulong)Stopwatch.GetTimestamp()), duration / 4, cancellationToken);
        await Task.Delay(Rest, TimeProvider.System, cancellationToken);
        var before = CpuSeconds(database);
        var interval = client.RunClosed(play.Of(call, seed: (ulong)Stopwatch.GetTimestamp()), duration, cancellationToken);
        await Task.Delay(Rest, TimeProvider.System, cancellationToken);
        if (interval.FirstError is { } error)
            Progress.Show($"First error: {error}");
        return new((CpuSeconds(database) - before) * 1e6 / Math.Max(1, interval.Replies), interval.Replies / interval.Elapsed.TotalSeconds, interval.Errors);
    }

    private static async Task MeasureOutagesAsync(StringBuilder text, PostgresServer postgres, Workplace workplace, ClusterOptions options, CancellationToken cancellationToken)
    {
        text.Append("## Outages\n\n| board | owner is | times | median, s | 95 %, s | longest, s | goal, s |\n|---|---|---|---|---|---|---|\n");
        foreach (var players in options.Outages)
        {
            await using var database = await SharedDatabase.MakeAsync(postgres, players, workplace, BothCores, FollowFrom, cancellationToken);
            for (var index = 0; index < 3; index++)
                await database.StartAsync(index, cancellationToken);
            var what = Invariant($"{players:N0}{(players >= FollowFrom ? ", followed" : "")}");
            await AppendAsync(text, what, "killed", database, players, options.Kills, 1.5, cancellationToken);
            await AppendAsync(text, what, "frozen", database, players, options.Freezes, 12, cancellationToken);
        }

        if (options.Load > 0)
        {
            await using var database = await SharedDatabase.MakeAsync(postgres, options.Load, workplace, BothCores, int.MaxValue, cancellationToken);
            for (var index = 0; index < 2; index++)
                await database.StartAsync(index, cancellationToken);
            await AppendAsync(text, Invariant($"{options.Load:N0}, not followed"), "killed", database, options.Load, 2, 15, cancellationToken);
        }
    }

    private static async Task AppendAsync(
        StringBuilder text, string board, string how, SharedDatabase database, int players, int times, double goal, CancellationToken cancellationToken)
    {
        var outages = new List<double>();
        for (var time = 0; time < times; time++)
        {
            await AcknowledgeAsync(database.Servers.First().Value.Address, cancellationToken);
            var owner = await database.OwnerAsync(players, cancellationToken);
            var server = database.Servers[owner];
            var other = database.Servers.First(pair => pair.Key != owner).Value.Address;
            await AcknowledgeAsync(other, cancellationToken);
            await Task.Delay(Peace, TimeProvider.System, cancellationToken);
            var began = Stopwatch.GetTimestamp();
            if (how == "killed")
                await server.KillAsync(cancellationToken);
            else
                server.StandStill();
            await AcknowledgeAsync(other, cancellationToken);
            outages.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            Progress.Show(Invariant($"{board}, {how}: {outages[^1]:0.00} s"));
            if (how == "frozen" && !await server.GoOnAsync(TimeSpan.FromSeconds(30), cancellationToken))
                throw new InvalidOperationException("A server that was declared dead goes on.");
            await database.StopAsync(owner);
            await database.StartAsync(owner, cancellationToken);
        }

        outages.Sort();
        if (outages.Count > 0)
            text.Append(Invariant($"| {board} | {how} | {times} | {Median(outages, static value => value):0.00} | {outages[(int)Math.Ceiling(0.95 * outages.Count) - 1]:0.00} | {outages[^1]:0.00} | {goal} |\n"));
    }

    /// <summary>Submits until a submission is acknowledged.</summary>
    private static async Task AcknowledgeAsync(IPEndPoint server, CancellationToken cancellationToken)
    {
        // A call that hangs is given up, as a game would.
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        var id = new byte[Ids.Length];
        Ids.Write(0, id);
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(2);)
        {
            try
            {
                // Not better is an answer of the board too.
                using var form = new FormUrlEncodedContent([new("openid", Encoding.ASCII.GetString(id)), new("score", "1")]);
                using var reply = await http.PostAsync(new Uri($"http://{server}/{Game}/api/post_score"), form, cancellationToken);
                if (reply.StatusCode == HttpStatusCode.OK)
                    return;
            }
            catch (Exception fault) when (fault is HttpRequestException || (fault is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // Again.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
        }

        throw new TimeoutException("The board does not come back.");
    }

    private static double CpuSeconds(SharedDatabase database) => database.Servers.Values.Sum(static server => ServerUsage.CpuSeconds(server.Pid));

    private static double Median<T>(IEnumerable<T> values, Func<T, double> of)
    {
        double[] sorted = [.. values.Select(of).Order()];
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private sealed record Cost(double Microseconds, double PerSecond, long Errors);
}

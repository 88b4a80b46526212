using System.ComponentModel;
using Jinbang.Bench.Scale.Cases;
using Jinbang.Bench.Scale.Measuring;
using Jinbang.Bench.Scale.Redis;
using Jinbang.Bench.Scale.Reports;

namespace Jinbang.Bench.Scale;

/// <summary>The whole run: the cases one after the other, Redis, the report.</summary>
internal static class Run
{
    /// <summary>Runs; 1 when a part failed, which the report then says.</summary>
    public static async Task<int> RunAsync(RunOptions options, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetUtcNow();
        var cases = new List<CaseResult>();
        var redis = new List<RedisResult>();
        var faults = new List<string>();
        foreach (var players in options.Players)
        {
            foreach (var scores in options.Scores)
            {
                cases.Add(await CaseProcess.RunAsync(new(players, scores), options.Seconds, cancellationToken));
                if (cases[^1] is { ExitCode: not 0 } failed)
                {
                    faults.Add($"The case {failed.Spec} ended early, with code {failed.ExitCode}.");
                }

                // A run takes long: what is known is kept.
                await KeepAsync(Text());
            }
        }

        foreach (var players in options.Redis is null ? [] : options.RedisPlayers)
        {
            try
            {
                redis.Add(await RedisRun.MeasureAsync(options.Redis ?? "", players, cancellationToken));
            }
            catch (Exception fault) when (fault is Win32Exception or InvalidOperationException or StackExchange.Redis.RedisException or TimeoutException)
            {
                faults.Add($"Redis with {players:N0} players was not measured: {fault.Message}");
                Progress.Show(faults[^1]);
            }
        }

        await KeepAsync(Text());
        Console.Out.Write(Text());
        return faults.Count == 0 ? 0 : 1;

        string Text() => Report.Write(cases, redis, faults, options.Command, started);

        Task KeepAsync(string report) => options.Out is null ? Task.CompletedTask : File.WriteAllTextAsync(options.Out, report, cancellationToken);
    }
}

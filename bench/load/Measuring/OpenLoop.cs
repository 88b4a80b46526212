using Jinbang.Bench.Load.Client;

namespace Jinbang.Bench.Load.Measuring;

/// <summary>Improving scores sent on a fixed schedule to one server.</summary>
/// <param name="Target">The server.</param>
/// <param name="MaximumPerSecond">What it answered per second in a closed loop of 64 connections, or null when the rate was given.</param>
/// <param name="RatePerSecond">The schedule.</param>
/// <param name="Round">What came of it.</param>
internal sealed record OpenLoop(Target Target, double? MaximumPerSecond, double RatePerSecond, Round Round)
{
    private const int ClosedConnections = 64;

    /// <summary>Measures the first server at half of its own maximum, or the given rate, and the others at the same rate.</summary>
    public static async Task<IReadOnlyList<OpenLoop>> MeasureAsync(Api api, IReadOnlyList<Target> targets, RunOptions options, CancellationToken cancellationToken)
    {
        var call = CallOf(api);
        double? maximum = options.OpenLoopRate is null ? await MaximumAsync(targets[0], call, options, cancellationToken) : null;
        var rate = options.OpenLoopRate ?? Math.Floor(maximum.GetValueOrDefault() / 2);
        var results = new List<OpenLoop>();
        foreach (var target in targets)
        {
            using var client = new LoadClient(target.Address, options.OpenLoopConnections);
            var round = await Round.MeasureAsync(target, client, call, options.WarmUp, seed: 0x09E4, Load, cancellationToken);
            Progress.Show($"open loop {target.Name}", round);
            results.Add(new(target, target == targets[0] ? maximum : null, rate, round));
        }

        return results;

        Interval Load(LoadClient client, IWorkload workload) => client.RunOpen(workload, rate, options.OpenLoopDuration, cancellationToken);
    }

    /// <summary>The call that is sent.</summary>
    public static Call CallOf(Api api) => api == Api.V1 ? Call.SubmitImproving : Call.PostScoreImproving;

    private static async Task<double> MaximumAsync(Target target, Call call, RunOptions options, CancellationToken cancellationToken)
    {
        using var client = new LoadClient(target.Address, ClosedConnections);
        var round = await Round.MeasureAsync(target, client, call, options.WarmUp, seed: 0x3A77, Load, cancellationToken);
        Progress.Show($"maximum of {target.Name}", round);
        return round.PerSecond;

        Interval Load(LoadClient closed, IWorkload workload) => closed.RunClosed(workload, options.Duration, cancellationToken);
    }
}

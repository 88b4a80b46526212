using Jinbang.Bench.Load.Client;
using Jinbang.Bench.Load.Servers;

namespace Jinbang.Bench.Load.Measuring;

/// <summary>One interval of load on one server with the CPU time it cost the server.</summary>
/// <param name="Load">What the client saw.</param>
/// <param name="CpuSeconds">CPU seconds of the server from the first request until its background work was finished.</param>
/// <param name="CpuSecondsAfter">The part of them that fell after the last reply.</param>
/// <param name="Settled">False when the server still worked 15 s after the last reply, so that not all its work is counted.</param>
/// <param name="ElsewhereSeconds">CPU seconds that neither server nor client used until the last reply: other work on the machine, or on its host.</param>
internal sealed record Round(Interval Load, double CpuSeconds, double CpuSecondsAfter, bool Settled, double ElsewhereSeconds)
{
    /// <summary>Requests answered per second of the clock.</summary>
    public double PerSecond => Load.Replies / Load.Elapsed.TotalSeconds;

    /// <summary>Requests answered per second of the server's CPU time.</summary>
    public double PerCpuSecond => Load.Replies / Math.Max(CpuSeconds, 0.01);

    /// <summary>The share of one core that the server used until the last reply.</summary>
    public double ServerBusy => (CpuSeconds - CpuSecondsAfter) / Load.Elapsed.TotalSeconds;

    /// <summary>Cores, or shares of one, that something else used meanwhile: much above 0 the latencies say more about that than about the server.</summary>
    public double Elsewhere => Math.Max(0, ElsewhereSeconds / Load.Elapsed.TotalSeconds);

    /// <summary>Warms the server up, waits until it is idle, measures, and waits until the work that writes left behind is finished.</summary>
    public static async Task<Round> MeasureAsync(
        Target target, LoadClient client, Call call, TimeSpan warmUp, ulong seed, Func<LoadClient, IWorkload, Interval> load, CancellationToken cancellationToken)
    {
        client.RunClosed(target.Play.Of(call, seed), warmUp, cancellationToken);
        if (call.Writes())
            await ServerUsage.SettleAsync(target.Pid, cancellationToken);

        var before = ServerUsage.CpuSeconds(target.Pid);
        var elsewhere = ElsewhereSince(target, 0);
        var interval = load(client, target.Play.Of(call, seed + 1));
        var replied = ServerUsage.CpuSeconds(target.Pid);
        elsewhere = ElsewhereSince(target, elsewhere);
        var settled = !call.Writes() || await ServerUsage.SettleAsync(target.Pid, cancellationToken);
        var after = ServerUsage.CpuSeconds(target.Pid);
        return new(interval, after - before, after - replied, settled, elsewhere);
    }

    private static double ElsewhereSince(Target target, double before) =>
        Machine.BusySeconds() - ServerUsage.CpuSeconds(target.Pid) - ServerUsage.CpuSeconds(Environment.ProcessId) - before;
}

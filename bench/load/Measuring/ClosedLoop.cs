using Jinbang.Bench.Load.Client;

namespace Jinbang.Bench.Load.Measuring;

/// <summary>The rounds of one call at one number of connections, by the names of the servers; the last of them is the reference.</summary>
internal sealed record ClosedLoop(Call Call, int Connections, IReadOnlyList<KeyValuePair<string, List<Round>>> Servers)
{
    /// <summary>No rounds yet.</summary>
    public static ClosedLoop Of(Call call, int connections, params IEnumerable<string> servers) =>
        new(call, connections, [.. servers.Select(server => KeyValuePair.Create(server, new List<Round>()))]);

    /// <summary>
    /// Adds one round of each server, one right after the other, so that whatever the machine does meanwhile meets both. Every other round
    /// begins with the other server.
    /// </summary>
    public async Task AddRoundAsync(int number, IReadOnlyList<Target> targets, RunOptions options, CancellationToken cancellationToken)
    {
        foreach (var target in number % 2 == 0 ? targets : targets.Reverse())
        {
            using var client = new LoadClient(target.Address, Connections);
            var seed = ((ulong)Call << 32) + ((ulong)Connections << 16) + ((ulong)number << 1);
            var round = await Round.MeasureAsync(target, client, Call, options.WarmUp, seed, Load, cancellationToken);
            Servers.First(server => server.Key == target.Name).Value.Add(round);
            Progress.Show($"round {number + 1}, {Call.Name()} x{Connections} {target.Name}", round);
        }

        Interval Load(LoadClient client, IWorkload workload) => client.RunClosed(workload, options.Duration, cancellationToken);
    }
}

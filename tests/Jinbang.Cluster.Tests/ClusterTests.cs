using System.Globalization;

namespace Jinbang.ClusterTests;

public sealed class ClusterTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Killed_owners_lose_nothing_and_their_boards_answer_again_at_once()
    {
        var result = await RunAsync(3, [Fault.KillOwner, Fault.KillAny]);
        var owned = result.Outages.Where(static outage => outage.WasOwned).Select(static outage => outage.Time).Order().ToList();
        Assert.NotEmpty(owned);
        Assert.True(owned[^1] < TimeSpan.FromSeconds(10), $"A board of a killed owner was silent for {owned[^1]}.");
    }

    [Fact]
    public async Task A_frozen_server_that_wakes_up_neither_loses_nor_shows_anything_wrong()
    {
        var result = await RunAsync(3, [Fault.FreezeBriefly, Fault.FreezeLong]);
        Assert.All(result.Outages, static outage => Assert.True(outage.Time < TimeSpan.FromSeconds(20), $"{outage.Fault}: board {outage.Board} was silent for {outage.Time}."));
    }

    [Fact]
    public Task A_database_that_crashes_and_connections_that_break_lose_nothing() => RunAsync(3, [Fault.BreakConnections, Fault.CrashDatabase, Fault.CutOff]);

    [Fact]
    public async Task Servers_that_are_restarted_one_by_one_hand_their_boards_over()
    {
        var result = await RunAsync(3, [Fault.Restart, Fault.Restart]);
        Assert.All(result.Outages, static outage => Assert.True(outage.Time < TimeSpan.FromSeconds(5), $"Board {outage.Board} was silent for {outage.Time}."));
    }

    /// <summary>The long mode: JINBANG_CLUSTER_MINUTES=60, and JINBANG_CLUSTER_SEED to have one again.</summary>
    [Fact]
    public async Task Everything_at_once_as_long_as_is_asked_for()
    {
        var minutes = double.Parse(Environment.GetEnvironmentVariable("JINBANG_CLUSTER_MINUTES") ?? "0", CultureInfo.InvariantCulture);
        var seed = int.Parse(Environment.GetEnvironmentVariable("JINBANG_CLUSTER_SEED") ?? Environment.TickCount.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var began = TimeProvider.System.GetTimestamp();
        var results = new List<RunResult>();
        do
        {
            var random = new Random(seed);
            results.Add(await RunAsync(3, [.. Enumerable.Range(0, minutes == 0 ? 1 : 8).Select(_ => (Fault)random.Next((int)Fault.BreakConnections + 1))], seed));
            seed++;
        }
        while (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(minutes));
        output.WriteLine($"{results.Count} runs, {results.Sum(static run => run.Acknowledged):N0} acknowledged, {results.Sum(static run => run.Unknown):N0} unknown, {results.Sum(static run => run.Reads):N0} reads checked");
        foreach (var group in results.SelectMany(static run => run.Outages).Where(static outage => outage.WasOwned || outage.Fault == Fault.CrashDatabase).GroupBy(static outage => outage.Fault).OrderBy(static group => group.Key))
        {
            var times = group.Select(static outage => outage.Time.TotalSeconds).Order().ToList();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{group.Key,-16} {times.Count,4} boards  p50 {times[times.Count / 2]:0.00} s  p95 {times[(int)(times.Count * 0.95)]:0.00} s  most {times[^1]:0.00} s"));
        }
    }

    private async Task<RunResult> RunAsync(int servers, IReadOnlyList<Fault> faults, int? seed = null)
    {
        var used = seed ?? Environment.TickCount;
        output.WriteLine($"seed {used}: {string.Join(", ", faults)}");
        await using var run = new ClusterRun(servers, clients: 8, used);
        await run.StartAsync();
        var result = await run.RunAsync(faults, Pause);
        output.WriteLine($"{result.Acknowledged:N0} acknowledged, {result.Unknown:N0} unknown, {result.Reads:N0} reads checked");
        output.WriteLine(string.Join("\n", result.Outages.Select(static outage => string.Create(CultureInfo.InvariantCulture, $"{outage.Fault} {outage.Board}{(outage.WasOwned ? " (owned)" : "")}: {outage.Time.TotalSeconds:0.00} s"))));
        Assert.True(result.Faults.Count == 0, $"{result.Faults.Count} faults:\n{string.Join("\n", result.Faults.Take(20))}\n{run.Said}");
        Assert.True(result.Acknowledged > 100, $"Only {result.Acknowledged} submissions were acknowledged.\n{run.Said}");
        return result;
    }
}

using System.Globalization;
using System.Text;
using Jinbang.ProcessTests.Processes;

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
    public Task A_full_disk_a_clock_that_jumps_and_a_freeze_in_the_middle_of_a_fold_lose_nothing() => RunAsync(3, [Fault.FillDisk, Fault.JumpClock, Fault.FreezeInFold]);

    [Fact]
    public async Task Servers_that_are_restarted_one_by_one_hand_their_boards_over()
    {
        var result = await RunAsync(3, [Fault.Restart, Fault.Restart]);
        Assert.All(result.Outages, static outage => Assert.True(outage.Time < TimeSpan.FromSeconds(5), $"Board {outage.Board} was silent for {outage.Time}."));
    }

    /// <summary>The long mode: JINBANG_CLUSTER_MINUTES=60, JINBANG_CLUSTER_SEED to have one again, JINBANG_CLUSTER_REPORT names a file for what came out.</summary>
    [Fact]
    public async Task Everything_at_once_as_long_as_is_asked_for()
    {
        var minutes = double.Parse(Environment.GetEnvironmentVariable("JINBANG_CLUSTER_MINUTES") ?? "0", CultureInfo.InvariantCulture);
        var first = int.Parse(Environment.GetEnvironmentVariable("JINBANG_CLUSTER_SEED") ?? Environment.TickCount.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var began = TimeProvider.System.GetTimestamp();
        var results = new List<RunResult>();
        var done = new List<Fault>();
        do
        {
            var random = new Random(first + results.Count);
            Fault[] faults = [.. Enumerable.Range(0, minutes == 0 ? 1 : 8).Select(_ => (Fault)random.Next(Enum.GetValues<Fault>().Length))];
            results.Add(await RunAsync(3, faults, first + results.Count));
            done.AddRange(faults);
            if (Environment.GetEnvironmentVariable("JINBANG_CLUSTER_REPORT") is { Length: > 0 } file)
            {
                // After every run: one that is stopped has told what it knew.
                await File.WriteAllTextAsync(file, Report(first, TimeProvider.System.GetElapsedTime(began), results, done));
            }
        }
        while (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(minutes));
        output.WriteLine(Report(first, TimeProvider.System.GetElapsedTime(began), results, done));
    }

    private static string Report(int seed, TimeSpan time, List<RunResult> results, List<Fault> done)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Three servers under harm, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}

            `JINBANG_CLUSTER_MINUTES` and `JINBANG_CLUSTER_SEED={seed}`, one run after the other, each on new servers and a new database, with eight harms in an order that its seed decides. Eight clients submit, repeat, and read through all servers, by v1 and the classic API.

            {results.Count} runs in {time.TotalMinutes:0} minutes: {results.Sum(static run => run.Acknowledged):N0} submissions acknowledged, {results.Sum(static run => run.Unknown):N0} of unknown outcome, {results.Sum(static run => run.Reads):N0} reads checked. **{results.Sum(static run => run.Faults.Count)} faults found.**

            "Silent" is the longest time without an acknowledged submission to one board, from the harm to the next one or for 20 s; of the boards that the harmed server owned, or of all where the database was harmed.

            | harm | times | boards | silent, median, s | 95 %, s | longest, s |
            |---|---|---|---|---|---|

            """);
        foreach (var fault in done.Distinct().Order())
        {
            var isOfAll = fault is Fault.CrashDatabase or Fault.FillDisk;
            var silent = results.SelectMany(static run => run.Outages).Where(outage => outage.Fault == fault && (isOfAll || outage.WasOwned)).Select(static outage => outage.Time.TotalSeconds).Order().ToList();
            text.Append(CultureInfo.InvariantCulture, $"| {fault} | {done.Count(other => other == fault)} | {silent.Count} | ")
                .Append(silent.Count == 0 ? "- | - | - |\n" : string.Create(CultureInfo.InvariantCulture, $"{silent[silent.Count / 2]:0.00} | {silent[(int)Math.Ceiling(0.95 * silent.Count) - 1]:0.00} | {silent[^1]:0.00} |\n"));
        }

        return text.ToString();
    }

    private async Task<RunResult> RunAsync(int servers, IReadOnlyList<Fault> faults, int? seed = null)
    {
        var used = seed ?? Environment.TickCount;
        output.WriteLine($"seed {used}: {string.Join(", ", faults)}");
        await using var run = new ClusterRun(servers, clients: 8, used);
        await run.StartAsync(faults.Contains(Fault.JumpClock) ? ProgramPath.UnsafeServer : null, hasSmallDisk: faults.Contains(Fault.FillDisk));
        var result = await run.RunAsync(faults, Pause);
        output.WriteLine($"{result.Acknowledged:N0} acknowledged, {result.Unknown:N0} unknown, {result.Reads:N0} reads checked");
        output.WriteLine(string.Join("\n", result.Outages.Select(static outage => string.Create(CultureInfo.InvariantCulture, $"{outage.Fault} {outage.Board}{(outage.WasOwned ? " (owned)" : "")}: {outage.Time.TotalSeconds:0.00} s"))));
        Assert.True(result.Faults.Count == 0, $"{result.Faults.Count} faults:\n{string.Join("\n", result.Faults.Take(20))}\n{run.Said}");
        Assert.True(result.Acknowledged > 100, $"Only {result.Acknowledged} submissions were acknowledged.\n{run.Said}");
        return result;
    }
}

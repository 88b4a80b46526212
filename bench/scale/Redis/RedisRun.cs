using System.Globalization;
using Jinbang.Bench.Load.Players;
using Jinbang.Bench.Scale.Inputs;
using Jinbang.Bench.Scale.Measuring;
using StackExchange.Redis;

namespace Jinbang.Bench.Scale.Redis;

/// <summary>The same players and uniform scores in a sorted set of Redis, and what three commands cost it.</summary>
internal sealed class RedisRun(RedisServer server, ConnectionMultiplexer connection, int players)
{
    private const string Key = "window";
    private const int Calls = 300_000;
    private const int Batch = 1_000;

    private readonly IDatabase database = connection.GetDatabase();
    private readonly IServer admin = connection.GetServer(server.Address);
    private readonly ScoreSource scores = new(ScoreKind.Uniform, players);
    private SplitMix64 random = new(6);

    /// <summary>Starts a Redis, measures, ends it.</summary>
    public static async Task<RedisResult> MeasureAsync(string program, int players, CancellationToken cancellationToken)
    {
        Progress.Show($"Redis, {players:N0}");
        await using var server = await RedisServer.StartAsync(program, cancellationToken);
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{server.Address},allowAdmin=true,syncTimeout=60000,asyncTimeout=60000");
        return await new RedisRun(server, connection, players).MeasureAsync(cancellationToken);
    }

    private async Task<RedisResult> MeasureAsync(CancellationToken cancellationToken)
    {
        var (used, resident) = (await InfoAsync("memory", "used_memory"), Memory.ResidentBytes(server.Pid));
        await LoadAsync(cancellationToken);
        used = await InfoAsync("memory", "used_memory") - used;
        resident = Memory.ResidentBytes(server.Pid) - resident;
        return new(
            await TextAsync("server", "redis_version"),
            players,
            used / players,
            (double)resident / players,
            await CostAsync("zrevrank", () => database.SortedSetRankAsync(Key, Member(), Order.Descending), cancellationToken),
            await CostAsync("zadd", () => database.SortedSetAddAsync(Key, Member(), scores.Draw(ref random)), cancellationToken),
            await CostAsync("zrevrange", () => database.SortedSetRangeByRankWithScoresAsync(Key, 0, 99, Order.Descending), cancellationToken));
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        for (var first = 1; first <= players; first += Batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            SortedSetEntry[] entries =
                [.. Enumerable.Range(first, Math.Min(Batch, players - first + 1)).Select(number => new SortedSetEntry(Member(number), scores.Draw(ref random)))];
            await database.SortedSetAddAsync(Key, entries);
        }
    }

    private async Task<RedisCommandCost> CostAsync(string command, Func<Task> call, CancellationToken cancellationToken)
    {
        await admin.ConfigResetStatisticsAsync();
        var cpu = server.CpuSeconds();
        var batch = new Task[Batch];
        for (var called = 0; called < Calls; called += Batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var i = 0; i < Batch; i++)
            {
                batch[i] = call();
            }

            await Task.WhenAll(batch);
        }

        cpu = server.CpuSeconds() - cpu;
        // cmdstat_zadd:calls=300000,usec=412345,usec_per_call=1.37,...
        var parts = (await TextAsync("commandstats", $"cmdstat_{command}")).Split(',').Select(static part => part.Split('=')).ToDictionary(static part => part[0], static part => part[1]);
        return parts["calls"] == $"{Calls}"
            ? new(double.Parse(parts["usec_per_call"], CultureInfo.InvariantCulture), cpu * 1e6 / Calls)
            : throw new InvalidOperationException($"Redis counts {parts["calls"]} calls of {command}, not {Calls}.");
    }

    private RedisValue Member() => Member(1 + random.Next(players));

    private static RedisValue Member(int number)
    {
        var id = new byte[Ids.Length];
        Ids.Write(number, id);
        return id;
    }

    private async Task<double> InfoAsync(string section, string name) => double.Parse(await TextAsync(section, name), CultureInfo.InvariantCulture);

    private async Task<string> TextAsync(string section, string name) =>
        (await admin.InfoAsync(section)).SelectMany(static group => group).First(pair => pair.Key == name).Value;
}

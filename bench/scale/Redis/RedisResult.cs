namespace Jinbang.Bench.Scale.Redis;

/// <summary>What Redis takes for one sorted set.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Players">Members of the set.</param>
/// <param name="UsedBytes">Bytes per member, by its own account.</param>
/// <param name="ResidentBytes">Bytes per member, of resident memory.</param>
/// <param name="Rank">ZREVRANK.</param>
/// <param name="Put">ZADD with a new score.</param>
/// <param name="Top">ZREVRANGE 0 99 WITHSCORES.</param>
internal sealed record RedisResult(
    string Version, int Players, double UsedBytes, double ResidentBytes, RedisCommandCost Rank, RedisCommandCost Put, RedisCommandCost Top);

/// <summary>What a command costs.</summary>
/// <param name="OwnMicroseconds">Its own account: the command alone, without protocol and network.</param>
/// <param name="CpuMicroseconds">CPU time of the process per call: with protocol and network, pipelined.</param>
internal sealed record RedisCommandCost(double OwnMicroseconds, double CpuMicroseconds);

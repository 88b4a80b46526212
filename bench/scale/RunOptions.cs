using Jinbang.Bench.Scale.Inputs;

namespace Jinbang.Bench.Scale;

/// <summary>What a run measures.</summary>
internal sealed record RunOptions
{
    /// <summary>Sizes of the game.</summary>
    public required IReadOnlyList<int> Players { get; init; }

    /// <summary>Kinds of scores, each at every size.</summary>
    public required IReadOnlyList<ScoreKind> Scores { get; init; }

    /// <summary>How many seconds readers beside a writer are measured, each way.</summary>
    public required double Seconds { get; init; }

    /// <summary>The Redis to start, or null.</summary>
    public required string? Redis { get; init; }

    /// <summary>Sizes of its sorted set.</summary>
    public required IReadOnlyList<int> RedisPlayers { get; init; }

    /// <summary>A file for the report as well, or null.</summary>
    public required string? Out { get; init; }

    /// <summary>The command line, for the report.</summary>
    public required string Command { get; init; }
}

using Jinbang.Bench.Load.Players;

namespace Jinbang.Bench.Scale.Inputs;

/// <summary>Invents scores of one kind for so many players.</summary>
internal readonly struct ScoreSource(ScoreKind kind, int players)
{
    private const int SkewedRange = 1000;

    /// <summary>Scores lie from 0 up to, not including, this.</summary>
    public long Range { get; } = kind == ScoreKind.Uniform ? 10L * players : SkewedRange;

    /// <summary>The most that a small rise adds: on a uniform board about 50 places.</summary>
    public int LargestRise { get; } = kind == ScoreKind.Uniform ? 500 : 10;

    /// <summary>A random score.</summary>
    public long Draw(ref SplitMix64 random) => At((random.Next() >> 11) * (1.0 / (1L << 53)));

    /// <summary>The score below which this share (0 to under 1) of all scores lies.</summary>
    public long At(double share) => kind == ScoreKind.Uniform ? (long)(share * Range) : (long)(share * share * share * share * SkewedRange);
}

using Jinbang.Bench.Scale.Inputs;

namespace Jinbang.Bench.Scale.Cases;

/// <summary>A size and a kind of scores: measured in a process of its own.</summary>
internal readonly record struct CaseSpec(int Players, ScoreKind Scores)
{
    /// <summary>The scores to invent.</summary>
    public ScoreSource Source => new(Scores, Players);

    /// <summary>How many puts of random players the window is churned by.</summary>
    public int Churn => (int)Math.Clamp(2L * Players, 2_000_000, 20_000_000);

    /// <inheritdoc />
    public override string ToString() => $"{Players:N0}, {Scores.ToString().ToLowerInvariant()}";
}

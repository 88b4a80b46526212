namespace Jinbang.Bench.Scale.Inputs;

/// <summary>How the invented scores lie.</summary>
public enum ScoreKind
{
    /// <summary>Evenly from 0 to ten times the number of players: few ties.</summary>
    Uniform,

    /// <summary>From 0 to 999, most of them low: long ties.</summary>
    Skewed,
}

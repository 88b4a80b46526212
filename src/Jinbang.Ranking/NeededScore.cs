namespace Jinbang.Ranking;

/// <summary>Whether a place can be reached, and with what.</summary>
public enum NeededScoreKind
{
    /// <summary>With any score: the table is shorter than that.</summary>
    Any = 0,

    /// <summary>With the scores named, or better ones.</summary>
    AtLeast = 1,

    /// <summary>The player asked about already stands there or better.</summary>
    AlreadyThere = 2,

    /// <summary>Not at all: it would take more than the best score there is.</summary>
    Impossible = 3,
}

/// <summary>What it takes, at this moment, to reach a place.</summary>
/// <param name="Kind">Whether it can be reached.</param>
/// <param name="Scores">The worst scores that reach it, when <paramref name="Kind"/> is <see cref="NeededScoreKind.AtLeast"/>; else <c>default</c>.</param>
public readonly record struct NeededScore(NeededScoreKind Kind, ScoreColumns Scores = default);

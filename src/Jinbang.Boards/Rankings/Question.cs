using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Boards.Rankings;

/// <summary>Questions about a window that are answered with numbers. Those that are null are not asked.</summary>
public sealed record Question
{
    /// <summary>Whose "if": his present entry is left out of what-ifs. <c>default</c> for someone new.</summary>
    public PlayerId Player { get; init; }

    /// <summary>Scores whose rank, percentile and neighbours by count are wanted.</summary>
    public ScoreColumns? Scores { get; init; }

    /// <summary>A rank whose price is wanted, from 1.</summary>
    public int? Rank { get; init; }

    /// <summary>A percentile whose scores are wanted, 0 to 100, 100 the best.</summary>
    public decimal? Percentile { get; init; }
}

/// <summary>The answers to a <see cref="Question"/>, all of one moment.</summary>
public sealed record Answer
{
    /// <summary>The window.</summary>
    public required WindowInfo Window { get; init; }

    /// <summary>The board's version at that moment.</summary>
    public required long Version { get; init; }

    /// <summary>The rank that the scores would have if they were submitted now.</summary>
    public Rank? RankFor { get; init; }

    /// <summary>How many entries are better than the scores.</summary>
    public int? Better { get; init; }

    /// <summary>How many entries have the scores.</summary>
    public int? Equal { get; init; }

    /// <summary>How many entries are worse than the scores.</summary>
    public int? Worse { get; init; }

    /// <summary>The percentile rank of the scores, 0 to 100; null when the window is empty.</summary>
    public double? PercentileOf { get; init; }

    /// <summary>What it takes to reach the rank.</summary>
    public NeededScore? Needed { get; init; }

    /// <summary>The scores at the percentile; null when the window is empty.</summary>
    public ScoreColumns? ScoresAt { get; init; }
}

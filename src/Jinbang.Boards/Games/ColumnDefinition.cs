using Jinbang.Ranking;

namespace Jinbang.Boards.Games;

/// <summary>One column of a board's scores: the score itself, or a tie-breaker behind it.</summary>
public sealed record ColumnDefinition
{
    /// <summary>The most digits behind the point.</summary>
    public const int MostDecimals = 6;

    /// <summary>What the column is called in replies: 1 to 32 characters of <c>a-z 0-9 _</c>. The first column is always <c>score</c>.</summary>
    public string Name { get; init; } = "score";

    /// <summary>Which end of the column stands first.</summary>
    public ScoreOrder Order { get; init; } = ScoreOrder.HigherIsBetter;

    /// <summary>How many digits stand behind the point, 0 to 6. Values are kept as whole numbers of the last digit.</summary>
    public int Decimals { get; init; }

    /// <summary>The lowest value accepted, in units of the last digit; lower ones are refused.</summary>
    public long Lowest { get; init; } = long.MinValue;

    /// <summary>The highest value accepted, in units of the last digit; higher ones are refused.</summary>
    public long Highest { get; init; } = long.MaxValue;
}

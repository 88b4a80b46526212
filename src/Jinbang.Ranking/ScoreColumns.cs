namespace Jinbang.Ranking;

/// <summary>
/// A score of one to four columns that are compared as one: the first decides, of equal ones the second, and so on. Columns a board does not have are 0.
/// Which end of a column is better is the board's <see cref="ColumnOrder"/>. <c>default</c> is 0 in every column.
/// </summary>
/// <param name="First">The score itself.</param>
/// <param name="Second">The first tie-breaker.</param>
/// <param name="Third">The second tie-breaker.</param>
/// <param name="Fourth">The third tie-breaker.</param>
public readonly record struct ScoreColumns(long First, long Second = 0, long Third = 0, long Fourth = 0)
{
    /// <summary>The most columns there can be.</summary>
    public const int Most = 4;

    /// <summary>A score of one column.</summary>
    public static implicit operator ScoreColumns(Score score) => new(score.Value);

    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"{First},{Second},{Third},{Fourth}");
}

namespace Jinbang.Ranking;

/// <summary>
/// A score: any 64-bit integer, in the smallest unit of its board (decimals are a fixed-point scale of the board, never floating point).
/// Which end is better is the board's <see cref="ScoreOrder"/>. <c>default</c> is the score 0.
/// </summary>
public readonly record struct Score(long Value)
{
    /// <inheritdoc />
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

namespace Jinbang.Ranking;

/// <summary>
/// How many columns the scores of a board have and which end of each is better. Compares by content. <c>default</c> is not an order: it has no column.
/// </summary>
/// <remarks>
/// Inside the room a score is turned into a key, column by column, so that a smaller key is always better: the score itself where lower is better, its
/// complement where higher is better. The complement maps Int64 onto itself and turns it round, where a minus sign would overflow at its lower end.
/// </remarks>
public readonly record struct ColumnOrder
{
    private readonly byte higherIsBetter;

    /// <summary>An order of one to four columns, the most important first.</summary>
    /// <exception cref="ArgumentException">There is no column, or there are more than four.</exception>
    public ColumnOrder(params ReadOnlySpan<ScoreOrder> columns)
    {
        if (columns.Length is 0 or > ScoreColumns.Most)
        {
            throw new ArgumentException($"A score has 1 to {ScoreColumns.Most} columns, not {columns.Length}.", nameof(columns));
        }

        Columns = columns.Length;
        for (var column = 0; column < columns.Length; column++)
        {
            higherIsBetter |= (byte)(columns[column] switch
            {
                ScoreOrder.HigherIsBetter => 1 << column,
                ScoreOrder.LowerIsBetter => 0,
            });
        }
    }

    /// <summary>How many columns there are, 1 to 4; 0 only in <c>default</c>.</summary>
    public int Columns { get; }

    /// <summary>Which end of a column is better.</summary>
    /// <param name="column">From 0.</param>
    public ScoreOrder this[int column]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(column);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column, Columns);
            return MaskOf(column) == 0 ? ScoreOrder.LowerIsBetter : ScoreOrder.HigherIsBetter;
        }
    }

    /// <summary>An order of one column.</summary>
    public static implicit operator ColumnOrder(ScoreOrder order) => new(order);

    /// <summary>Whether the scores say nothing in columns that this order does not have.</summary>
    public bool Fits(in ScoreColumns scores) => Columns switch
    {
        1 => (scores.Second | scores.Third | scores.Fourth) == 0,
        2 => (scores.Third | scores.Fourth) == 0,
        3 => scores.Fourth == 0,
        _ => Columns == ScoreColumns.Most,
    };

    /// <summary>Negative when <paramref name="scores"/> stand before <paramref name="others"/>, positive when after them, 0 when they are equal.</summary>
    public int Compare(in ScoreColumns scores, in ScoreColumns others)
    {
        var (key, other) = (KeyOf(scores), KeyOf(others));
        return key.First != other.First ? key.First.CompareTo(other.First)
            : key.Second != other.Second ? key.Second.CompareTo(other.Second)
            : key.Third != other.Third ? key.Third.CompareTo(other.Third)
            : key.Fourth.CompareTo(other.Fourth);
    }

    /// <summary>The next better scores there are; false when there are none.</summary>
    public bool TryImprove(in ScoreColumns scores, out ScoreColumns better)
    {
        var key = KeyOf(scores);
        Span<long> columns = [key.First, key.Second, key.Third, key.Fourth];
        for (var column = Columns - 1; column >= 0; column--)
        {
            if (columns[column] != long.MinValue)
            {
                columns[column]--;
                better = ScoresOf(new ScoreColumns(columns[0], columns[1], columns[2], columns[3]));
                return true;
            }

            columns[column] = long.MaxValue;
        }

        better = default;
        return false;
    }

    /// <summary>The scores as keys: smaller is better. Columns that this order does not have stay 0.</summary>
    internal ScoreColumns KeyOf(in ScoreColumns scores) =>
        new(scores.First ^ MaskOf(0), scores.Second ^ MaskOf(1), scores.Third ^ MaskOf(2), scores.Fourth ^ MaskOf(3));

    /// <summary>The scores that a key stands for: turning twice is turning back.</summary>
    internal ScoreColumns ScoresOf(in ScoreColumns key) => KeyOf(key);

    /// <summary>All bits where higher is better, none where lower is.</summary>
    internal long MaskOf(int column) => -(long)((higherIsBetter >> column) & 1);
}

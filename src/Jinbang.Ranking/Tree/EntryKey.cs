namespace Jinbang.Ranking.Tree;

/// <summary>
/// What a table is sorted by, ascending: the keys of the score columns, then the order of arrival, then the player's number. Columns that a table does not have are
/// never looked at.
/// </summary>
internal readonly record struct EntryKey(ScoreColumns Scores, long Order, int Player) : IComparable<EntryKey>
{
    /// <summary>Stands before every entry of these scores.</summary>
    public static EntryKey Before(in ScoreColumns scores) => new(scores, long.MinValue, int.MinValue);

    /// <summary>Stands after every entry of these scores.</summary>
    public static EntryKey After(in ScoreColumns scores) => new(scores, long.MaxValue, int.MaxValue);

    /// <summary>The key of a column, from 0.</summary>
    public long this[int column] => column switch
    {
        0 => Scores.First,
        1 => Scores.Second,
        2 => Scores.Third,
        _ => Scores.Fourth,
    };

    public int CompareTo(EntryKey other) =>
        Scores.First != other.Scores.First ? Scores.First.CompareTo(other.Scores.First)
        : Scores.Second != other.Scores.Second ? Scores.Second.CompareTo(other.Scores.Second)
        : Scores.Third != other.Scores.Third ? Scores.Third.CompareTo(other.Scores.Third)
        : Scores.Fourth != other.Scores.Fourth ? Scores.Fourth.CompareTo(other.Scores.Fourth)
        : Order != other.Order ? Order.CompareTo(other.Order)
        : Player.CompareTo(other.Player);
}

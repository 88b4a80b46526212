namespace Jinbang.Ranking;

/// <summary>A place in a ranked set. The first place is 1; <c>default</c> means "not ranked".</summary>
/// <param name="Place">1 to the number of entries; 0 only in <c>default</c>.</param>
public readonly record struct Rank(int Place)
{
    /// <summary>Whether this is a place at all.</summary>
    public bool IsRanked => Place > 0;

    /// <inheritdoc />
    public override string ToString() => IsRanked ? Place.ToString(System.Globalization.CultureInfo.InvariantCulture) : "not ranked";
}

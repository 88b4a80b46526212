using System.Globalization;

namespace Jinbang.ProcessTests.Crash.Windows;

/// <summary>A score as it is submitted, with the tie-breaker of the boards that have one.</summary>
internal readonly record struct Points(long Score, long Hits)
{
    public static Points operator +(Points one, Points other) => new(one.Score + other.Score, one.Hits + other.Hits);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Score}/{Hits}");
}

/// <summary>What a board's entries and ranks follow, in the words of the v1 API.</summary>
internal sealed record BoardRules(string Keep, string Ties, string Order = "higher", bool HasHits = false)
{
    /// <summary>Below zero when the first stands before the second.</summary>
    public int Compare(Points one, Points other)
    {
        var scores = Order == "higher" ? other.Score.CompareTo(one.Score) : one.Score.CompareTo(other.Score);
        return scores != 0 ? scores : other.Hits.CompareTo(one.Hits);
    }

    /// <summary>The board as it is put, with these windows.</summary>
    public string Json(IEnumerable<string> windows) =>
        $$"""{"keep":"{{Keep}}","ties":"{{Ties}}","order":"{{Order}}","tie_breakers":[{{(HasHits ? """{"name":"hits"}""" : "")}}],"windows":[{{string.Join(',', windows)}}]}""";
}

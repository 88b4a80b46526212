namespace Jinbang.ProcessTests.Crash.Windows;

/// <summary>A line of a listed window.</summary>
/// <param name="Player">The player's external id.</param>
/// <param name="Points">What counts.</param>
/// <param name="Number">The submission that made it so, as the log counts.</param>
internal sealed record ListedLine(string Player, Points Points, long Number);

/// <summary>What a submission did in a window, as the server should answer it.</summary>
internal sealed record ListedResult(string Result, Points Points, int Rank, int? RankBefore, int Count);

/// <summary>A window of a board as a plain list that is searched from end to end. It shares nothing with the server but the rules' names.</summary>
internal sealed class ListedWindow
{
    private readonly Dictionary<string, ListedLine> lines = [];

    public int Count => lines.Count;

    public bool Has(string player) => lines.ContainsKey(player);

    public ListedResult Submit(BoardRules rules, string player, Points points, long number)
    {
        var before = lines.GetValueOrDefault(player);
        var rankBefore = before is null ? (int?)null : RankOf(rules, before);
        Points? after = before is null ? points : rules.Keep switch
        {
            "best" => rules.Compare(points, before.Points) < 0 ? points : null,
            "latest" => points != before.Points ? points : null,
            "sum" => points != default ? before.Points + points : null,
            _ => throw new ArgumentException($"No list keeps '{rules.Keep}'.", nameof(rules)),
        };
        if (after is { } kept)
        {
            lines[player] = new ListedLine(player, kept, number);
        }

        var line = lines[player];
        return new ListedResult(before is null ? "first" : after is null ? "not_better" : "improved", line.Points, RankOf(rules, line), rankBefore, lines.Count);
    }

    public void Remove(string player) => lines.Remove(player);

    /// <summary>All lines with their ranks, in the order in which they are shown.</summary>
    public IReadOnlyList<(int Rank, ListedLine Line)> Standings(BoardRules rules)
    {
        var sorted = lines.Values.ToList();
        sorted.Sort((one, other) => rules.Compare(one.Points, other.Points) is not 0 and var order ? order
            : rules.Ties == "later_first" ? other.Number.CompareTo(one.Number) : one.Number.CompareTo(other.Number));
        var ranks = new List<(int, ListedLine)>(sorted.Count);
        var (place, dense) = (0, 0);
        for (var i = 0; i < sorted.Count; i++)
        {
            if (i == 0 || sorted[i].Points != sorted[i - 1].Points)
            {
                (place, dense) = (i + 1, dense + 1);
            }

            ranks.Add((rules.Ties switch { "equal_place" => place, "equal_place_dense" => dense, _ => i + 1 }, sorted[i]));
        }

        return ranks;
    }

    private int RankOf(BoardRules rules, ListedLine line)
    {
        var better = lines.Values.Where(other => rules.Compare(other.Points, line.Points) < 0);
        return 1 + rules.Ties switch
        {
            "equal_place" => better.Count(),
            "equal_place_dense" => better.Select(static other => other.Points).Distinct().Count(),
            "later_first" => better.Count() + lines.Values.Count(other => other.Points == line.Points && other.Number > line.Number),
            _ => better.Count() + lines.Values.Count(other => other.Points == line.Points && other.Number < line.Number),
        };
    }
}

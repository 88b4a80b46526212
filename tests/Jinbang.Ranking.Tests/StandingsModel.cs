using Jinbang.Ranking;

namespace Jinbang.Ranking.Tests;

/// <summary>
/// The plainest standings there are: a sorted list, and every answer counted from what the words mean. Nothing here is taken from the code under test
/// but the values; scores are even compared anew. Entries have an order below <see cref="long.MaxValue"/>, which stands for "now".
/// </summary>
internal sealed class StandingsModel(ColumnOrder order) : IComparer<Entry>
{
    private readonly Dictionary<PlayerId, Entry> byPlayer = [];
    private readonly List<Entry> entries = [];

    public ColumnOrder Order => order;

    /// <summary>The entries in rank order, earlier first.</summary>
    public IReadOnlyList<Entry> Entries => entries;

    public int Count => entries.Count;

    public int DistinctCount => entries.Select(static entry => entry.Scores).Distinct().Count();

    /// <summary>Makes a model of many entries at once.</summary>
    public static StandingsModel Of(ColumnOrder order, IEnumerable<Entry> entries)
    {
        var model = new StandingsModel(order);
        model.entries.AddRange(entries);
        model.entries.Sort(model);
        foreach (var entry in model.entries)
        {
            model.byPlayer.Add(entry.Player, entry);
        }

        return model;
    }

    /// <summary>Puts an entry in place of the player's former one and tells its rank.</summary>
    public Rank Put(Entry entry)
    {
        Remove(entry.Player);
        byPlayer.Add(entry.Player, entry);
        var at = ~entries.BinarySearch(entry, this);
        entries.Insert(at, entry);
        return new Rank(at + 1);
    }

    /// <summary>Removes the player's entry and tells the rank it had, or <c>default</c>.</summary>
    public Rank Remove(PlayerId player)
    {
        if (!byPlayer.Remove(player, out var entry))
        {
            return default;
        }

        var at = entries.BinarySearch(entry, this);
        entries.RemoveAt(at);
        return new Rank(at + 1);
    }

    public bool TryGet(PlayerId player, out Entry entry) => byPlayer.TryGetValue(player, out entry);

    public Rank RankOf(PlayerId player) => byPlayer.TryGetValue(player, out var entry) ? new Rank(entries.BinarySearch(entry, this) + 1) : default;

    public Rank RankOf(PlayerId player, Reading reading) => Find(player, reading)?.Rank ?? default;

    public Standing? Find(PlayerId player, Reading reading = default) =>
        byPlayer.ContainsKey(player) ? Read(reading).Find(standing => standing.Entry.Player == player) : null;

    /// <summary>The whole table as a reading shows it.</summary>
    public List<Standing> Read(Reading reading)
    {
        var list = new List<Entry>(entries);
        if (reading.Ties == TieOrder.LaterFirst)
        {
            list = [.. entries.GroupBy(static entry => entry.Scores).SelectMany(static run => run.Reverse())];
        }

        var standings = new List<Standing>(list.Count);
        var (better, betterScores) = (0, 0);
        for (var i = 0; i < list.Count; i++)
        {
            if (i > 0 && list[i].Scores != list[i - 1].Scores)
            {
                (better, betterScores) = (i, betterScores + 1);
            }

            var rank = reading.Style switch
            {
                RankStyle.Ordinal => i,
                RankStyle.Competition => better,
                RankStyle.Dense => betterScores,
            };
            standings.Add(new Standing(new Rank(rank + 1), list[i]));
        }

        return standings;
    }

    /// <summary>The standings around a player: as many on either side, one more behind when the number is even, moved where the table ends.</summary>
    public List<Standing> Around(PlayerId player, int length, Reading reading)
    {
        var all = Read(reading);
        var at = all.FindIndex(standing => standing.Entry.Player == player);
        if (at < 0)
        {
            return [];
        }

        length = Math.Min(length, all.Count);
        var first = at - ((length - 1) / 2);
        while (first > 0 && first + length > all.Count)
        {
            first--;
        }

        return [.. all.Skip(Math.Max(0, first)).Take(length)];
    }

    public List<Standing> InScoreRange(ScoreColumns best, ScoreColumns worst, int skip, int length, Reading reading) =>
        [.. Read(reading).Where(standing => !IsBetter(standing.Entry.Scores, best) && !IsBetter(worst, standing.Entry.Scores)).Skip(skip).Take(length)];

    public int CountBetter(ScoreColumns scores) => entries.Count(entry => IsBetter(entry.Scores, scores));

    public int CountEqual(ScoreColumns scores) => entries.Count(entry => entry.Scores == scores);

    public int CountWorse(ScoreColumns scores) => entries.Count(entry => IsBetter(scores, entry.Scores));

    public double? PercentileOf(ScoreColumns scores) =>
        Count == 0 ? null : 100.0 * (CountWorse(scores) + (0.5 * CountEqual(scores))) / Count;

    /// <summary>From the worst upwards the first scores that a share of the entries, as large as asked, are not better than.</summary>
    public ScoreColumns? ScoresAtPercentile(decimal percent)
    {
        for (var i = Count - 1; i >= 0; i--)
        {
            // Of equal scores this may be one in the middle: the share below the run's first is the run's.
            if ((Count - i) * 100m >= percent * Count)
            {
                return entries[i].Scores;
            }
        }

        return null;
    }

    /// <summary>The rank after the scores really came in as the latest.</summary>
    public Rank RankFor(ScoreColumns scores, Reading reading, PlayerId player)
    {
        var newcomer = player.IsSome ? player : new PlayerId(int.MaxValue);
        var then = new StandingsModel(order);
        then.entries.AddRange(entries.Where(entry => entry.Player != newcomer || !player.IsSome));
        var now = new Entry(newcomer, scores, long.MaxValue);
        then.entries.Insert(~then.entries.BinarySearch(now, this), now);
        return then.Read(reading).Find(standing => standing.Entry.Order == long.MaxValue).Rank;
    }

    /// <summary>
    /// The worst scores that would get the rank or a better one. A rank changes only where scores equal those of an entry or are the next better ones,
    /// and never falls when scores rise: the worst that will do is among these, and among the worst scores there are.
    /// </summary>
    public NeededScore ScoresNeededFor(Rank rank, Reading reading, PlayerId player)
    {
        if (player.IsSome && RankOf(player, reading) is { IsRanked: true } own && own.Place <= rank.Place)
        {
            return new NeededScore(NeededScoreKind.AlreadyThere);
        }

        if ((reading.Style == RankStyle.Dense ? DistinctCount : Count) < rank.Place)
        {
            return new NeededScore(NeededScoreKind.Any);
        }

        var candidates = new List<ScoreColumns> { Worst() };
        foreach (var scores in entries.Select(static entry => entry.Scores).Distinct().Reverse())
        {
            candidates.Add(scores);
            if (NextBetter(scores) is { } better)
            {
                candidates.Add(better);
            }
        }

        var (low, high) = (0, candidates.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = RankFor(candidates[middle], reading, player).Place <= rank.Place ? (low, middle) : (middle + 1, high);
        }

        return low == candidates.Count ? new NeededScore(NeededScoreKind.Impossible) : new NeededScore(NeededScoreKind.AtLeast, candidates[low]);
    }

    public bool IsBetter(ScoreColumns scores, ScoreColumns others)
    {
        for (var column = 0; column < order.Columns; column++)
        {
            var (one, other) = (Column(scores, column), Column(others, column));
            if (one != other)
            {
                return order[column] == ScoreOrder.HigherIsBetter ? one > other : one < other;
            }
        }

        return false;
    }

    public int Compare(Entry x, Entry y) =>
        IsBetter(x.Scores, y.Scores) ? -1
        : IsBetter(y.Scores, x.Scores) ? 1
        : x.Order != y.Order ? x.Order.CompareTo(y.Order)
        : x.Player.Number.CompareTo(y.Player.Number);

    /// <summary>The worst scores that can be written.</summary>
    public ScoreColumns Worst() => Columns(column => order[column] == ScoreOrder.HigherIsBetter ? long.MinValue : long.MaxValue);

    /// <summary>The best scores that can be written.</summary>
    public ScoreColumns Best() => Columns(column => order[column] == ScoreOrder.HigherIsBetter ? long.MaxValue : long.MinValue);

    /// <summary>The next better scores, by counting the last column on; a column at its best end starts again at its worst and carries.</summary>
    private ScoreColumns? NextBetter(ScoreColumns scores)
    {
        for (var carry = order.Columns - 1; carry >= 0; carry--)
        {
            if (Column(scores, carry) == Column(Best(), carry))
            {
                continue;
            }

            var at = carry;
            return Columns(column => column < at ? Column(scores, column)
                : column > at ? Column(Worst(), column)
                : Column(scores, column) + (order[column] == ScoreOrder.HigherIsBetter ? 1 : -1));
        }

        return null;
    }

    private ScoreColumns Columns(Func<int, long> value)
    {
        var columns = new long[ScoreColumns.Most];
        for (var column = 0; column < order.Columns; column++)
        {
            columns[column] = value(column);
        }

        return new ScoreColumns(columns[0], columns[1], columns[2], columns[3]);
    }

    private static long Column(ScoreColumns scores, int column) => column switch
    {
        0 => scores.First,
        1 => scores.Second,
        2 => scores.Third,
        _ => scores.Fourth,
    };
}

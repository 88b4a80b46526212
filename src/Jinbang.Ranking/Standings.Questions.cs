namespace Jinbang.Ranking;

public abstract partial class Standings
{
    /// <summary>How many entries are better than these scores.</summary>
    public int CountBetter(in ScoreColumns scores)
    {
        Check(scores);
        return CountBefore(scores);
    }

    /// <summary>How many entries have these scores.</summary>
    public int CountEqual(in ScoreColumns scores)
    {
        Check(scores);
        return CountThrough(scores) - CountBefore(scores);
    }

    /// <summary>How many entries are worse than these scores.</summary>
    public int CountWorse(in ScoreColumns scores)
    {
        Check(scores);
        return Count - CountThrough(scores);
    }

    /// <summary>
    /// The percentile rank of scores, from 0 to 100: the share of entries that are worse, and half of those that are equal. Null when the table is empty.
    /// </summary>
    /// <remarks>The usual definition in statistics; the player who is asked about counts among the equal ones. "Better than x % of all" is <see cref="CountWorse"/> over <see cref="Count"/>.</remarks>
    public double? PercentileOf(in ScoreColumns scores)
    {
        Check(scores);
        return Count == 0 ? null : 50.0 * ((2L * Count) - CountThrough(scores) - CountBefore(scores)) / Count;
    }

    /// <summary>
    /// The scores at a percentile, by nearest rank: the worst scores of the table that at least this share of its entries do not exceed.
    /// 100 is the best, 50 the median, 0 the worst. Null when the table is empty.
    /// </summary>
    /// <param name="percent">From 0 to 100.</param>
    public ScoreColumns? ScoresAtPercentile(decimal percent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(percent, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        if (Count == 0)
        {
            return null;
        }

        var fromWorst = Math.Max(1, (int)Math.Ceiling(percent * Count / 100));
        return EntryAtPosition(Count - fromWorst).Scores;
    }

    /// <summary>The rank that scores would have if they were submitted now, as the latest.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="reading">How the table is read.</param>
    /// <param name="player">Who would submit them: his present entry, if he has one, would be gone. <c>default</c> for someone new.</param>
    public Rank RankFor(in ScoreColumns scores, Reading reading = default, PlayerId player = default)
    {
        Check(scores);
        var better = CountBefore(scores);
        var through = reading is { Style: RankStyle.Ordinal, Ties: TieOrder.EarlierFirst } ? CountThrough(scores) : better;
        var standing = player.IsSome ? Find(player) : null;
        var own = standing is { } known ? known.Rank.Place - 1 : int.MaxValue;
        if (reading.Style != RankStyle.Dense)
        {
            return new Rank(through + (own < through ? 0 : 1));
        }

        var runs = better == 0 ? 0 : DistinctThrough(better - 1);
        var leavesNobody = own < better && CountEqual(standing!.Value.Entry.Scores) == 1;
        return new Rank(runs + (leavesNobody ? 0 : 1));
    }

    /// <summary>What it takes now to reach a rank, or a better one.</summary>
    /// <param name="rank">The rank wanted, from 1, in the numbers of the reading's style.</param>
    /// <param name="reading">How the table is read.</param>
    /// <param name="player">Who wants it; <c>default</c> for someone new.</param>
    public NeededScore ScoresNeededFor(Rank rank, Reading reading = default, PlayerId player = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rank.Place, 1);
        if (player.IsSome && RankOf(player, reading) is { IsRanked: true } own && own.Place <= rank.Place)
        {
            return new NeededScore(NeededScoreKind.AlreadyThere);
        }

        // Who wants to rise stands below: without his entry the entries up to that rank are the same.
        if (rank.Place > (reading.Style == RankStyle.Dense ? DistinctCount : Count))
        {
            return new NeededScore(NeededScoreKind.Any);
        }

        var there = EntryAtPosition(reading.Style == RankStyle.Dense ? StartOfRun(rank.Place - 1) : rank.Place - 1).Scores;
        if (reading is not { Style: RankStyle.Ordinal, Ties: TieOrder.EarlierFirst })
        {
            return new NeededScore(NeededScoreKind.AtLeast, there);
        }

        return Order.TryImprove(there, out var better) ? new NeededScore(NeededScoreKind.AtLeast, better) : new NeededScore(NeededScoreKind.Impossible);
    }
}

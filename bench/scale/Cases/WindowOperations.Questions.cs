using Jinbang.Ranking;

namespace Jinbang.Bench.Scale.Cases;

// The questions. A loop each: a delegate per call would cost as much as the smaller ones.
internal sealed partial class WindowOperations
{
    private long Rank(int count)
    {
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            sum += window.RankOf(draws.Player()).Place;
        }

        return sum;
    }

    private long OwnScore(int count)
    {
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            _ = window.TryGetScores(draws.Player(), out var scores);
            sum += scores.First;
        }

        return sum;
    }

    private long EntryAt(int count)
    {
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            sum += window.EntryAt(new Rank(draws.Number())).Order;
        }

        return sum;
    }

    private long Range(int count)
    {
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            sum += window.CopyRange(new Rank(draws.Number()), page) + page[0].Order;
        }

        return sum;
    }

    private long Top(int count)
    {
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            sum += window.CopyRange(new Rank(1), page) + page[0].Order;
        }

        return sum;
    }

    private long Around(int count)
    {
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            sum += window.CopyAround(draws.Player(), around) + around[0].Rank.Place;
        }

        return sum;
    }

    private long CountBetter(int count)
    {
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            sum += window.CountBetter(new Score(draws.Score()));
        }

        return sum;
    }

    private long Percentile(int count)
    {
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            sum += (long)(window.PercentileOf(new Score(draws.Score())) ?? 0);
        }

        return sum;
    }

    private long Competition(int count)
    {
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            sum += window.RankOf(draws.Player(), new Reading(RankStyle.Competition)).Place;
        }

        return sum;
    }

    private long Dense(int count)
    {
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            sum += window.RankOf(draws.Player(), new Reading(RankStyle.Dense)).Place;
        }

        return sum;
    }

    private long LaterFirst(int count)
    {
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            sum += window.RankOf(draws.Player(), new Reading(RankStyle.Ordinal, TieOrder.LaterFirst)).Place;
        }

        return sum;
    }
}

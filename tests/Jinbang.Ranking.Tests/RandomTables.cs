using Jinbang.Ranking;

namespace Jinbang.Ranking.Tests;

/// <summary>Random tables of every make: one to four columns, both orders, few or many ties, extremes, dense and sparse player numbers.</summary>
internal static class RandomTables
{
    /// <summary>A random table.</summary>
    /// <param name="random">Decides everything that is not given.</param>
    /// <param name="count">How many entries.</param>
    /// <param name="highestPlayer">Player numbers go from 1 to this, or to the count where that is more.</param>
    public static StandingsModel Next(Random random, int count, int highestPlayer)
    {
        var columns = new ScoreOrder[random.Next(1, ScoreColumns.Most + 1)];
        foreach (ref var column in columns.AsSpan())
        {
            column = random.Next(2) == 0 ? ScoreOrder.HigherIsBetter : ScoreOrder.LowerIsBetter;
        }

        return Next(random, count, highestPlayer, new ColumnOrder(columns));
    }

    /// <inheritdoc cref="Next(Random, int, int)" />
    public static StandingsModel Next(Random random, int count, int highestPlayer, ColumnOrder order)
    {
        // How many different values a column has; the last one is as good as none the same.
        int[] widths = [1, 2, 4, 30, int.MaxValue];
        var width = widths[random.Next(widths.Length)];
        var numbers = new HashSet<int>();
        if (highestPlayer <= count)
        {
            numbers.UnionWith(Enumerable.Range(1, count));
        }

        while (numbers.Count < count)
        {
            numbers.Add(random.Next(1, highestPlayer + 1));
        }

        return StandingsModel.Of(order, numbers.Select(number => new Entry(new PlayerId(number), Scores(random, order, width), random.NextInt64(-1000, long.MaxValue - 1))));
    }

    /// <summary>Random scores.</summary>
    /// <param name="random">Decides.</param>
    /// <param name="order">Says how many columns they have.</param>
    /// <param name="width">How many different values a column has, but for the extremes; <see cref="int.MaxValue"/> for any.</param>
    public static ScoreColumns Scores(Random random, ColumnOrder order, int width)
    {
        Span<long> columns = stackalloc long[ScoreColumns.Most];
        columns.Clear();
        foreach (ref var column in columns[..order.Columns])
        {
            column = random.Next(20) switch
            {
                0 => long.MinValue,
                1 => long.MaxValue,
                _ when width == int.MaxValue => random.NextInt64(long.MinValue, long.MaxValue),
                _ => random.Next(width) - (width / 2),
            };
        }

        return new ScoreColumns(columns[0], columns[1], columns[2], columns[3]);
    }
}

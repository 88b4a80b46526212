using Jinbang.Bench.Load.Players;
using Jinbang.Bench.Scale.Measuring;
using Jinbang.Ranking;

namespace Jinbang.Bench.Scale.Cases;

/// <summary>Question 6: what do further columns of a score cost? The first is a sixteenth of the case's score, so that the others decide often.</summary>
internal sealed class SeveralColumns
{
    /// <summary>Larger windows are left out.</summary>
    public const int MostPlayers = 10_000_000;

    private readonly CaseSpec spec;
    private readonly int columns;
    private readonly Draws draws;
    private readonly RankedSet window;
    private SplitMix64 random = new(5);

    private SeveralColumns(CaseSpec spec, int columns)
    {
        this.spec = spec;
        this.columns = columns;
        draws = new Draws(spec.Players, spec.Source);
        window = Fill();
    }

    /// <summary>Loads a window, churns it as the first one, and measures rank and put.</summary>
    public static ColumnsSection Measure(CaseSpec spec, int columns)
    {
        var before = Memory.LiveBytes();
        var several = new SeveralColumns(spec, columns);
        _ = several.Put(spec.Churn);
        var bytes = (double)(Memory.LiveBytes() - before) / spec.Players;
        var ns = CpuTimer.Measure([
            new(OperationNames.Rank, several.Rank, several.draws.Players),
            new(OperationNames.Put, several.Put, several.Draw),
        ]);
        return new(columns, ns[OperationNames.Rank], ns[OperationNames.Put], bytes);
    }

    private RankedSet Fill()
    {
        var builder = new RankedSetBuilder(new ColumnOrder(Enumerable.Repeat(ScoreOrder.HigherIsBetter, columns).ToArray()));
        for (var number = 1; number <= spec.Players; number++)
        {
            builder.Add(Widened(draws.EntryOf(new PlayerId(number), draws.Score())));
        }

        return builder.Build();
    }

    private Entry Widened(in Entry entry)
    {
        var bits = random.Next();
        var (first, second) = (entry.Scores.First >> 4, (long)(bits & 15));
        return entry with { Scores = columns == 2 ? new(first, second) : new(first, second, (long)((bits >> 4) & 15), (long)((bits >> 8) & 15)) };
    }

    private long Draw(int count)
    {
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            var entry = Widened(draws.Entry());
            sum += entry.Player.Number + entry.Scores.Second;
        }

        return sum;
    }

    private long Rank(int count)
    {
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            sum += window.RankOf(draws.Player()).Place;
        }

        return sum;
    }

    private long Put(int count)
    {
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            sum += window.Put(Widened(draws.Entry())).Place;
        }

        return sum;
    }
}

using BenchmarkDotNet.Attributes;
using Jinbang.Ranking;

namespace Jinbang.Bench.Micro;

/// <summary>What one operation of the ranked set costs, at three sizes, with random players and rising scores.</summary>
[MemoryDiagnoser]
public class RankedSetBenchmarks
{
    private const int LargestRise = 50;
    private readonly Entry[] page = new Entry[100];
    private RankedSet set = new(ScoreOrder.HigherIsBetter);
    private Random random = new(1);
    private long order;

    /// <summary>Entries in the set.</summary>
    [Params(10_000, 1_000_000, 10_000_000)]
    public int Players { get; set; }

    /// <summary>Fills the set with scores spread over a range as large as itself.</summary>
    [GlobalSetup]
    public void Fill()
    {
        random = new Random(1);
        var entries = new Entry[Players];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = new Entry(new PlayerId(i + 1), new Score(random.Next(Players)), i);
        }

        order = Players;
        set = RankedSet.Build(ScoreOrder.HigherIsBetter, entries);
    }

    /// <summary>A random player's score rises a little.</summary>
    [Benchmark]
    public Rank Put()
    {
        var player = APlayer();
        set.TryGet(player, out var entry);
        return set.Put(entry with { Scores = new ScoreColumns(entry.Scores.First + 1 + random.Next(LargestRise)), Order = ++order });
    }

    /// <summary>The place of a random player.</summary>
    [Benchmark]
    public Rank RankOf() => set.RankOf(APlayer());

    /// <summary>Who stands at a random place.</summary>
    [Benchmark]
    public Entry EntryAt() => set.EntryAt(new Rank(random.Next(1, Players + 1)));

    /// <summary>The first hundred.</summary>
    [Benchmark]
    public int TopHundred() => set.CopyRange(new Rank(1), page);

    private PlayerId APlayer() => new(random.Next(1, Players + 1));
}

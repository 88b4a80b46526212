using Jinbang.Bench.Load.Players;
using Jinbang.Bench.Scale.Measuring;
using Jinbang.Ranking;

namespace Jinbang.Bench.Scale.Cases;

/// <summary>Question 5: what do a sparse window and small boards of the same game take?</summary>
internal static class FurtherWindows
{
    private const int PutsPerEntry = 3;
    private const int LightEntries = 100_000;
    private const int LightWindows = 100;
    private const int SmallBoardEntries = 100;

    /// <summary>Makes them, lets their scores change and weighs them.</summary>
    public static FurtherSection Measure(CaseSpec spec)
    {
        var random = new SplitMix64(4);
        var sparse = Weigh(spec, Math.Max(1, spec.Players / 100), ref random);
        var small = Weigh(spec, Math.Min(SmallBoardEntries, spec.Players), ref random);
        return new(sparse.Entries, sparse.Bytes / sparse.Entries, sparse.LeafFill, small.Bytes);
    }

    /// <summary>The bytes of a window of so many entries, from a hundred of them where one would be too light to weigh.</summary>
    private static (int Entries, double Bytes, double LeafFill) Weigh(CaseSpec spec, int entries, ref SplitMix64 random)
    {
        var members = new int[entries];
        var windows = new RankedSet[entries < LightEntries ? LightWindows : 1];
        var before = Memory.LiveBytes();
        for (var window = 0; window < windows.Length; window++)
        {
            windows[window] = Make(spec, members, ref random);
        }

        var bytes = (double)(Memory.LiveBytes() - before) / windows.Length;
        var fill = windows.Average(static window => window.LeafFill);
        GC.KeepAlive(members);
        return (entries, bytes, fill);
    }

    /// <summary>A window of random players of the game, each of whom comes a few times.</summary>
    private static RankedSet Make(CaseSpec spec, int[] members, ref SplitMix64 random)
    {
        var window = new RankedSet(ScoreOrder.HigherIsBetter);
        var scores = spec.Source;
        var order = 0L;
        while (window.Count < members.Length)
        {
            var number = 1 + random.Next(spec.Players);
            members[window.Count] = number;
            window.Put(new Entry(new PlayerId(number), new Score(scores.Draw(ref random)), ++order));
        }

        for (var put = 0; put < (long)members.Length * PutsPerEntry; put++)
        {
            window.Put(new Entry(new PlayerId(members[random.Next(members.Length)]), new Score(scores.Draw(ref random)), ++order));
        }

        return window;
    }
}

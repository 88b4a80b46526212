using System.Diagnostics;
using Jinbang.Bench.Load.Players;
using Jinbang.Bench.Scale.Inputs;
using Jinbang.Bench.Scale.Measuring;
using Jinbang.Ranking;

namespace Jinbang.Bench.Scale.Cases;

/// <summary>Question 2: how long does it take to load a window?</summary>
internal static class WindowLoad
{
    // A prime larger than any size: its multiples visit every player once.
    private const long Stride = 2_654_435_761;

    /// <summary>Loads a window of every player twice, the second one stays.</summary>
    public static (RankedSet Window, LoadSection Section) Measure(CaseSpec spec)
    {
        var small = spec with { Players = 1_000 };
        WarmUp.Run(() => FillSorted(small), () => FillUnsorted(small));
        _ = Memory.Tidied();
        var sortedMs = TimeSorted(spec);
        var before = Memory.Tidied();
        Memory.ForgetPeak();
        var started = Stopwatch.GetTimestamp();
        var window = FillUnsorted(spec);
        var unsortedMs = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        return (window, new(sortedMs, unsortedMs, (double)(Memory.LiveBytes() - before.Live) / spec.Players, window.LeafFill));
    }

    private static double TimeSorted(CaseSpec spec)
    {
        var started = Stopwatch.GetTimestamp();
        var window = FillSorted(spec);
        var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        return window.Count == spec.Players ? elapsed : throw new InvalidOperationException("Entries are missing.");
    }

    /// <summary>In rank order; neighbours are far apart in the players' order.</summary>
    private static RankedSet FillSorted(CaseSpec spec)
    {
        var builder = new RankedSetBuilder(ScoreOrder.HigherIsBetter);
        var scores = spec.Source;
        var (player, step, share) = (0, (int)(Stride % spec.Players), 1.0 / spec.Players);
        for (var at = 0; at < spec.Players; at++)
        {
            builder.Add(new Entry(new PlayerId(player + 1), new Score(scores.At(1 - ((at + 0.5) * share))), at + 1));
            player += step;
            player -= player >= spec.Players ? spec.Players : 0;
        }

        return builder.Build();
    }

    private static RankedSet FillUnsorted(CaseSpec spec)
    {
        var builder = new RankedSetBuilder(ScoreOrder.HigherIsBetter);
        var scores = spec.Source;
        var random = new SplitMix64(1);
        for (var number = 1; number <= spec.Players; number++)
        {
            builder.Add(new Entry(new PlayerId(number), new Score(scores.Draw(ref random)), number));
        }

        return builder.Build();
    }
}

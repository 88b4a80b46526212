using System.Diagnostics;
using Jinbang.Bench.Load.Players;
using Jinbang.Bench.Scale.Measuring;
using Jinbang.Ranking;

namespace Jinbang.Bench.Scale.Cases;

/// <summary>Question 3: does a window stay as small, and is every put short, when random players come with new scores for long?</summary>
internal static class Churn
{
    /// <summary>Puts the case's number of random players, one by one under a stopwatch.</summary>
    /// <param name="spec">The case.</param>
    /// <param name="window">The window of all players.</param>
    /// <param name="directoryBytes">Bytes per player of the directory beside it.</param>
    /// <param name="beforeWindow">Memory before the window.</param>
    public static ChurnSection Measure(CaseSpec spec, RankedSet window, double directoryBytes, Memory beforeWindow)
    {
        var puts = Run(spec, window);
        var after = Memory.Now();
        var peak = Memory.PeakBytes();
        var tidied = Memory.Tidied();
        var windowBytes = (double)(after.Live - beforeWindow.Live) / spec.Players;
        return new(
            puts,
            windowBytes,
            window.LeafFill,
            directoryBytes + windowBytes,
            after.Resident,
            tidied.Resident,
            peak);
    }

    private static Pauses Run(CaseSpec spec, RankedSet window)
    {
        var random = new SplitMix64(2);
        var scores = spec.Source;
        var warmUp = new PauseWatch();
        long order = spec.Players;
        WarmUp.Run(() => Put(window, spec.Players, scores, ref random, ref order, 500, warmUp));
        var watch = new PauseWatch();
        Put(window, spec.Players, scores, ref random, ref order, spec.Churn, watch);
        return watch.Result();
    }

    private static void Put(RankedSet window, int players, Inputs.ScoreSource scores, ref SplitMix64 random, ref long order, int puts, PauseWatch watch)
    {
        for (var i = 0; i < puts; i++)
        {
            var entry = new Entry(new PlayerId(1 + random.Next(players)), new Score(scores.Draw(ref random)), ++order);
            var started = Stopwatch.GetTimestamp();
            window.Put(entry);
            watch.Record(started);
        }
    }
}

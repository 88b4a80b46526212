using System.Diagnostics;
using Jinbang.Bench.Load.Measuring;
using Jinbang.Bench.Scale.Cases;
using Jinbang.Bench.Scale.Measuring;
using Jinbang.Ranking;

namespace Jinbang.Bench.Scale.Fairness;

/// <summary>Question 7: one thread puts without a pause; what do readers beside it get?</summary>
internal static class ReadersBesideWriter
{
    private static readonly TimeSpan ShortTime = TimeSpan.FromMilliseconds(300);
    private static readonly double NsPerTick = 1e9 / Stopwatch.Frequency;

    /// <summary>Measures every way of sharing with one and with three readers.</summary>
    public static IReadOnlyList<FairnessRow> Measure(RankedSet window, CaseSpec spec, TimeSpan duration)
    {
        SharedWindow[] ways = [new PlainlyShared(window, 1), new PlainlyShared(window, 64), new FairlyShared(window)];
        var rows = new List<FairnessRow>();
        foreach (var way in ways)
        {
            foreach (var readers in (int[])[1, 3])
            {
                _ = Together(way, readers, spec, ShortTime);
                rows.Add(Together(way, readers, spec, duration));
                Progress.Show($"{rows[^1]}");
            }
        }

        return rows;
    }

    private static FairnessRow Together(SharedWindow way, int readers, CaseSpec spec, TimeSpan duration)
    {
        using var end = new CancellationTokenSource();
        using var start = new Barrier(readers + 2);
        var puts = 0L;
        var waits = new Histogram[readers];
        Thread[] threads =
        [
            new(() => puts = Write(way, new Draws(spec.Players, spec.Source), start, end.Token)),
            .. Enumerable.Range(0, readers).Select(reader => new Thread(() => waits[reader] = Read(way, new Draws(spec.Players, spec.Source, seed: 100UL + (ulong)reader), start, end.Token))),
        ];
        Array.ForEach(threads, static thread => thread.Start());
        start.SignalAndWait();
        var started = Stopwatch.GetTimestamp();
        end.Token.WaitHandle.WaitOne(duration);
        end.Cancel();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Array.ForEach(threads, static thread => thread.Join());
        var all = new Histogram();
        Array.ForEach(waits, all.Add);
        return new(way.Name, readers, puts / seconds, all.Count / seconds, all.PercentileNs(0.9999) / 1e6, all.MaxNs / 1e6);
    }

    private static long Write(SharedWindow way, Draws draws, Barrier start, CancellationToken end)
    {
        var puts = 0L;
        start.SignalAndWait(CancellationToken.None);
        while (!end.IsCancellationRequested)
        {
            puts += way.Write(draws);
        }

        return puts;
    }

    private static Histogram Read(SharedWindow way, Draws draws, Barrier start, CancellationToken end)
    {
        var waits = new Histogram();
        start.SignalAndWait(CancellationToken.None);
        while (!end.IsCancellationRequested)
        {
            var player = draws.Player();
            var started = Stopwatch.GetTimestamp();
            _ = way.Rank(player);
            waits.Record((long)((Stopwatch.GetTimestamp() - started) * NsPerTick));
        }

        return waits;
    }
}

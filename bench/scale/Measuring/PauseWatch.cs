using System.Diagnostics;

namespace Jinbang.Bench.Scale.Measuring;

/// <summary>
/// Times single calls of one thread. A long one may be the machine's doing, which gave the processor to somebody else; so the thread's CPU time is
/// read now and then, and after every long call: a call has not used more of it than passed since the last reading.
/// </summary>
internal sealed class PauseWatch
{
    private const int CallsBetweenReadings = 64;
    private const double LongNs = 200_000;
    private const double OneMs = 1_000_000;
    private static readonly double NsPerTick = 1e9 / Stopwatch.Frequency;

    private readonly TimeSpan collectedBefore = GC.GetTotalPauseDuration();
    private readonly int collectionsBefore = GC.CollectionCount(0);
    private int collectionsSeen = GC.CollectionCount(0);
    private long cpu = ThreadCpu.Nanoseconds();
    private double longestCollectionMs;
    private long calls;
    private long ticks;
    private double longestNs;
    private double longestOwnNs;
    private long overOne;
    private long overTen;
    private long ownOverOne;
    private long ownOverTen;

    /// <summary>A call has ended that began at this timestamp.</summary>
    public void Record(long started)
    {
        var elapsed = Stopwatch.GetTimestamp() - started;
        ticks += elapsed;
        calls++;
        var ns = elapsed * NsPerTick;
        longestNs = Math.Max(longestNs, ns);
        if (ns > LongNs)
        {
            RecordLong(ns);
        }
        else
        {
            longestOwnNs = Math.Max(longestOwnNs, ns);
            if (calls % CallsBetweenReadings == 0)
            {
                LookAround();
            }
        }
    }

    /// <summary>What was seen until now.</summary>
    public Pauses Result()
    {
        LookAround();
        return new()
        {
            Calls = calls,
            MeanNs = ticks * NsPerTick / calls,
            LongestMs = longestNs / OneMs,
            OverOne = overOne,
            OverTen = overTen,
            LongestOwnMs = longestOwnNs / OneMs,
            OwnOverOne = ownOverOne,
            OwnOverTen = ownOverTen,
            Collections = collectionsSeen - collectionsBefore,
            CollectionsMs = (GC.GetTotalPauseDuration() - collectedBefore).TotalMilliseconds,
            LongestCollectionMs = longestCollectionMs,
        };
    }

    private void RecordLong(double ns)
    {
        var own = Math.Min(ns, ThreadCpu.Nanoseconds() - cpu);
        longestOwnNs = Math.Max(longestOwnNs, own);
        overOne += ns > OneMs ? 1 : 0;
        overTen += ns > 10 * OneMs ? 1 : 0;
        ownOverOne += own > OneMs ? 1 : 0;
        ownOverTen += own > 10 * OneMs ? 1 : 0;
        LookAround();
    }

    private void LookAround()
    {
        var collections = GC.CollectionCount(0);
        if (collections != collectionsSeen)
        {
            collectionsSeen = collections;
            foreach (var pause in GC.GetGCMemoryInfo(GCKind.Any).PauseDurations)
            {
                longestCollectionMs = Math.Max(longestCollectionMs, pause.TotalMilliseconds);
            }
        }

        cpu = ThreadCpu.Nanoseconds();
    }
}

using System.Numerics;

namespace Jinbang.Bench.Load.Measuring;

/// <summary>
/// Counts durations in buckets whose width grows with the value: below 128 ns one per nanosecond, above it 128 per power of two, so a
/// percentile is at most 0.4 % from the recorded value. Covers 0 to 60 seconds (longer counts as 60 s). One thread, no allocation when recording.
/// </summary>
internal sealed class Histogram
{
    /// <summary>The longest duration told apart, in nanoseconds.</summary>
    public const long LongestNs = 60_000_000_000;

    private const int BitsPerOctave = 7;
    private const int BucketsPerOctave = 1 << BitsPerOctave;

    private readonly long[] _counts = new long[BucketOf(LongestNs) + 1];

    /// <summary>How many durations were recorded.</summary>
    public long Count { get; private set; }

    /// <summary>The longest recorded duration, exact, in nanoseconds.</summary>
    public long MaxNs { get; private set; }

    /// <summary>Adds one duration in nanoseconds.</summary>
    public void Record(long ns)
    {
        ns = Math.Clamp(ns, 0, LongestNs);
        _counts[BucketOf(ns)]++;
        Count++;
        MaxNs = Math.Max(MaxNs, ns);
    }

    /// <summary>Adds all that another histogram recorded.</summary>
    public void Add(Histogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        Count += other.Count;
        MaxNs = Math.Max(MaxNs, other.MaxNs);
    }

    /// <summary>The duration, in nanoseconds, that this share (0 to 1) of all recorded ones does not exceed; 0 when nothing was recorded.</summary>
    public long PercentileNs(double share)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(share * Count));
        var seen = 0L;
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= wanted)
                return Math.Min(MiddleOf(bucket), MaxNs);
        }

        return MaxNs;
    }

    private static int BucketOf(long ns)
    {
        if (ns < BucketsPerOctave)
            return (int)ns;
        var shift = BitOperations.Log2((ulong)ns) - BitsPerOctave;
        return (shift * BucketsPerOctave) + (int)(ns >> shift);
    }

    private static long MiddleOf(int bucket)
    {
        if (bucket < 2 * BucketsPerOctave)
            return bucket;
        var shift = (bucket / BucketsPerOctave) - 1;
        var start = (long)(bucket - (shift * BucketsPerOctave)) << shift;
        return start + (1L << shift >> 1);
    }
}

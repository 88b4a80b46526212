using System.Runtime.InteropServices;

namespace Jinbang.Bench.Scale.Measuring;

/// <summary>The CPU time of the calling thread: what it waits for a processor does not count.</summary>
internal static partial class ThreadCpu
{
    private const int ThreadClock = 3;

    /// <summary>Nanoseconds since the thread began.</summary>
    public static long Nanoseconds()
    {
        _ = clock_gettime(ThreadClock, out var time);
        return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out TimeSpec time);

    private readonly struct TimeSpec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}

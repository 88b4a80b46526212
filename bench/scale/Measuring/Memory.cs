using System.Globalization;

namespace Jinbang.Bench.Scale.Measuring;

/// <summary>What the process holds at a moment.</summary>
/// <param name="Live">Bytes of live objects, after a full collection.</param>
/// <param name="Resident">Bytes of resident memory, before that collection.</param>
internal readonly record struct Memory(long Live, long Resident)
{
    /// <summary>Now.</summary>
    public static Memory Now()
    {
        var resident = ResidentBytes();
        return new(LiveBytes(), resident);
    }

    /// <summary>Gives back to the system what earlier steps left, then measures.</summary>
    public static Memory Tidied()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Now();
    }

    /// <summary>Bytes of live objects, after a full collection.</summary>
    public static long LiveBytes()
    {
        // What earlier steps left for their finalizers would go at some moment of the next one.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    /// <summary>Resident bytes of this process, or of another.</summary>
    public static long ResidentBytes(string process = "self") => Field(process, "VmRSS:");

    /// <summary>The most resident bytes since the start, or since <see cref="ForgetPeak"/>.</summary>
    public static long PeakBytes() => Field("self", "VmHWM:");

    /// <summary>Lets the peak begin anew.</summary>
    public static void ForgetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");

    private static long Field(string process, string name)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}

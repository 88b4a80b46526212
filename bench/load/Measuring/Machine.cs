using System.Runtime.InteropServices;

namespace Jinbang.Bench.Load.Measuring;

/// <summary>The machine a result was measured on.</summary>
internal static class Machine
{
    /// <summary>Cores, processor, memory, kernel and runtime, in one line.</summary>
    public static string Describe()
    {
        var processor = Value("/proc/cpuinfo", "model name");
        var memoryKb = long.Parse(Value("/proc/meminfo", "MemTotal").Split(' ')[0]);
        return $"{File.ReadLines("/proc/cpuinfo").Count(static line => line.StartsWith("processor", StringComparison.Ordinal))} cores, {processor}, {memoryKb / 1048576.0:0.#} GiB, {RuntimeInformation.OSDescription}, " +
            $"kernel {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()} {RuntimeInformation.OSArchitecture}, {RuntimeInformation.FrameworkDescription}";
    }

    /// <summary>CPU seconds that all processes have used since the machine started, and those that its host gave to others.</summary>
    public static double BusySeconds()
    {
        // cpu user nice system idle iowait irq softirq steal ..., in hundredths of a second.
        long[] ticks = [.. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(long.Parse)];
        return (ticks.Sum() - ticks[3] - ticks[4]) / 100.0;
    }

    private static string Value(string file, string name)
    {
        var line = File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) ?? "model name: unknown";
        return line[(line.IndexOf(':') + 1)..].Trim();
    }
}

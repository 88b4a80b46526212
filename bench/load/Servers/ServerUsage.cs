using System.Diagnostics;
using System.Globalization;

namespace Jinbang.Bench.Load.Servers;

/// <summary>What a process has used, read from /proc.</summary>
internal static class ServerUsage
{
    // USER_HZ, the unit of /proc/PID/stat, is 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    // How the background work of a write counts as finished.
    private const double IdleShare = 0.02;
    private static readonly TimeSpan IdleFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SettlingLimit = TimeSpan.FromSeconds(15);

    /// <summary>CPU seconds (user and system) of all its threads since it started, in steps of 10 ms.</summary>
    public static double CpuSeconds(int pid)
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        // The second field is the name in parentheses and may hold spaces; utime and stime are the 14th and 15th.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    /// <summary>Resident memory in bytes.</summary>
    public static long ResidentBytes(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Waits until the process has used under 2 % of a core for a second; false when it has not after 15 seconds.</summary>
    public static async Task<bool> SettleAsync(int pid, CancellationToken cancellationToken)
    {
        var step = IdleFor / 4;
        var started = Stopwatch.GetTimestamp();
        var recent = new Queue<double>([CpuSeconds(pid)]);
        while (Stopwatch.GetElapsedTime(started) < SettlingLimit)
        {
            await Task.Delay(step, TimeProvider.System, cancellationToken);
            recent.Enqueue(CpuSeconds(pid));
            if (recent.Count <= 4)
                continue;
            if (recent.Last() - recent.Dequeue() <= IdleShare * IdleFor.TotalSeconds)
                return true;
        }

        return false;
    }
}

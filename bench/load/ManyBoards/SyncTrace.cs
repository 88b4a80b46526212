using System.Globalization;

namespace Jinbang.Bench.Load.ManyBoards;

/// <summary>The syncs that strace noted, a line each: a thread, a time in seconds since 1970, the call.</summary>
internal static class SyncTrace
{
    /// <summary>How many syncs began between two moments. Not before strace has ended.</summary>
    public static int Count(string traceFile, DateTimeOffset from, DateTimeOffset to)
    {
        var (first, last) = (Seconds(from), Seconds(to));
        return File.ReadLines(traceFile)
            .Select(line => line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries))
            .Count(parts => parts is [_, var at, var call] && (call.StartsWith("fsync(", StringComparison.Ordinal) || call.StartsWith("fdatasync(", StringComparison.Ordinal))
                && double.TryParse(at, CultureInfo.InvariantCulture, out var seconds) && seconds >= first && seconds < last);
    }

    private static double Seconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).TotalSeconds;
}

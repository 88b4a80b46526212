using System.Diagnostics;

namespace Jinbang.Bench.Load;

/// <summary>The core of the load generator.</summary>
internal static class ClientCore
{
    /// <summary>The core's number; the servers have another.</summary>
    public const int Core = 1;

    /// <summary>Moves all threads of this process there; threads and child processes made later follow, unless they are pinned themselves.</summary>
    public static async Task PinAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("taskset") { ArgumentList = { "-a", "-c", "-p", $"{Core}", $"{Environment.ProcessId}" }, RedirectStandardOutput = true };
        using var taskset = Process.Start(start) ?? throw new InvalidOperationException("taskset did not start.");
        await taskset.StandardOutput.ReadToEndAsync(cancellationToken);
        await taskset.WaitForExitAsync(cancellationToken);
        if (taskset.ExitCode != 0)
            throw new InvalidOperationException($"taskset could not pin the load generator to core {Core}; a run needs two cores.");
    }
}

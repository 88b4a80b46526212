using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Jinbang.ProcessTests.Processes;

/// <summary>A process started by a test, with all it says. Disposing kills it if it still runs, by its id and nothing else.</summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    public const int Terminate = 15;

    private readonly Process process;
    private readonly Lock gate = new();
    private readonly StringBuilder output = new();
    private readonly StringBuilder errors = new();
    private readonly List<(Func<string, bool> Matches, TaskCompletionSource<string> Found)> awaited = [];
    private readonly List<string> lines = [];

    private ChildProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, received) => Take(output, received.Data, isOutput: true);
        process.ErrorDataReceived += (_, received) => Take(errors, received.Data, isOutput: false);
    }

    public int Id => process.Id;

    public bool HasEnded => process.HasExited;

    public string Output => Read(output);

    public string Errors => Read(errors);

    /// <summary>What it said on both streams, for the message of a failed test.</summary>
    public string Said => $"{Path.GetFileName(process.StartInfo.FileName)} {string.Join(' ', process.StartInfo.ArgumentList)}\n{Output}{Errors}";

    public static ChildProcess Start(
        string program, IEnumerable<string> arguments, string workingFolder, IEnumerable<(string Name, string Value)>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var inherited in start.Environment.Keys.Where(static name => name.StartsWith("JINBANG_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(inherited);
        }

        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(new Process { StartInfo = start });
        child.process.Start();
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    /// <summary>The first line of its standard output that matches.</summary>
    public async Task<string> LineAsync(Func<string, bool> matches, TimeSpan within)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (lines.Find(line => matches(line)) is { } said)
            {
                return said;
            }

            awaited.Add((matches, found));
        }

        try
        {
            await Task.WhenAny(found.Task, process.WaitForExitAsync()).WaitAsync(within, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException($"It did not say what was awaited within {within}: {Said}");
        }

        return found.Task.IsCompletedSuccessfully ? await found.Task : throw new InvalidOperationException($"It ended instead of saying what was awaited: {Said}");
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync(TimeSpan within)
    {
        try
        {
            await process.WaitForExitAsync().WaitAsync(within, TimeProvider.System);
            return process.ExitCode;
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException($"It still ran after {within}: {Said}");
        }
    }

    /// <summary>SIGKILL to exactly this process.</summary>
    public void Kill() => process.Kill(entireProcessTree: false);

    public static void Signal(int id, int signal)
    {
        if (SendSignal(id, signal) != 0)
        {
            throw new InvalidOperationException($"Process {id} could not be sent signal {signal}: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    /// <summary>The processes that this one has started and that still run.</summary>
    public IReadOnlyList<int> Children() =>
        [.. File.ReadAllText($"/proc/{Id}/task/{Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            Kill();
        }

        await process.WaitForExitAsync();
        process.Dispose();
    }

    private void Take(StringBuilder stream, string? line, bool isOutput)
    {
        if (line is null)
        {
            return;
        }

        lock (gate)
        {
            stream.Append(line).Append('\n');
            if (isOutput)
            {
                lines.Add(line);
                foreach (var (_, found) in awaited.Where(wait => wait.Matches(line)))
                {
                    found.TrySetResult(line);
                }
            }
        }
    }

    private string Read(StringBuilder stream)
    {
        lock (gate)
        {
            return stream.ToString();
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}

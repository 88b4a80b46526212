using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Jinbang.Bench.Load.Servers;

/// <summary>A server started by the load generator on a free port, on the servers' core, its output in a file; stopped when disposed.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    /// <summary>The core that all servers share, one being measured at a time.</summary>
    public const int Core = 0;

    private const int Kill = 9;
    private const int Terminate = 15;
    private const int Continue = 18;
    private const int Freeze = 19;
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private ServerProcess(Process process, IPEndPoint address) => (_process, Address) = (process, address);

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address { get; }

    /// <summary>Its process id.</summary>
    public int Pid => _process.Id;

    /// <summary>From the start of the program to the first <c>GET /health/ready</c> answered with 200, looked for every 5 ms.</summary>
    public TimeSpan TimeToReady { get; private set; }

    /// <summary>Starts Jinbang on a data folder and waits until it is ready.</summary>
    public static Task<ServerProcess> StartJinbangAsync(string executable, string dataDirectory, string logFile, CancellationToken cancellationToken) =>
        StartJinbangAsync(executable, dataDirectory, logFile, JinbangSettings.Environment, cancellationToken);

    /// <summary>Starts Jinbang with settings of one's own.</summary>
    public static Task<ServerProcess> StartJinbangAsync(
        string executable, string dataDirectory, string logFile, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken) =>
        StartJinbangAsync(executable, dataDirectory, logFile, settings, $"{Core}", cancellationToken);

    /// <summary>Starts Jinbang on cores of one's own choice, as taskset reads them.</summary>
    public static Task<ServerProcess> StartJinbangAsync(
        string executable, string dataDirectory, string logFile, IReadOnlyDictionary<string, string> settings, string cores, CancellationToken cancellationToken) =>
        StartAsync(executable, ["--data", dataDirectory], settings, logFile, cores, cancellationToken);

    /// <summary>
    /// Starts Jinbang under strace, which notes every sync with its time in a file; <see cref="Pid"/> is then that of strace, which hands the signal to stop on.
    /// </summary>
    public static Task<ServerProcess> StartTracedJinbangAsync(string executable, string dataDirectory, string logFile, string traceFile, CancellationToken cancellationToken) =>
        StartAsync(
            "strace",
            ["-f", "--seccomp-bpf", "-I", "2", "-qq", "-ttt", "-e", "trace=fsync,fdatasync", "-o", traceFile, executable, "--data", dataDirectory],
            JinbangSettings.Environment,
            logFile,
            $"{Core}",
            cancellationToken);

    /// <summary>Starts the bare server of this very program, with recorded replies or made-up ones, and waits until it is ready.</summary>
    public static Task<ServerProcess> StartBareAsync(string? repliesFolder, string logFile, CancellationToken cancellationToken)
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this program is unknown.");
        string[] itself = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(ServerProcess).Assembly.Location] : [];
        string[] replies = repliesFolder is null ? [] : ["--replies", repliesFolder];
        return StartAsync(program, [.. itself, "bare", .. replies], JinbangSettings.None, logFile, $"{Core}", cancellationToken);
    }

    /// <summary>Ends the server as <c>kill -9</c> does.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _ = kill(_process.Id, Kill);
        await _process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Stops it where it stands, as SIGSTOP does; it does not know of it.</summary>
    public void StandStill() => _ = kill(_process.Id, Freeze);

    /// <summary>Lets it go on, and waits whether it ends because others have declared it dead meanwhile.</summary>
    /// <returns>Whether it ended.</returns>
    public async Task<bool> GoOnAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        _ = kill(_process.Id, Continue);
        try
        {
            await _process.WaitForExitAsync(cancellationToken).WaitAsync(patience, TimeProvider.System, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Asks the server to stop, waits, and ends it when it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _ = kill(_process.Id, Terminate);
            using var limit = new CancellationTokenSource(StopLimit);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Console.Error.WriteLine($"Process {_process.Id} did not stop within {StopLimit.TotalSeconds} s and was killed.");
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }

    private static async Task<ServerProcess> StartAsync(
        string program, string[] arguments, IReadOnlyDictionary<string, string> settings, string logFile, string cores, CancellationToken cancellationToken)
    {
        var address = new IPEndPoint(IPAddress.Loopback, FreePort());
        // Both shell and taskset replace themselves, so the process started here becomes the server.
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", "log=$1; core=$2; shift 2; exec taskset -c \"$core\" \"$@\" >\"$log\" 2>&1", "sh", logFile, cores, program },
        };
        foreach (var argument in (string[])[.. arguments, "--urls", $"http://{address}"])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in settings)
            start.Environment[name] = value;

        var started = Stopwatch.GetTimestamp();
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var server = new ServerProcess(process, address);
        try
        {
            await server.WaitUntilReadyAsync(logFile, cancellationToken);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        server.TimeToReady = Stopwatch.GetElapsedTime(started);
        return server;
    }

    private async Task WaitUntilReadyAsync(string logFile, CancellationToken cancellationToken)
    {
        var request = "GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"u8.ToArray();
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < StartLimit)
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"The server ended with code {_process.ExitCode}: {await File.ReadAllTextAsync(logFile, cancellationToken)}");
            try
            {
                if ((await RawReply.FetchAsync(Address, request, cancellationToken)).AsSpan().StartsWith("HTTP/1.1 200 "u8))
                    return;
            }
            catch (Exception fault) when (fault is SocketException or IOException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken);
        }

        throw new TimeoutException($"The server was not ready after {StartLimit.TotalMinutes} minutes; its output is in {logFile}.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [LibraryImport("libc")]
    private static partial int kill(int pid, int signal);
}

using System.Globalization;
using Jinbang.ProcessTests.Clients;

namespace Jinbang.ProcessTests.Processes;

/// <summary>The real server in a process of its own, on a loopback port that the system chooses.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ChildProcess process;
    private readonly bool isTraced;
    private int? traced;

    private ServerProcess(ChildProcess process, string data, bool isTraced)
    {
        this.process = process;
        Data = data;
        this.isTraced = isTraced;
    }

    /// <summary>Settings under which folds, checkpoints and forgetting happen all the time.</summary>
    public static IReadOnlyList<(string, string)> Busy { get; } =
    [
        ("JINBANG_STORAGE__FOLDROWS", "64"), ("JINBANG_STORAGE__FOLDSECONDS", "1"), ("JINBANG_STORAGE__LOGRETENTIONDAYS", "1"),
        ("JINBANG_STORAGE__CHECKPOINTMEGABYTES", "1"), ("JINBANG_STORAGE__CHECKPOINTMEGABYTESATMOST", "2"),
    ];

    public int Port { get; private set; }

    /// <summary>The data folder.</summary>
    public string Data { get; }

    /// <summary>The database in it.</summary>
    public string DatabaseFile => Path.Combine(Data, "jinbang.db");

    /// <summary>The server's own process.</summary>
    public int Id => ServerId();

    public bool HasEnded => process.HasEnded;

    public string Output => process.Output;

    public string Errors => process.Errors;

    /// <summary>Starts it and waits until it serves.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="settings">Environment variables.</param>
    /// <param name="under">A command line of strace to run it under.</param>
    public static async Task<ServerProcess> StartAsync(string data, IEnumerable<(string, string)>? settings = null, string[]? under = null)
    {
        var server = Launch(data, settings, under);
        try
        {
            await server.ReadyAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it without waiting.</summary>
    public static ServerProcess Launch(string data, IEnumerable<(string, string)>? settings = null, string[]? under = null)
    {
        string[] command = [.. under ?? [], ProgramPath.Server, "--urls", "http://127.0.0.1:0", "--data", data];
        var process = ChildProcess.Start(command[0], command[1..], Path.GetDirectoryName(data)!, [("JINBANG_LIMITS__REQUESTSPERSECOND", "0"), .. settings ?? []]);
        return new ServerProcess(process, data, under is not null);
    }

    /// <summary>Runs <c>jinbang backup</c> or <c>jinbang restore</c> to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string command, string data, string file, string[]? under = null)
    {
        await using var running = Command(command, data, file, under);
        var code = await running.EndAsync(Patience);
        return (code, running.Output, running.Errors);
    }

    public static ChildProcess Command(string command, string data, string file, string[]? under = null)
    {
        string[] line = [.. under ?? [], ProgramPath.Server, command, file, "--data", data];
        return ChildProcess.Start(line[0], line[1..], Path.GetDirectoryName(data)!);
    }

    public async Task ReadyAsync()
    {
        var line = await process.LineAsync(static line => line.Contains("Play  http://", StringComparison.Ordinal), Patience);
        Port = new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..]).Port;
        for (var began = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(began) < Patience;)
        {
            using (var connection = await TryConnectAsync())
            {
                if (connection is not null && await connection.GetAsync("/health/ready") is { Status: 200 })
                {
                    return;
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        throw new InvalidOperationException($"The server was not ready within {Patience}: {process.Said}");
    }

    public Task<ClassicConnection> ConnectAsync() => ClassicConnection.OpenAsync(Port);

    /// <summary>SIGKILL to the server itself and to nothing else, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        Signal(9);
        await process.EndAsync(Patience);
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> StopAsync(TimeSpan? within = null)
    {
        Signal(ChildProcess.Terminate);
        return EndAsync(within);
    }

    /// <summary>Waits for an end that something else has brought about.</summary>
    public Task<int> EndAsync(TimeSpan? within = null) => process.EndAsync(within ?? Patience);

    public void Signal(int signal)
    {
        if (!process.HasEnded)
        {
            ChildProcess.Signal(ServerId(), signal);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasEnded && isTraced && process.Children() is [var server, ..])
        {
            // Killing strace alone would leave the server behind.
            ChildProcess.Signal(server, 9);
        }

        await process.DisposeAsync();
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"server {process.Id} on port {Port}: {process.Said}");

    private int ServerId() => isTraced ? traced ??= process.Children()[0] : process.Id;

    private async Task<ClassicConnection?> TryConnectAsync()
    {
        try
        {
            return await ConnectAsync();
        }
        catch (System.Net.Sockets.SocketException) when (!process.HasEnded)
        {
            return null;
        }
    }
}

using System.Globalization;
using Jinbang.Postgres;
using Jinbang.ProcessTests.Processes;

namespace Jinbang.ClusterTests;

/// <summary>One server of a cluster in a process of its own; it is started again when it ends, as a supervisor would.</summary>
internal sealed class ClusterServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly string folder;
    private readonly int siloPort = Ports.Free();
    private readonly IReadOnlyList<(string, string)> settings;
    private readonly string program;
    private ChildProcess? process;

    private ClusterServer(int index, string folder, string connectionString, int database, string program, IReadOnlyList<(string, string)> settings)
    {
        Index = index;
        this.folder = folder;
        this.program = program;
        Proxy = new TcpProxy(database);
        Port = Ports.Free();
        this.settings =
        [
            ("JINBANG_Storage__Provider", "PostgreSQL"), ("JINBANG_Storage__ConnectionString", connectionString.Replace($"Port={database}", $"Port={Proxy.Port}", StringComparison.Ordinal)),
            ("JINBANG_Cluster__Enabled", "true"), ("JINBANG_Cluster__SiloPort", siloPort.ToString(CultureInfo.InvariantCulture)), ("JINBANG_Limits__RequestsPerSecond", "0"), ("CLOCK_FILE", ClockFile), .. settings,
        ];
    }

    public int Index { get; }

    public int Port { get; }

    /// <summary>Where the other servers reach it.</summary>
    public int SiloPort => siloPort;

    public Uri Url => new($"http://127.0.0.1:{Port}");

    /// <summary>What lies between it and the database.</summary>
    public TcpProxy Proxy { get; }

    /// <summary>How often it was started.</summary>
    public int Starts { get; private set; }

    private string ClockFile => folder + ".clock";

    public bool IsRunning => process is { HasEnded: false };

    public string Said => process?.Said ?? "";

    public string OperatorKey => File.ReadAllText(Path.Combine(folder, "operator.key")).Trim();

    public static async Task<ClusterServer> StartAsync(
        int index, string folder, string connectionString, int database, string? program = null, IReadOnlyList<(string, string)>? settings = null)
    {
        var server = new ClusterServer(index, folder, connectionString, database, program ?? ProgramPath.Server, settings ?? []);
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        Starts++;
        process = ChildProcess.Start(program, ["--urls", Url.ToString(), "--data", folder], Path.GetDirectoryName(folder)!, settings);
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        for (var began = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(began) < Patience;)
        {
            try
            {
                if ((await client.GetAsync(new Uri(Url, "/health/ready"))).IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
            {
                if (process.HasEnded)
                {
                    throw new InvalidOperationException($"Server {Index} did not start: {Said}");
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        throw new InvalidOperationException($"Server {Index} was not ready: {Said}");
    }

    /// <summary>Sets the wall clock of a server that looks at <see cref="ClockFile"/>.</summary>
    public void SetClock(TimeSpan off) => File.WriteAllText(ClockFile, off.Ticks.ToString(CultureInfo.InvariantCulture));

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.EndAsync(Patience);
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    public Task<int> StopAsync()
    {
        ChildProcess.Signal(process!.Id, ChildProcess.Terminate);
        return process.EndAsync(Patience);
    }

    /// <summary>SIGSTOP: it stands still, and does not know it.</summary>
    public void Freeze()
    {
        if (IsRunning)
        {
            ChildProcess.Signal(process!.Id, 19);
        }
    }

    /// <summary>SIGCONT.</summary>
    public void Thaw()
    {
        if (IsRunning)
        {
            ChildProcess.Signal(process!.Id, 18);
        }
    }

    /// <summary>Waits whether it ends by itself, as one does that was declared dead.</summary>
    public async Task<int?> EndsAsync(TimeSpan within)
    {
        try
        {
            return await process!.EndAsync(within);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await process.DisposeAsync();
        }

        await Proxy.DisposeAsync();
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Jinbang.Bench.Scale.Redis;

/// <summary>A Redis of our own on a free loopback port, without persistence, in a temporary folder; ended when disposed.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    // USER_HZ, the unit of /proc/PID/stat, is 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);

    private readonly Process process;
    private readonly DirectoryInfo folder;

    private RedisServer(Process process, IPEndPoint address, DirectoryInfo folder) => (this.process, Address, this.folder) = (process, address, folder);

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address { get; }

    /// <summary>Its process id.</summary>
    public string Pid => process.Id.ToString(CultureInfo.InvariantCulture);

    /// <summary>Starts it and waits until it listens.</summary>
    public static async Task<RedisServer> StartAsync(string program, CancellationToken cancellationToken)
    {
        var address = new IPEndPoint(IPAddress.Loopback, FreePort());
        var folder = Directory.CreateTempSubdirectory("jinbang-redis-");
        var process = Process.Start(new ProcessStartInfo(
            program,
            [
                "--port", $"{address.Port}", "--bind", $"{address.Address}", "--save", "", "--appendonly", "no",
                "--dir", folder.FullName, "--logfile", Path.Combine(folder.FullName, "redis.log"),
            ])) ?? throw new InvalidOperationException($"{program} did not start.");
        var server = new RedisServer(process, address, folder);
        try
        {
            await server.WaitUntilReadyAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>CPU seconds, user and system, of all its threads since it started.</summary>
    public double CpuSeconds()
    {
        var stat = File.ReadAllText($"/proc/{Pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
        folder.Delete(recursive: true);
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (!process.HasExited && Stopwatch.GetElapsedTime(started) < StartLimit)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(Address, cancellationToken);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
            }
        }

        throw new InvalidOperationException($"Redis did not listen on {Address} within {StartLimit.TotalSeconds} s.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

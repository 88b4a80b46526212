using System.Globalization;
using Jinbang.Boards;
using Jinbang.Server.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Jinbang.Server.Tests;

/// <summary>The real server on real Kestrel, on a port of its own, over a folder that goes away with it.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly JinbangServer server;
    private readonly string folder;
    private bool keepsFolder;
    private bool isDisposed;

    private TestServer(JinbangServer server, string folder, CapturedLog log)
    {
        this.server = server;
        this.folder = folder;
        Log = log;
        Port = new Uri(server.Urls.Single()).Port;
    }

    public int Port { get; }

    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}");

    /// <summary>The data folder.</summary>
    public string Data => Path.Combine(folder, "data");

    public CapturedLog Log { get; }

    public IBoards Boards => server.Boards;

    public Credentials Credentials => server.Credentials;

    public IEnumerable<Endpoint> Endpoints => server.Endpoints;

    /// <summary>Starts a server without a rate limit, and waits until its boards are loaded.</summary>
    public static async Task<TestServer> StartAsync(IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? time = null, string? folder = null)
    {
        folder ??= Directory.CreateTempSubdirectory("jinbang-server-").FullName;
        var log = new CapturedLog();
        var all = new Dictionary<string, string?> { ["Limits:RequestsPerSecond"] = "0", ["Logging:LogLevel:Default"] = "Trace", ["Logging:Console:LogLevel:Default"] = "None" };
        foreach (var (key, value) in settings ?? all)
        {
            all[key] = value;
        }

        var server = JinbangServer.Build(new StartOptions
        {
            Urls = "http://127.0.0.1:0",
            Data = Path.Combine(folder, "data"),
            Settings = all,
            Time = time ?? TimeProvider.System,
            Configure = builder => builder.Logging.AddProvider(log),
        });
        await server.StartAsync();
        await server.Loaded;
        return new TestServer(server, folder, log);
    }

    /// <summary>Stops it and leaves the folder to the next one.</summary>
    public async Task<string> LeaveAsync()
    {
        keepsFolder = true;
        await DisposeAsync();
        return folder;
    }

    public Task<RawConnection> ConnectAsync() => RawConnection.OpenAsync(Port);

    /// <summary>A connection that speaks for one game.</summary>
    public async Task<GameClient> PlayAsync(string game) => new(await ConnectAsync(), game);

    /// <summary>Asks once, over a connection of its own.</summary>
    public async Task<RawReply> AskAsync(byte[] request)
    {
        await using var connection = await ConnectAsync();
        return await connection.AskAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        if (isDisposed)
        {
            return;
        }

        isDisposed = true;
        await server.StopAsync();
        await server.DisposeAsync();
        if (!keepsFolder)
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

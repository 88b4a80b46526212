using System.Net;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Sharing;
using Jinbang.Boards.Storage;
using Jinbang.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Jinbang.Cluster.Silos.Tests;

/// <summary>A server of a cluster, without its HTTP.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly IHost host;
    private bool isStopped;

    private TestServer(IHost host, LocalBoards home, ISharedStore store, ClusterSettings settings)
    {
        (this.host, Home, Shared, Settings) = (host, home, store, settings);
        Boards = host.Services.GetRequiredService<ClusterBoards>();
    }

    public LocalBoards Home { get; }

    public ISharedStore Shared { get; }

    public MemberStore Store => (MemberStore)Shared;

    public ClusterSettings Settings { get; }

    public ClusterBoards Boards { get; }

    public IServiceProvider Services => host.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public static int FreePort() => Ports.Free();

    public static Task<TestServer> StartAsync(SharedDisk disk, Membership membership, GameDefinition game, Func<ClusterSettings, ClusterSettings>? adjust = null) =>
        StartAsync(new MemberStore(disk), game, adjust, silo => silo.Services.AddSingleton(membership.Open()));

    public static async Task<TestServer> StartAsync(
        ISharedStore store, GameDefinition game, Func<ClusterSettings, ClusterSettings>? adjust, Action<ISiloBuilder> membership)
    {
        var port = FreePort();
        var settings = new ClusterSettings { Name = $"server-{port}", SiloPort = port, OnDeath = static _ => { } };
        settings = adjust?.Invoke(settings) ?? settings;
        var home = new LocalBoards(
            store, [game], TimeProvider.System, new LocalBoardsOptions { Sharing = new SharingOptions { Description = new MemberDescription(settings.Name, settings.MemberAddress) } });
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        if (Environment.GetEnvironmentVariable("JINBANG_TEST_LOG") is { } level)
        {
            builder.Logging.SetMinimumLevel(Enum.Parse<LogLevel>(level));
            builder.Logging.AddSimpleConsole();
        }

        builder.AddCluster(settings, home, store, TimeProvider.System, membership);
        var server = new TestServer(builder.Build(), home, store, settings);
        await home.LoadAsync();
        await server.host.StartAsync();
        await server.Boards.StartAsync();
        return server;
    }

    /// <summary>Leaves as a server does that is told to stop.</summary>
    public async Task StopAsync()
    {
        if (!isStopped)
        {
            isStopped = true;
            await Boards.LeaveAsync();
            await host.StopAsync();
            await Home.StopAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }

        Home.Dispose();
        await Shared.DisposeAsync();
    }
}

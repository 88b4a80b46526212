using System.Net;
using Jinbang.Boards;
using Jinbang.Boards.Storage;
using Jinbang.Cluster.Members;
using Jinbang.Cluster.Placement;
using Jinbang.Cluster.Remote;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Connections.Security;
using Orleans.Hosting;

namespace Jinbang.Cluster;

/// <summary>Makes a server one of a cluster.</summary>
public static class ClusterHosting
{
    /// <summary>
    /// Adds a silo to a host, and a <see cref="ClusterBoards"/> to its services. The silo listens for the other servers only, on the settings' address; there is no door for clients. Who is in the cluster
    /// stands in the database, in tables that the store's migrations make.
    /// </summary>
    /// <param name="builder">The host.</param>
    /// <param name="settings">How it takes part.</param>
    /// <param name="connectionString">The database with the membership tables, as Npgsql reads it.</param>
    /// <param name="home">The boards of this process, over <paramref name="store"/>; told <see cref="ClusterSettings.MemberAddress"/> as its address.</param>
    /// <param name="store">The store that all servers share.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">Settings are wrong; the message says all that is.</exception>
    public static void AddCluster(
        this IHostApplicationBuilder builder, ClusterSettings settings, string connectionString, LocalBoards home, ISharedStore store, TimeProvider time) =>
        builder.AddCluster(settings, home, store, time, silo => silo.UseAdoNetClustering(clustering =>
        {
            clustering.Invariant = "Npgsql";
            clustering.ConnectionString = connectionString;
        }));

    internal static void AddCluster(
        this IHostApplicationBuilder builder, ClusterSettings settings, LocalBoards home, ISharedStore store, TimeProvider time, Action<ISiloBuilder> membership)
    {
        if (settings.Faults() is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join(" ", faults), nameof(settings));
        }

        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(home);
        builder.Services.AddSingleton(store);
        builder.Services.AddSingleton(new ClusterView(store, time));
        builder.Services.AddSingleton<EventSignal>();
        builder.Services.AddSingleton<BoardDesk>();
        builder.Services.AddSingleton<MemberClient>();
        builder.Services.AddSingleton(services => new Announcements(home, services.GetRequiredService<MemberClient>(), settings, time));
        builder.Services.AddSingleton(services => new RemoteBoards(home, services.GetRequiredService<IGrainFactory>(), settings, time));
        builder.Services.AddSingleton(services => new Steward(
            home,
            store,
            services.GetRequiredService<ClusterView>(),
            services.GetRequiredService<IGrainFactory>(),
            services.GetRequiredService<Announcements>(),
            services.GetRequiredService<IClusterMembershipService>(),
            services.GetRequiredService<ILocalSiloDetails>(),
            settings,
            time,
            services.GetRequiredService<ILogger<Steward>>()));
        builder.Services.AddSingleton(services => new ClusterBoards(
            home,
            services.GetRequiredService<RemoteBoards>(),
            services.GetRequiredService<Announcements>(),
            services.GetRequiredService<EventSignal>(),
            services.GetRequiredService<Steward>(),
            services.GetRequiredService<IGrainFactory>(),
            settings,
            time));
        builder.UseOrleans(silo =>
        {
            Configure(silo, settings);
            membership(silo);
            silo.Services.AddSingleton<IFatalErrorHandler, DeathHandler>();
        });
    }

    private static void Configure(ISiloBuilder silo, ClusterSettings settings)
    {
        silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (settings.Cluster, "jinbang"));
        silo.Configure<SiloOptions>(options => options.SiloName = settings.Name);
        silo.Configure<EndpointOptions>(endpoints =>
        {
            endpoints.AdvertisedIPAddress = settings.Address;
            endpoints.SiloPort = settings.SiloPort;
            endpoints.SiloListeningEndpoint = new IPEndPoint(settings.Address, settings.SiloPort);
            endpoints.GatewayPort = 0;
        });
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = settings.ProbePeriod;
            membership.NumMissedProbesLimit = settings.MissedProbes;
            membership.NumVotesForDeathDeclaration = settings.Votes;
            membership.DefunctSiloExpiration = settings.Forgetting;
        });
        silo.Configure<SiloMessagingOptions>(messaging =>
        {
            messaging.ResponseTimeout = settings.CallDeadline;
            messaging.SystemResponseTimeout = settings.CallDeadline;
        });
        silo.AddPlacementDirector<BoardPlacement, BoardPlacementDirector>();
        silo.AddGrainService<MemberService>();
        if (settings.Certificate is not null)
        {
            silo.UseTls(tls => ClusterTls.Configure(tls, settings));
        }
    }
}

/// <summary>Ends the process of a silo that cannot go on: the others have declared it dead, or it broke.</summary>
internal sealed partial class DeathHandler(ClusterSettings settings, ILogger<DeathHandler> logger) : IFatalErrorHandler
{
    /// <inheritdoc />
    public bool IsUnexpected(Exception exception) => true;

    /// <inheritdoc />
    public void OnFatalException(object? sender, string? context, Exception? exception)
    {
        var reason = exception?.Message ?? context ?? "no reason was given";
        LogDeath(logger, reason);
        settings.OnDeath(reason);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Critical, Message = "Stopping at once: this server is no part of the cluster any more: {Reason}")]
    private static partial void LogDeath(ILogger logger, string reason);
}

using System.Reflection;
using System.Security.Cryptography;
using Jinbang.Boards;
using Jinbang.Boards.Storage;
using Jinbang.Cluster;
using Jinbang.Server.Access;
using Jinbang.Server.Avatars;
using Jinbang.Server.Classic;
using Jinbang.Server.Games;
using Jinbang.Server.Health;
using Jinbang.Server.Limits;
using Jinbang.Server.Live;
using Jinbang.Server.Operating;
using Jinbang.Server.Origins;
using Jinbang.Server.Outgoing;
using Jinbang.Server.Pages;
using Jinbang.Server.Players;
using Jinbang.Server.Problems;
using Jinbang.Server.Rankings;
using Jinbang.Server.Reference;
using Jinbang.Server.Scores;
using Jinbang.Server.Webhooks;
using Jinbang.Storage.Sqlite;
using Microsoft.AspNetCore.HttpOverrides;

namespace Jinbang.Server;

/// <summary>What a start may be given beside the configuration.</summary>
internal sealed record StartOptions
{
    /// <summary>Addresses to listen on, separated by ';'.</summary>
    public string? Urls { get; init; }

    /// <summary>The data folder.</summary>
    public string? Data { get; init; }

    /// <summary>Further settings, as configuration keys; they win over all others.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How long things take in live streams.</summary>
    public LiveTimes LiveTimes { get; init; } = new();

    /// <summary>For tests only: see <see cref="Storage.Postgres.PostgresStoreOptions.UnsafeWithoutFence"/>.</summary>
    public bool UnsafeWithoutFence { get; init; }

    /// <summary>For tests only: see <see cref="Jinbang.Boards.Sharing.SharingOptions.UnsafeWithoutLease"/>.</summary>
    public bool UnsafeWithoutLease { get; init; }

    /// <summary>Changes the host before it is built; for tests.</summary>
    public Action<WebApplicationBuilder>? Configure { get; init; }
}

/// <summary>The server: the rooms put together, from the store to the port.</summary>
internal sealed partial class JinbangServer : IAsyncDisposable
{
    public const string DefaultUrls = "http://localhost:8080";

    private static readonly TimeSpan LongestLeaving = TimeSpan.FromSeconds(5);

    private readonly WebApplication app;
    private readonly LocalBoards boards;
    private readonly ClusterBoards? cluster;
    private readonly DataFolder folder;
    private readonly IScoreStore store;
    private readonly Credentials credentials;
    private readonly BoardsOutbox outbox;
    private readonly Settings settings;
    private readonly ILogger<JinbangServer> logger;
    private readonly TimeProvider time;
    private long troubledAt;

    private JinbangServer(
        WebApplication app, LocalBoards boards, ClusterBoards? cluster, DataFolder folder, IScoreStore store, Credentials credentials, BoardsOutbox outbox, Settings settings, TimeProvider time)
    {
        this.folder = folder;
        this.cluster = cluster;
        this.time = time;
        this.app = app;
        this.boards = boards;
        this.store = store;
        this.credentials = credentials;
        this.outbox = outbox;
        this.settings = settings;
        logger = app.Services.GetRequiredService<ILogger<JinbangServer>>();
    }

    public static string Version { get; } = typeof(JinbangServer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>The addresses it listens on, once started.</summary>
    public IEnumerable<string> Urls => app.Urls;

    /// <summary>What is accepted as a proof of who calls.</summary>
    public Credentials Credentials => credentials;

    /// <summary>Its boards.</summary>
    public IBoards Boards => cluster is null ? boards : cluster;

    /// <summary>All routes, but for the classic API's.</summary>
    public IEnumerable<Endpoint> Endpoints => EndpointsOf(app);

    /// <exception cref="SettingsException">Settings are wrong.</exception>
    /// <exception cref="OperatorKeyException">The operator's key cannot be used.</exception>
    /// <exception cref="StoreOpenException">The data folder cannot be used.</exception>
    public static JinbangServer Build(StartOptions start)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory, ApplicationName = "jinbang" });
        Settings.ConfigurationOf(builder.Configuration);
        builder.Configuration.AddInMemoryCollection(start.Settings);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = start.Urls ?? builder.Configuration["urls"] ?? DefaultUrls,
            [Settings.DataKey] = start.Data ?? builder.Configuration[Settings.DataKey],
        });
        var settings = Settings.Read(builder.Configuration);

        builder.Logging.AddQuietConsole(builder.Configuration);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 4 * LimitSettings.BodyBytes;
            kestrel.Limits.MaxRequestLineSize = LimitSettings.BodyBytes;
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddReference(Version);
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(8));
        start.Configure?.Invoke(builder);

        var folder = DataFolder.Take(settings.Data);
        try
        {
            var own = OperatorCredential.Open(folder.Path);
            if (start.UnsafeWithoutFence)
            {
                settings = settings with { Storage = settings.Storage with { Postgres = settings.Storage.Postgres with { UnsafeWithoutFence = true } } };
            }

            var store = settings.Storage.OpenAsync(folder, settings.Cluster is not null, start.Time, CancellationToken.None).GetAwaiter().GetResult();
            var home = new LocalBoards(store, [.. settings.Games.Games.Select(static game => game.Definition)], start.Time, settings.Limits.Boards with
            {
                Sealing = settings.Storage.SealingIn(settings.Data),
                Sharing = settings.Cluster is { } shares ? shares.Sharing with { UnsafeWithoutLease = start.UnsafeWithoutLease } : null,
            });
            if (settings.Cluster is { } cluster)
            {
                builder.AddCluster(cluster.Silo, settings.Storage.ConnectionString, home, (ISharedStore)store, start.Time);
            }

            BoardsOutbox outbox = null!;
            var targets = new OutgoingTargets(settings.Webhooks);
            builder.Services.AddHostedService(services =>
                new WebhookSender(outbox, targets, start.Time, Jitter, services.GetRequiredService<ILogger<WebhookSender>>()));
            var app = builder.Build();
            var shared = app.Services.GetService<ClusterBoards>();
            IBoards boards = shared is null ? home : shared;
            var playKeys = new PlayKeys(boards, settings.Pages.Play ? settings.Games.Games.Select(static game => game.Id) : []);
            var credentials = new Credentials(boards, new OperatorKeys(own, boards, settings.Cluster?.Silo.Name), playKeys, start.Time);
            outbox = new BoardsOutbox(boards, start.Time);
            var pings = new WebhookClient(targets, start.Time);
            app.Lifetime.ApplicationStopped.Register(pings.Dispose);
            MapRooms(app, boards, home, credentials, new WebhookEndpoints(boards, outbox, targets, pings, start.Time), settings, start);
            return new JinbangServer(app, home, shared, folder, store, credentials, outbox, settings, start.Time);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Serves until it is told to stop.</summary>
    /// <returns>The exit code of the process.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await StartAsync();
        Announce();
        await app.WaitForShutdownAsync(cancellationToken);
        await StopAsync();
        return 0;
    }

    /// <summary>Listens and begins to load. Requests that need the boards are answered 503 until <see cref="Loaded"/>.</summary>
    public async Task StartAsync()
    {
        boards.StoreTroubled += Trouble;
        boards.ClosesHeld += why => LogHeld(logger, why);
        boards.FileTroubled += (what, fault) => LogFileTrouble(logger, what, fault.Message);
        if (cluster is not null)
        {
            boards.RecordsChanged += ReloadAsync;
            app.Lifetime.ApplicationStopping.Register(() => LeaveClusterAsync().Wait(LongestLeaving));
        }

        await app.StartAsync();
        Loaded = LoadAsync();
    }

    /// <summary>Completes when the boards are ready.</summary>
    public Task Loaded { get; private set; } = Task.CompletedTask;

    /// <summary>Stops accepting, answers what is being asked, commits and closes.</summary>
    public async Task StopAsync()
    {
        await app.StopAsync();
        await boards.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await boards.StopAsync();
        await Loaded;
        await app.DisposeAsync();
        outbox.Dispose();
        boards.Dispose();
        await store.DisposeAsync();
        folder.Dispose();
    }

    private static double Jitter() => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;

    private static void MapRooms(WebApplication app, IBoards boards, LocalBoards home, Credentials credentials, WebhookEndpoints webhooks, Settings settings, StartOptions start)
    {
        var time = start.Time;
        if (settings.TrustedProxies.Count > 0)
        {
            var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto };
            forwarded.KnownIPNetworks.Clear();
            forwarded.KnownProxies.Clear();
            foreach (var proxy in settings.TrustedProxies)
            {
                forwarded.KnownProxies.Add(proxy);
            }

            app.UseForwardedHeaders(forwarded);
        }

        app.UseClassicErrors();
        app.UseAllowedOrigins(boards);
        app.UseAddressLimit(new AddressLimiter(settings.Limits.RequestsPerSecond, settings.Limits.RequestBurst, time));
        app.UseClassicApi(boards, settings.Games);
        app.UseRouting();
        app.UseAccessCheck(boards, credentials);
        app.MapHealth(boards, () => credentials.AreReady && home.HoldsLease);
        app.MapGames(boards, credentials.Keys);
        app.MapBoards(boards);
        app.MapKeys(boards, credentials.Keys, time);
        app.MapScores(boards, time);
        app.MapRankings(boards, time);
        app.MapPlayers(boards, credentials.Tokens);
        var hub = MapLive(app, boards, settings, start);
        webhooks.Map(app);
        app.MapReference();
        app.MapPages(boards, settings.Games, settings.Pages, credentials.PlayKeys);
        var pages = new PublicPages(boards, hub, settings.Pages, settings.Games, Version, app.Services, time);
        app.Lifetime.ApplicationStopped.Register(pages.Dispose);
        pages.Map(app);
        var avatars = new AvatarEndpoints(boards, settings.Avatars, time, app.Services.GetRequiredService<ILogger<AvatarEndpoints>>());
        app.Lifetime.ApplicationStopped.Register(avatars.Dispose);
        avatars.Map(app);
        var unknown = UnknownPaths.Among(app);
        app.MapFallback("{*path}", context => AllowedOrigins.IsV1(context)
            ? unknown(context)
            : ClassicReplies.WriteErrorAsync(context, StatusCodes.Status404NotFound, "没有这个地址"));
        AccessCheck.RequireRules(EndpointsOf(app));
    }

    private static IEnumerable<Endpoint> EndpointsOf(IEndpointRouteBuilder app) => app.DataSources.SelectMany(static source => source.Endpoints);

    private static LiveHub MapLive(WebApplication app, IBoards boards, Settings settings, StartOptions start)
    {
        var hub = new LiveHub(boards, settings.Live, start.LiveTimes, start.Time, app.Services.GetRequiredService<ILogger<LiveHub>>());
        app.Lifetime.ApplicationStopping.Register(hub.Stop);
        app.MapLive(boards, hub, settings.Live, settings.Cluster is not null, start.Time);
        return hub;
    }

    private async Task LoadAsync()
    {
        try
        {
            var start = time.GetTimestamp();
            await Task.Run(boards.LoadAsync);
            if (cluster is not null)
            {
                await cluster.StartAsync();
            }

            await credentials.LoadAsync();
            await outbox.LoadAsync();
            var took = time.GetElapsedTime(start);

            // What loading needed and nobody needs any more goes back to the system at once.
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            LogReady(logger, took);
            _ = WatchAsync();
        }
        catch (OperationCanceledException)
        {
            // Stopped while loading.
        }
        catch (Exception fault)
        {
            Die(fault);
        }
    }

    /// <summary>Reads what other servers may have changed of keys.</summary>
    private async Task ReloadAsync()
    {
        try
        {
            await credentials.LoadAsync();
        }
        catch (StoreUnavailableException)
        {
            // The next renewal of the lease says it again.
        }
    }

    /// <summary>Hands the boards over to the other servers, while everything is still answered.</summary>
    private async Task LeaveClusterAsync()
    {
        if (!boards.HoldsLease)
        {
            // Others have its boards, or will have them in a moment.
            return;
        }

        try
        {
            await cluster!.LeaveAsync();
        }
        catch (Exception fault)
        {
            LogNotHandedOver(logger, fault);
        }
    }

    private async Task WatchAsync()
    {
        try
        {
            await boards.Ended;
        }
        catch (Exception fault)
        {
            Die(fault);
        }
    }

    /// <summary>
    /// Ends the process at once, without the tidy closing that would write to a database nobody knows the state of. What was acknowledged is in it;
    /// a new process reads what is really there.
    /// </summary>
    private void Die(Exception fault)
    {
        LogDying(logger, fault, fault is StoreBrokenException or StoreOpenException ? fault.Message : $"Unexpected fault: {fault.Message}");
        Console.Error.WriteLine($"jinbang: stopped at once: {fault.Message}");

        // What the configuration declares does not fit the data: starting again would not help.
        Environment.Exit(fault is StoreOpenException ? CommandLine.Refused : CommandLine.Broken);
    }

    private void Trouble(StoreUnavailableException trouble)
    {
        // Once a second at the most: a full disk fails every commit.
        // Called on the committer's thread alone.
        if (troubledAt == 0 || time.GetElapsedTime(troubledAt) >= TimeSpan.FromSeconds(1))
        {
            troubledAt = time.GetTimestamp();
            LogTrouble(logger, trouble.Message);
        }
    }

    private void Announce()
    {
        var home = (app.Urls.FirstOrDefault() ?? DefaultUrls).Replace("[::]", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "localhost", StringComparison.Ordinal).TrimEnd('/');
        var game = settings.Games.Default ?? settings.Games.Games[0];
        var play = new Uri(new Uri(home), settings.Pages.PlayOf(game.Id, isConfigured: true) ?? $"/boards/{game.Board}");
        Console.WriteLine($"""
            Jinbang {Version}
              Play  {play}
              API   {home}/{game.Id}/api/
              Data  {settings.Data}
              Key   {(credentials.Operator.Own.Made is { } key ? $"{key} is the operator's for /v1, shown this once and kept in {credentials.Operator.Own.File}" : credentials.Operator.Own.File)}
            """);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Ready: all boards loaded in {Took}")]
    private static partial void LogReady(ILogger logger, TimeSpan took);

    [LoggerMessage(EventId = 2, Level = LogLevel.Critical, Message = "Stopping at once: {Reason}")]
    private static partial void LogDying(ILogger logger, Exception fault, string reason);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "Writes are answered 503: {Reason}")]
    private static partial void LogTrouble(ILogger logger, string reason);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "{What}: {Reason}")]
    private static partial void LogFileTrouble(ILogger logger, string what, string reason);

    [LoggerMessage(EventId = 6, Level = LogLevel.Warning, Message = "Boards were not handed over to the other servers, which take them when the lease of this one has run out")]
    private static partial void LogNotHandedOver(ILogger logger, Exception fault);

    [LoggerMessage(EventId = 5, Level = LogLevel.Error, Message = "{Why}")]
    private static partial void LogHeld(ILogger logger, string why);
}

using Jinbang.Boards.Storage;
using Jinbang.Boards.Windows;
using Jinbang.Storage.Postgres;
using Jinbang.Storage.Sqlite;

namespace Jinbang.Server.Operating;

/// <summary>Where everything rests.</summary>
internal enum StoreProvider
{
    /// <summary>A file in the data folder.</summary>
    Sqlite,

    /// <summary>A PostgreSQL server.</summary>
    PostgreSql,
}

/// <summary>The store's settings.</summary>
internal sealed record StoreSettings
{
    public const string Section = "Storage";

    private static readonly string[] Common = ["Provider", "LogRetentionDays", "FoldRows", "FoldSeconds"];
    private static readonly string[] SqliteKeys = ["CheckpointMegabytes", "CheckpointMegabytesAtMost"];
    private static readonly string[] PostgresKeys = ["ConnectionString", "StatementSeconds", "LockSeconds"];

    public required StoreProvider Provider { get; init; }

    public required SqliteStoreOptions Sqlite { get; init; }

    public required PostgresStoreOptions Postgres { get; init; }

    /// <summary>How PostgreSQL is reached; may hold a password.</summary>
    public string ConnectionString { get; init; } = "";

    public static StoreSettings Read(IConfigurationSection section, List<string> faults)
    {
        var provider = (section["Provider"] ?? "").ToUpperInvariant() switch
        {
            "" or "SQLITE" => StoreProvider.Sqlite,
            "POSTGRESQL" => StoreProvider.PostgreSql,
            _ => (StoreProvider?)null,
        };
        if (provider is null)
        {
            faults.Add($"{section.Path}:Provider is '{section["Provider"]}': SQLite and PostgreSQL are allowed.");
        }

        var isPostgres = provider == StoreProvider.PostgreSql;
        Settings.CheckKeys(section, provider is null ? [.. Common, .. SqliteKeys, .. PostgresKeys] : [.. Common, .. isPostgres ? PostgresKeys : SqliteKeys], faults);
        if (isPostgres && string.IsNullOrWhiteSpace(section["ConnectionString"]))
        {
            faults.Add($"{section.Path}:ConnectionString is missing: such as 'Host=db.example;Database=jinbang;Username=jinbang;Password=…'.");
        }

        var (sqlite, postgres) = (new SqliteStoreOptions(), new PostgresStoreOptions());
        var retention = TimeSpan.FromDays(Settings.Number(section, "LogRetentionDays", (long)sqlite.LogRetention.TotalDays, 1, 3650, faults));
        var rows = (int)Settings.Number(section, "FoldRows", isPostgres ? postgres.FoldRows : sqlite.FoldRows, 1, 10_000_000, faults);
        var age = TimeSpan.FromSeconds(Settings.Number(section, "FoldSeconds", (long)(isPostgres ? postgres.FoldAge : sqlite.FoldAge).TotalSeconds, 1, 3600, faults));
        return new StoreSettings
        {
            Provider = provider ?? StoreProvider.Sqlite,
            ConnectionString = section["ConnectionString"] ?? "",
            Sqlite = new SqliteStoreOptions
            {
                LogRetention = retention,
                FoldRows = rows,
                FoldAge = age,
                CheckpointBytes = Settings.Number(section, "CheckpointMegabytes", sqlite.CheckpointBytes >> 20, 1, 1024, faults) << 20,
                CheckpointBytesAtMost = Settings.Number(section, "CheckpointMegabytesAtMost", sqlite.CheckpointBytesAtMost >> 20, 2, 4096, faults) << 20,
            },
            Postgres = new PostgresStoreOptions
            {
                LogRetention = retention,
                FoldRows = rows,
                FoldAge = age,
                StatementTimeout = TimeSpan.FromSeconds(Settings.Number(section, "StatementSeconds", (long)postgres.StatementTimeout.TotalSeconds, 1, 300, faults)),
                LockTimeout = TimeSpan.FromSeconds(Settings.Number(section, "LockSeconds", (long)postgres.LockTimeout.TotalSeconds, 1, 300, faults)),
            },
        };
    }

    /// <summary>Opens the store, which holds the data folder from then on.</summary>
    /// <exception cref="StoreOpenException">It cannot be used; the message says why.</exception>
    public async Task<IScoreStore> OpenAsync(DataFolder folder, bool isShared, TimeProvider time, CancellationToken cancellationToken) => Provider == StoreProvider.Sqlite
        ? SqliteScoreStore.Open(folder, Sqlite, time)
        : await PostgresScoreStore.OpenAsync(ConnectionString, Postgres with { IsShared = isShared }, time, cancellationToken);

    /// <summary>Where files of closed windows lie: those of another database are not mistaken for this one's.</summary>
    public SealingOptions SealingIn(string data)
    {
        var folder = DataFolder.SealedIn(data);
        return new SealingOptions(Provider == StoreProvider.Sqlite ? folder : Path.Combine(folder, PostgresScoreStore.NameOf(ConnectionString)), DataFolder.SyncDirectory);
    }
}

using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using Jinbang.Boards.Games;
using Jinbang.Server.Avatars;
using Jinbang.Server.Games;
using Jinbang.Server.Limits;
using Jinbang.Server.Live;
using Jinbang.Server.Outgoing;
using Jinbang.Server.Pages;
using Jinbang.Server.Webhooks;

namespace Jinbang.Server.Operating;

/// <summary>One or more settings are wrong; the message lists them all.</summary>
public sealed class SettingsException(IReadOnlyList<string> faults)
    : Exception($"The settings cannot be used:{string.Concat(faults.Select(static fault => $"{Environment.NewLine}  - {fault}"))}")
{
    /// <summary>Every fault, one line each.</summary>
    public IReadOnlyList<string> Faults => faults;
}

/// <summary>All settings, read and checked once at the start. Each is a key of the configuration: see <c>docs/operating/settings.md</c>.</summary>
internal sealed record Settings
{
    public const string DataKey = "Data";

    private const string DefaultData = "data";

    /// <summary>Ours, and what the host puts there itself.</summary>
    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        DataKey, "Urls", "Games", "DefaultGame", "Limits", LiveSettings.Section, StoreSettings.Section, ClusterSection.Section, "TrustedProxies", WebhookEndpoints.Section, PageSettings.Section, AvatarSettings.Section, "Logging", "applicationName", "contentRoot", "environment",
        "hostingStartupAssemblies", "hostingStartupExcludeAssemblies", "preventHostingStartup");

    public required string Data { get; init; }

    public required GameCatalog Games { get; init; }

    public required LimitSettings Limits { get; init; }

    public required LiveSettings Live { get; init; }

    public required StoreSettings Storage { get; init; }

    /// <summary>How the server takes part in a cluster; null when it is alone.</summary>
    public required ClusterSection? Cluster { get; init; }

    public required IReadOnlyList<IPAddress> TrustedProxies { get; init; }

    public required OutgoingSettings Webhooks { get; init; }

    public required PageSettings Pages { get; init; }

    public required AvatarSettings Avatars { get; init; }

    /// <summary>The data folder of a command that runs without the rest of the settings.</summary>
    public static string DataFolder(string? given) => Path.GetFullPath(
        given ?? ConfigurationOf(null).Build()[DataKey] ?? DefaultData);

    /// <summary>Where settings come from, the later ones winning: beside the program, in the current folder, from the environment.</summary>
    public static IConfigurationBuilder ConfigurationOf(IConfigurationBuilder? builder)
    {
        builder ??= new ConfigurationBuilder();
        builder.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true, reloadOnChange: false);
        builder.AddJsonFile(Path.Combine(Environment.CurrentDirectory, "appsettings.json"), optional: true, reloadOnChange: false);
        return builder.AddEnvironmentVariables("JINBANG_");
    }

    /// <exception cref="SettingsException">Lists all that is wrong.</exception>
    public static Settings Read(IConfiguration configuration)
    {
        var faults = new List<string>();
        var storage = StoreSettings.Read(configuration.GetSection(StoreSettings.Section), faults);
        var settings = new Settings
        {
            Data = Path.GetFullPath(configuration[DataKey] ?? DefaultData),
            Games = GameCatalog.Read(configuration, faults),
            Limits = LimitSettings.Read(configuration.GetSection(LimitSettings.Section), faults),
            Live = LiveSettings.Read(configuration.GetSection(LiveSettings.Section), faults),
            Storage = storage,
            Cluster = ClusterSection.Read(configuration.GetSection(ClusterSection.Section), storage.Provider, faults),
            TrustedProxies = ReadProxies(configuration.GetSection("TrustedProxies"), faults),
            Webhooks = OutgoingSettings.Read(configuration.GetSection(WebhookEndpoints.Section), faults),
            Pages = PageSettings.Read(configuration.GetSection(PageSettings.Section), faults),
            Avatars = AvatarSettings.Read(configuration.GetSection(AvatarSettings.Section), faults),
        };
        foreach (var child in configuration.GetChildren().Where(static child => !Known.Contains(child.Key)))
        {
            faults.Add($"{child.Path} is no setting.");
        }

        return faults.Count == 0 ? settings : throw new SettingsException(faults);
    }

    /// <summary>Reads a whole number within bounds, or notes a fault.</summary>
    public static long Number(IConfiguration section, string key, long standard, long least, long most, List<string> faults)
    {
        var text = section[key];
        if (string.IsNullOrEmpty(text))
        {
            return standard;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        faults.Add($"{PathOf(section, key)} is '{text}': a whole number from {least} to {most} is allowed.");
        return standard;
    }

    /// <summary>Notes every key that is none of ours: a misspelt setting must not be ignored in silence.</summary>
    public static void CheckKeys(IConfigurationSection section, IReadOnlyCollection<string> known, List<string> faults)
    {
        foreach (var child in section.GetChildren().Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            faults.Add($"{child.Path} is no setting: {string.Join(", ", known)} are.");
        }
    }

    public static string PathOf(IConfiguration section, string key) => section is IConfigurationSection named ? $"{named.Path}:{key}" : key;

    private static List<IPAddress> ReadProxies(IConfigurationSection section, List<string> faults)
    {
        var proxies = new List<IPAddress>();
        foreach (var text in section.Value is { Length: > 0 } one ? [one] : section.GetChildren().Select(static child => child.Value ?? ""))
        {
            if (IPAddress.TryParse(text, out var address))
            {
                proxies.Add(address);
            }
            else
            {
                faults.Add($"{section.Path} holds '{text}': IP addresses of proxies are allowed.");
            }
        }

        return proxies;
    }
}

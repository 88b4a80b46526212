using Jinbang.Server.Operating;
using Jinbang.Server.Outgoing;
using Jinbang.Server.Webhooks;

namespace Jinbang.Server.Avatars;

/// <summary>Whose pictures the server fetches and shows, and the bounds of it. Section <c>Avatars</c>.</summary>
internal sealed record AvatarSettings
{
    public const string Section = "Avatars";

    private const string Nowhere = "none";

    /// <summary>WeChat's hosts of avatars.</summary>
    private static readonly IReadOnlyList<string> Standard = ["thirdwx.qlogo.cn", "wx.qlogo.cn"];

    /// <summary>Hosts that pictures may come from.</summary>
    public required IReadOnlyList<AvatarHost> Hosts { get; init; }

    /// <summary>What is allowed beside https and public addresses. Without <c>AllowInsecure</c> an address that begins with http is asked for over https.</summary>
    public required OutgoingSettings Targets { get; init; }

    /// <summary>The largest file that is read.</summary>
    public required int MaxBytes { get; init; }

    /// <summary>How long a fetch may take, redirects included.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>How many fetches there may be at once.</summary>
    public required int Concurrency { get; init; }

    /// <summary>The most memory that pictures ready to be sent take.</summary>
    public required long CacheBytes { get; init; }

    public static AvatarSettings Read(IConfigurationSection section, List<string> faults)
    {
        const string TimeoutSeconds = $"{nameof(Timeout)}Seconds";
        return new AvatarSettings
        {
            Hosts = ReadHosts(section.GetSection(nameof(Hosts)), faults),
            Targets = OutgoingSettings.Read(section, faults, nameof(Hosts), nameof(MaxBytes), TimeoutSeconds, nameof(Concurrency), nameof(CacheBytes)),
            MaxBytes = (int)Settings.Number(section, nameof(MaxBytes), 1 << 20, 1 << 10, 16 << 20, faults),
            Timeout = TimeSpan.FromSeconds(Settings.Number(section, TimeoutSeconds, 5, 1, 60, faults)),
            Concurrency = (int)Settings.Number(section, nameof(Concurrency), 16, 1, 1024, faults),
            CacheBytes = Settings.Number(section, nameof(CacheBytes), 64 << 20, 1 << 20, 4L << 30, faults),
        };
    }

    private static List<AvatarHost> ReadHosts(IConfigurationSection section, List<string> faults)
    {
        IReadOnlyList<string> listed = section.Value is { Length: > 0 } one ? [one] : [.. section.GetChildren().Select(static child => child.Value ?? "")];
        var hosts = new List<AvatarHost>();
        if (listed is [Nowhere])
        {
            return hosts;
        }

        foreach (var text in listed.Count > 0 ? listed : Standard)
        {
            if (AvatarHost.TryParse(text, out var host))
            {
                hosts.Add(host);
            }
            else
            {
                faults.Add($"{section.Path} holds '{text}': names such as img.example.com, *.example.com for all below it, or img.example.com:8443 for another port are allowed, or {Nowhere} alone.");
            }
        }

        return hosts;
    }
}

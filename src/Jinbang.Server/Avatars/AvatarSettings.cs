using System.Net;
using Jinbang.Server.Operating;
using Jinbang.Server.Webhooks;

namespace Jinbang.Server.Avatars;

/// <summary>Whose pictures the server fetches and shows. Section <c>Avatars</c>.</summary>
internal sealed record AvatarSettings
{
    public const string Section = "Avatars";

    /// <summary>Hosts that pictures may come from: a name, or <c>*.</c> and the end of names.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = ["thirdwx.qlogo.cn", "wx.qlogo.cn"];

    /// <summary>Where they may be fetched: WeChat's old addresses begin with http.</summary>
    public WebhookSettings Targets { get; init; } = new() { AllowInsecure = true };

    public static AvatarSettings Read(IConfigurationSection section, List<string> faults)
    {
        Settings.CheckKeys(section, [nameof(Hosts), "AllowedNetworks"], faults);
        var standard = new AvatarSettings();
        var hosts = ListOf(section.GetSection(nameof(Hosts)));
        foreach (var host in hosts.Where(static host => Uri.CheckHostName(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host) == UriHostNameType.Unknown))
        {
            faults.Add($"{section.Path}:{nameof(Hosts)} holds '{host}': names such as img.example.com and *.example.com are allowed.");
        }

        var networks = new List<IPNetwork>();
        foreach (var text in ListOf(section.GetSection("AllowedNetworks")))
        {
            if (IPNetwork.TryParse(text, out var network))
            {
                networks.Add(network);
            }
            else
            {
                faults.Add($"{section.Path}:AllowedNetworks holds '{text}': networks such as 10.1.0.0/16 are allowed.");
            }
        }

        return new AvatarSettings { Hosts = section.GetSection(nameof(Hosts)).Exists() ? hosts : standard.Hosts, Targets = standard.Targets with { AllowedNetworks = networks } };
    }

    /// <summary>Whether a picture may come from there.</summary>
    public bool Allows(Uri url) => Hosts.Any(host => host.StartsWith("*.", StringComparison.Ordinal)
        ? url.IdnHost.EndsWith(host[1..], StringComparison.OrdinalIgnoreCase)
        : url.IdnHost.Equals(host, StringComparison.OrdinalIgnoreCase));

    private static List<string> ListOf(IConfigurationSection section) =>
        section.Value is { Length: > 0 } one ? [one] : [.. section.GetChildren().Select(static child => child.Value ?? "").Where(static text => text.Length > 0)];
}

using System.Net;
using Jinbang.Server.Operating;

namespace Jinbang.Server.Outgoing;

/// <summary>What is allowed beside https and public addresses, for one kind of outgoing request.</summary>
internal sealed record OutgoingSettings
{
    /// <summary>Whether <c>http</c> is allowed beside <c>https</c>.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>Networks that are allowed although they are not public.</summary>
    public IReadOnlyList<IPNetwork> AllowedNetworks { get; init; } = [];

    /// <summary>Reads them.</summary>
    /// <param name="section">The section.</param>
    /// <param name="faults">Takes what is wrong.</param>
    /// <param name="others">What else the section holds.</param>
    public static OutgoingSettings Read(IConfigurationSection section, List<string> faults, params IEnumerable<string> others)
    {
        Settings.CheckKeys(section, [nameof(AllowInsecure), nameof(AllowedNetworks), .. others], faults);
        return new OutgoingSettings
        {
            AllowInsecure = ReadSwitch(section, nameof(AllowInsecure), faults),
            AllowedNetworks = ReadNetworks(section.GetSection(nameof(AllowedNetworks)), faults),
        };
    }

    private static bool ReadSwitch(IConfigurationSection section, string key, List<string> faults)
    {
        var text = section[key];
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        if (bool.TryParse(text, out var on))
        {
            return on;
        }

        faults.Add($"{Settings.PathOf(section, key)} is '{text}': true or false is allowed.");
        return false;
    }

    private static List<IPNetwork> ReadNetworks(IConfigurationSection section, List<string> faults)
    {
        var networks = new List<IPNetwork>();
        foreach (var text in section.Value is { Length: > 0 } one ? [one] : section.GetChildren().Select(static child => child.Value ?? ""))
        {
            if (IPNetwork.TryParse(text, out var network))
            {
                networks.Add(network);
            }
            else
            {
                faults.Add($"{section.Path} holds '{text}': networks such as 10.1.0.0/16 or fd00:1::/64 are allowed.");
            }
        }

        return networks;
    }
}

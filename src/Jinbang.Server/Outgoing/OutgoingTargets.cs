using System.Net;
using System.Net.Sockets;

namespace Jinbang.Server.Outgoing;

/// <summary>A target may not be reached; the message says why in plain words, without the URL.</summary>
internal sealed class OutgoingTargetException(string message) : Exception(message);

/// <summary>
/// Says where the server may send requests whose addresses others chose (webhooks, pictures), so that nobody can make the server speak to machines that only the server reaches. A connection goes to an address that
/// was checked when it was made: what DNS says later does not matter.
/// </summary>
internal sealed class OutgoingTargets
{
    private const string Unresolved = "The host's name cannot be resolved.";
    private const string Refused = "The host has an address that is not public.";

    /// <summary>IPv4 that is not public.</summary>
    private static readonly IPNetwork[] Refused4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>All of IPv6 that can be public.</summary>
    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    /// <summary>What of it is not: protocols' own (Teredo among them, which carries an IPv4 address), documentation, 6to4 (which carries one too).</summary>
    private static readonly IPNetwork[] Refused6 = [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(IPNetwork.Parse)];

    private readonly OutgoingSettings settings;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> resolve;

    /// <param name="settings">What is allowed beside https and public addresses.</param>
    /// <param name="resolve">From a host's name, or an address in text, to its addresses; the system's resolver when null.</param>
    public OutgoingTargets(OutgoingSettings settings, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        this.settings = settings;
        this.resolve = resolve ?? Dns.GetHostAddressesAsync;
    }

    /// <summary>What is wrong with a URL as it is written, in plain words; null when nothing is. Asks nobody.</summary>
    public string? FaultOf(Uri url)
    {
        if (!url.IsAbsoluteUri || url.IdnHost.Length == 0)
        {
            return "The URL is not complete.";
        }

        if (url.Scheme != Uri.UriSchemeHttps && !(settings.AllowInsecure && url.Scheme == Uri.UriSchemeHttp))
        {
            return settings.AllowInsecure ? "The URL must begin with https or http." : "The URL must begin with https.";
        }

        if (url.UserInfo.Length > 0)
        {
            return "The URL must not hold a user name or password.";
        }

        return url.Fragment.Length > 0 ? "The URL must not hold a fragment (#)." : null;
    }

    /// <summary>What is wrong with a URL and the addresses that its host has now, in plain words; null when nothing is.</summary>
    public async Task<string?> CheckAsync(Uri url, CancellationToken cancellationToken)
    {
        if (FaultOf(url) is { } fault)
        {
            return fault;
        }

        try
        {
            await ResolveAsync(url.IdnHost, cancellationToken);
            return null;
        }
        catch (OutgoingTargetException refused)
        {
            return refused.Message;
        }
    }

    /// <summary>Whether an address is public, or in a network that the settings allow.</summary>
    public bool IsAllowed(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return settings.AllowedNetworks.Any(network => network.Contains(plain)) || plain.AddressFamily switch
        {
            AddressFamily.InterNetwork => !Refused4.Any(network => network.Contains(plain)),
            AddressFamily.InterNetworkV6 => Global6.Contains(plain) && !Refused6.Any(network => network.Contains(plain)),
            _ => false,
        };
    }

    /// <summary>Connects to the first of a host's addresses that answers, having checked all of them.</summary>
    /// <exception cref="OutgoingTargetException">The host has no address, or one that is refused.</exception>
    /// <exception cref="SocketException">No address answers.</exception>
    public async ValueTask<Stream> ConnectAsync(DnsEndPoint host, CancellationToken cancellationToken)
    {
        SocketException? trouble = null;
        foreach (var address in await ResolveAsync(host.Host, cancellationToken))
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, host.Port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException fault)
            {
                socket.Dispose();
                trouble = fault;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw trouble!;
    }

    /// <summary>The addresses of a host, every one allowed. One that is refused refuses all: whoever mixes them is up to something.</summary>
    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        IPAddress[] addresses;
        try
        {
            addresses = await resolve(host, cancellationToken);
        }
        catch (Exception fault) when (fault is SocketException or ArgumentException)
        {
            throw new OutgoingTargetException(Unresolved);
        }

        if (addresses.Length == 0)
        {
            throw new OutgoingTargetException(Unresolved);
        }

        return addresses.All(IsAllowed) ? addresses : throw new OutgoingTargetException(Refused);
    }
}

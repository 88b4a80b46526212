using System.Net;
using Jinbang.Server.Outgoing;
using Jinbang.Server.Webhooks;

namespace Jinbang.Server.Avatars;

/// <summary>
/// Fetches pictures from the hosts that are listed, over connections to addresses that were checked when they were made, with bounds on time, bytes and redirects. Whatever is not as it must be is
/// simply no picture.
/// </summary>
internal sealed class AvatarSource : IDisposable
{
    private const int MostRedirects = 3;
    private const int PieceBytes = 16 * 1024;

    private readonly AvatarSettings settings;
    private readonly OutgoingTargets targets;
    private readonly TimeProvider time;
    private readonly HttpMessageInvoker http;

    /// <param name="settings">From where, and the bounds.</param>
    /// <param name="time">Bounds how long it takes.</param>
    /// <param name="resolve">From a host's name to its addresses; the system's resolver when null.</param>
    public AvatarSource(AvatarSettings settings, TimeProvider time, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        this.settings = settings;
        this.time = time;
        targets = new OutgoingTargets(settings.Targets, resolve);
        http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = (context, cancellationToken) => targets.ConnectAsync(context.DnsEndPoint, cancellationToken),
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = PieceBytes,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10),
        });
    }

    /// <summary>
    /// What would be fetched for an address: the same over https, unless the settings leave http as it is. Null when it leads to no listed host. Asks nobody.
    /// </summary>
    public Uri? TargetOf(Uri url)
    {
        if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
        {
            return null;
        }

        var target = url.Scheme == Uri.UriSchemeHttps || settings.Targets.AllowInsecure
            ? url
            : new UriBuilder(url) { Scheme = Uri.UriSchemeHttps, Port = url.IsDefaultPort ? -1 : url.Port }.Uri;
        return targets.FaultOf(target) is null && settings.Hosts.Any(host => host.Has(target)) ? target : null;
    }

    /// <summary>The bytes of a picture; null when there is none to be had.</summary>
    /// <param name="target">What <see cref="TargetOf"/> said.</param>
    public async Task<ReadOnlyMemory<byte>?> FetchAsync(Uri target)
    {
        using var limit = new CancellationTokenSource(settings.Timeout, time);
        try
        {
            var url = target;
            for (var redirects = 0; url is not null && redirects <= MostRedirects; redirects++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, url);
                request.Headers.TryAddWithoutValidation("Accept", "image/webp, image/png, image/jpeg, image/gif");
                using var reply = await http.SendAsync(request, limit.Token);
                if ((int)reply.StatusCode is 301 or 302 or 303 or 307 or 308)
                {
                    url = reply.Headers.Location is { } next ? TargetOf(new Uri(url, next)) : null;
                    continue;
                }

                return reply.StatusCode == HttpStatusCode.OK && !(reply.Content.Headers.ContentLength > settings.MaxBytes) ? await ReadAsync(reply, limit.Token) : null;
            }

            return null;
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or IOException or OutgoingTargetException or UriFormatException or InvalidOperationException)
        {
            return null;
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>Reads up to the bound. Memory is taken for what comes, not for what was announced or might come.</summary>
    private async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpResponseMessage reply, CancellationToken cancellationToken)
    {
        using var read = new MemoryStream(PieceBytes);
        await using var body = await reply.Content.ReadAsStreamAsync(cancellationToken);
        var piece = new byte[PieceBytes];
        while (await body.ReadAsync(piece, cancellationToken) is > 0 and var count)
        {
            if (read.Length + count > settings.MaxBytes)
            {
                return null;
            }

            read.Write(piece, 0, count);
        }

        return read.GetBuffer().AsMemory(0, (int)read.Length);
    }
}

using System.Net;
using Jinbang.Server.Webhooks;

namespace Jinbang.Server.Avatars;

/// <summary>
/// Fetches pictures from the hosts that are listed, over connections to addresses that were checked when they were made, with bounds on time, bytes and redirects. Whatever is not as it must be is
/// simply no picture.
/// </summary>
internal sealed class AvatarSource : IDisposable
{
    /// <summary>The most bytes of a picture.</summary>
    public const int MostBytes = 1024 * 1024;

    private const int MostRedirects = 3;

    /// <summary>How long all of it may take.</summary>
    public static readonly TimeSpan TotalTime = TimeSpan.FromSeconds(5);

    private readonly AvatarSettings settings;
    private readonly WebhookTargets targets;
    private readonly TimeProvider time;
    private readonly HttpMessageInvoker http;

    public AvatarSource(AvatarSettings settings, TimeProvider time)
    {
        this.settings = settings;
        this.time = time;
        targets = new WebhookTargets(settings.Targets);
        http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = (context, cancellationToken) => targets.ConnectAsync(context.DnsEndPoint, cancellationToken),
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = 16,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10),
        });
    }

    /// <summary>The bytes of a picture; null when there is none to be had.</summary>
    public async Task<byte[]?> FetchAsync(string address)
    {
        using var limit = new CancellationTokenSource(TotalTime, time);
        try
        {
            var url = Uri.TryCreate(address, UriKind.Absolute, out var given) ? given : null;
            for (var redirects = 0; url is not null && redirects <= MostRedirects; redirects++)
            {
                if (targets.FaultOf(url) is not null || !settings.Allows(url))
                {
                    return null;
                }

                using var request = new HttpRequestMessage(HttpMethod.Get, url);
                request.Headers.TryAddWithoutValidation("Accept", "image/*");
                using var reply = await http.SendAsync(request, limit.Token);
                if ((int)reply.StatusCode is 301 or 302 or 303 or 307 or 308)
                {
                    url = reply.Headers.Location is { } next ? new Uri(url, next) : null;
                    continue;
                }

                return reply.StatusCode == HttpStatusCode.OK && reply.Content.Headers.ContentLength is null or <= MostBytes ? await ReadAsync(reply, limit.Token) : null;
            }

            return null;
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or IOException or WebhookTargetException or UriFormatException or InvalidOperationException)
        {
            return null;
        }
    }

    public void Dispose() => http.Dispose();

    private static async Task<byte[]?> ReadAsync(HttpResponseMessage reply, CancellationToken cancellationToken)
    {
        await using var body = await reply.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[MostBytes + 1];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= MostBytes ? bytes[..length] : null;
    }
}

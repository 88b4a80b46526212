using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Jinbang.Server.Outgoing;

namespace Jinbang.Server.Webhooks;

/// <summary>What came of sending an event once.</summary>
internal enum DeliveryResult
{
    /// <summary>The receiver has it.</summary>
    Delivered,

    /// <summary>It may go well later.</summary>
    Failed,

    /// <summary>The receiver wants nothing any more.</summary>
    Gone,
}

/// <summary>What came of sending an event once, and why.</summary>
/// <param name="Result">What came of it.</param>
/// <param name="Trouble">What was wrong, in plain words without the URL; null when it was delivered.</param>
/// <param name="RetryAfter">How long the receiver wants to be left alone; null when it did not say.</param>
internal readonly record struct Delivery(DeliveryResult Result, string? Trouble = null, TimeSpan? RetryAfter = null);

/// <summary>Sends one event once: signed, over a connection to a checked address, with bounds on time and on what is read.</summary>
internal sealed class WebhookClient : IDisposable
{
    /// <summary>The most of an answer's body that is read; a connection with a longer one is closed.</summary>
    public const int MostBodyBytes = 4 * 1024;

    /// <summary>The most of an answer's status line and headers, KiB.</summary>
    private const int MostHeaderKibibytes = 16;

    /// <summary>How long a connection may take to be made, TLS included.</summary>
    public static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(5);

    /// <summary>How long everything up to the answer's headers may take.</summary>
    public static readonly TimeSpan TotalTime = TimeSpan.FromSeconds(10);

    private readonly OutgoingTargets targets;
    private readonly TimeProvider time;
    private readonly HttpMessageInvoker http;

    /// <param name="targets">Where may be sent.</param>
    /// <param name="time">Dates what is sent, and bounds how long it takes.</param>
    public WebhookClient(OutgoingTargets targets, TimeProvider time)
    {
        this.targets = targets;
        this.time = time;
        http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = (context, cancellationToken) => targets.ConnectAsync(context.DnsEndPoint, cancellationToken),
            ConnectTimeout = ConnectTime,
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = MostHeaderKibibytes,

            // Nobody reads the body: it is passed over up to this bound, so that its connection can be used again.
            MaxResponseDrainSize = MostBodyBytes,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        });
    }

    /// <summary>Sends an event once. Only a cancelled call throws.</summary>
    public async Task<Delivery> SendAsync(Webhook webhook, OutboxEvent sent, CancellationToken cancellationToken)
    {
        if (targets.FaultOf(webhook.Url) is { } fault)
        {
            return new Delivery(DeliveryResult.Failed, fault);
        }

        if (WebhookSecret.TryParse(webhook.Secret) is not { } secret)
        {
            return new Delivery(DeliveryResult.Failed, "The secret is not whsec_ and the Base64 of 24 to 64 bytes.");
        }

        using var limit = new CancellationTokenSource(TotalTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = MakeRequest(webhook.Url, secret, sent);
            using var response = await http.SendAsync(request, either.Token);
            return Judge(response);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Delivery(DeliveryResult.Failed, limit.IsCancellationRequested
                ? string.Create(CultureInfo.InvariantCulture, $"No answer came within {TotalTime.TotalSeconds} s.")
                : string.Create(CultureInfo.InvariantCulture, $"No connection could be made within {ConnectTime.TotalSeconds} s."));
        }
        catch (Exception trouble) when (trouble is HttpRequestException or IOException)
        {
            return new Delivery(DeliveryResult.Failed, Describe(trouble));
        }
    }

    public void Dispose() => http.Dispose();

    private static string Describe(Exception trouble) => trouble switch
    {
        { InnerException: OutgoingTargetException refused } => refused.Message,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "No TLS connection could be made: the certificate is not trusted or not for this host.",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "No connection could be made.",
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => "The answer's headers are too long.",
        _ => "The connection ended without an answer in HTTP.",
    };

    private HttpRequestMessage MakeRequest(Uri url, WebhookSecret secret, OutboxEvent sent)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ReadOnlyMemoryContent(sent.Body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Jinbang", JinbangServer.Version));
        request.Headers.Add(WebhookSignature.IdHeader, sent.Id);
        request.Headers.Add(WebhookSignature.TimestampHeader, now.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Sign(secret, sent.Id, now, sent.Body.Span));
        return request;
    }

    private Delivery Judge(HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode)
        {
            return new Delivery(DeliveryResult.Delivered);
        }

        var status = (int)response.StatusCode;
        return status switch
        {
            (int)HttpStatusCode.Gone => new Delivery(DeliveryResult.Gone, "The receiver answered 410: it wants no more events."),
            >= 300 and < 400 => new Delivery(DeliveryResult.Failed, string.Create(CultureInfo.InvariantCulture, $"The receiver answered {status}: redirects are not followed."), RetryAfterOf(response)),
            _ => new Delivery(DeliveryResult.Failed, string.Create(CultureInfo.InvariantCulture, $"The receiver answered {status}."), RetryAfterOf(response)),
        };
    }

    private TimeSpan? RetryAfterOf(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };
}

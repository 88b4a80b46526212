using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Jinbang.Server.Tests.Webhooks;

/// <summary>What a receiver was sent.</summary>
internal sealed record ReceivedEvent(string Path, IHeaderDictionary Headers, byte[] Body)
{
    public string Id => Headers["webhook-id"].ToString();
}

/// <summary>An operator's endpoint: real Kestrel on 127.0.0.1, which keeps what it is sent and answers as it is told.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication app;

    private WebhookReceiver(WebApplication app) => this.app = app;

    public ConcurrentQueue<ReceivedEvent> Received { get; } = new();

    public IEnumerable<string> Ids => Received.Select(static received => received.Id);

    /// <summary>Answers a request that has been kept; 204 until it is set.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = static context => AnswerAsync(context, StatusCodes.Status204NoContent);

    public int Port => new Uri(app.Urls.Single()).Port;

    public Uri Url => new($"{app.Urls.Single()}/hooks/1?token=hidden-query");

    public static async Task<WebhookReceiver> StartAsync(bool tls = false)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
        {
            if (tls)
            {
                listen.UseHttps(MakeCertificate());
            }
        }));
        var app = builder.Build();
        var receiver = new WebhookReceiver(app);
        app.Run(receiver.ReceiveAsync);
        await app.StartAsync();
        return receiver;
    }

    public static Task AnswerAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    /// <summary>Answers nothing until the sender goes away.</summary>
    public static Task NeverAnswerAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        context.RequestAborted.Register(gone.SetResult);
        return gone.Task;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = new HeaderDictionary();
        foreach (var (name, value) in context.Request.Headers)
        {
            headers[name] = value;
        }

        Received.Enqueue(new ReceivedEvent(string.Create(CultureInfo.InvariantCulture, $"{context.Request.Path}{context.Request.QueryString}"), headers, body.ToArray()));
        await Answer(context);
    }
}

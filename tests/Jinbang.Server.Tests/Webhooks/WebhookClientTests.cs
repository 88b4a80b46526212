using System.Net;
using System.Text;
using Jinbang.Server.Outgoing;
using Jinbang.Server.Webhooks;
using Microsoft.AspNetCore.Http;
using StandardWebhooks;

namespace Jinbang.Server.Tests.Webhooks;

public sealed class WebhookClientTests
{
    private static readonly string Secret = WebhookSecret.Generate();
    private static readonly OutboxEvent Event = new(1, "msg_1", "window.closed", """{"type":"window.closed","data":{"name":"秘密"}}"""u8.ToArray());
    private static readonly OutgoingSettings Loopback = new() { AllowInsecure = true, AllowedNetworks = [IPNetwork.Parse("127.0.0.0/8")] };

    [Fact]
    public async Task An_event_is_posted_as_json_with_a_signature_that_another_implementation_verifies()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        Assert.Equal(new Delivery(DeliveryResult.Delivered), await SendAsync(receiver.Url));
        var received = Assert.Single(receiver.Received);
        Assert.Equal("/hooks/1?token=hidden-query", received.Path);
        Assert.Equal("application/json", received.Headers.ContentType);
        Assert.Equal($"Jinbang/{JinbangServer.Version}", received.Headers.UserAgent);
        Assert.Equal("msg_1", received.Id);
        Assert.Equal(Event.Body.ToArray(), received.Body);
        new StandardWebhook(Secret).Verify(Encoding.UTF8.GetString(received.Body), received.Headers);
        Assert.Equal(
            ["Content-Length", "Content-Type", "Host", "User-Agent", "webhook-id", "webhook-signature", "webhook-timestamp"],
            received.Headers.Keys.Order(StringComparer.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(200, DeliveryResult.Delivered)]
    [InlineData(202, DeliveryResult.Delivered)]
    [InlineData(299, DeliveryResult.Delivered)]
    [InlineData(304, DeliveryResult.Failed)]
    [InlineData(400, DeliveryResult.Failed)]
    [InlineData(404, DeliveryResult.Failed)]
    [InlineData(410, DeliveryResult.Gone)]
    [InlineData(429, DeliveryResult.Failed)]
    [InlineData(500, DeliveryResult.Failed)]
    public async Task The_status_decides(int status, object result)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = context => WebhookReceiver.AnswerAsync(context, status);
        var delivery = await SendAsync(receiver.Url);
        Assert.Equal(result, delivery.Result);
        if (delivery.Trouble is { } trouble)
        {
            Assert.Contains($"{status}", trouble, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_a_failure_and_is_not_followed(int status)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = context =>
        {
            context.Response.Headers.Location = "/elsewhere";
            return WebhookReceiver.AnswerAsync(context, status);
        };
        var delivery = await SendAsync(receiver.Url);
        Assert.Equal(DeliveryResult.Failed, delivery.Result);
        Assert.Contains("redirects are not followed", delivery.Trouble, StringComparison.Ordinal);
        Assert.Single(receiver.Received);
    }

    [Fact]
    public async Task A_cookie_is_not_sent_back()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = static context =>
        {
            context.Response.Cookies.Append("session", "1");
            return Task.CompletedTask;
        };
        using var client = new WebhookClient(new OutgoingTargets(Loopback), TimeProvider.System);
        await client.SendAsync(At(receiver.Url), Event, CancellationToken.None);
        await client.SendAsync(At(receiver.Url), Event, CancellationToken.None);
        Assert.Equal(2, receiver.Received.Count);
        Assert.All(receiver.Received, static received => Assert.False(received.Headers.ContainsKey("Cookie")));
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("0", 0)]
    [InlineData("86400", 86400)]
    [InlineData("soon", null)]
    [InlineData("-5", null)]
    public async Task Retry_After_is_read_as_seconds(string text, int? seconds)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = context =>
        {
            context.Response.Headers.RetryAfter = text;
            return WebhookReceiver.AnswerAsync(context, 503);
        };
        Assert.Equal(seconds is { } number ? TimeSpan.FromSeconds(number) : null, (await SendAsync(receiver.Url)).RetryAfter);
    }

    [Fact]
    public async Task Retry_After_is_read_as_a_date()
    {
        var clock = new ManualClock();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = context =>
        {
            context.Response.Headers.RetryAfter = (clock.GetUtcNow() + TimeSpan.FromMinutes(3)).ToString("R");
            return WebhookReceiver.AnswerAsync(context, 429);
        };
        using var client = new WebhookClient(new OutgoingTargets(Loopback), clock);
        Assert.Equal(TimeSpan.FromMinutes(3), (await client.SendAsync(At(receiver.Url), Event, CancellationToken.None)).RetryAfter);
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_is_left_after_10_seconds()
    {
        var clock = new ManualClock();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = WebhookReceiver.NeverAnswerAsync;
        using var client = new WebhookClient(new OutgoingTargets(Loopback), clock);
        var sending = client.SendAsync(At(receiver.Url), Event, CancellationToken.None);
        await Eventually.HoldsAsync(() => !receiver.Received.IsEmpty);
        clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(sending.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(new Delivery(DeliveryResult.Failed, "No answer came within 10 s."), await sending);
    }

    [Fact]
    public async Task A_connection_that_is_not_made_is_left_after_5_seconds()
    {
        var targets = new OutgoingTargets(Loopback, static async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return [];
        });
        using var client = new WebhookClient(targets, TimeProvider.System);
        Assert.Equal(
            new Delivery(DeliveryResult.Failed, "No connection could be made within 5 s."),
            await client.SendAsync(At(new Uri("http://receiver.example/")), Event, CancellationToken.None));
    }

    [Theory]
    [InlineData(200, DeliveryResult.Delivered)]
    [InlineData(500, DeliveryResult.Failed)]
    public async Task An_endless_answer_is_cut_and_its_status_counts(int status, object result)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var cut = new TaskCompletionSource<long>();
        receiver.Answer = async context =>
        {
            context.Response.StatusCode = status;
            var written = 0L;
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(new byte[16 * 1024]);
                written += 16 * 1024;
            }

            cut.SetResult(written);
        };
        Assert.Equal(result, (await SendAsync(receiver.Url)).Result);

        // What lies in the sockets' buffers was written too; nobody has read it.
        Assert.InRange(await cut.Task.WaitAsync(TimeSpan.FromSeconds(10)), 0, 64 * 1024 * 1024);
    }

    [Fact]
    public async Task A_big_answer_is_not_read()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = static context => context.Response.Body.WriteAsync(new byte[32 * 1024 * 1024]).AsTask();
        using var client = new WebhookClient(new OutgoingTargets(Loopback), TimeProvider.System);
        var before = GC.GetTotalAllocatedBytes();
        Assert.Equal(DeliveryResult.Delivered, (await client.SendAsync(At(receiver.Url), Event, CancellationToken.None)).Result);
        receiver.Answer = static context => WebhookReceiver.AnswerAsync(context, 204);
        Assert.Equal(DeliveryResult.Delivered, (await client.SendAsync(At(receiver.Url), Event, CancellationToken.None)).Result);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 128L * 1024 * 1024);
    }

    [Fact]
    public async Task Headers_without_end_are_a_failure()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = static context =>
        {
            context.Response.Headers["x-long"] = new string('a', 17 * 1024);
            return Task.CompletedTask;
        };
        Assert.Equal(new Delivery(DeliveryResult.Failed, "The answer's headers are too long."), await SendAsync(receiver.Url));
    }

    [Fact]
    public async Task A_connection_goes_to_the_address_that_was_checked_and_not_to_what_the_name_means_later()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var asked = 0;
        var targets = new OutgoingTargets(
            new OutgoingSettings { AllowInsecure = true, AllowedNetworks = [IPNetwork.Parse("127.0.0.1/32")] },
            (_, _) => Task.FromResult<IPAddress[]>([Interlocked.Increment(ref asked) == 1 ? IPAddress.Loopback : IPAddress.Parse("127.0.0.2")]));
        var url = new Uri($"http://receiver.example:{receiver.Port}/");
        using (var client = new WebhookClient(targets, TimeProvider.System))
        {
            Assert.Equal(DeliveryResult.Delivered, (await client.SendAsync(At(url), Event, CancellationToken.None)).Result);
            Assert.Equal(1, asked);
        }

        using (var client = new WebhookClient(targets, TimeProvider.System))
        {
            Assert.Contains("not public", (await client.SendAsync(At(url), Event, CancellationToken.None)).Trouble, StringComparison.Ordinal);
        }

        Assert.Single(receiver.Received);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task Without_an_allowed_network_loopback_is_never_reached(string host)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        using var client = new WebhookClient(new OutgoingTargets(new OutgoingSettings { AllowInsecure = true }), TimeProvider.System);
        var delivery = await client.SendAsync(At(new Uri($"http://{host}:{receiver.Port}/")), Event, CancellationToken.None);
        Assert.Equal(new Delivery(DeliveryResult.Failed, "The host has an address that is not public."), delivery);
        Assert.Empty(receiver.Received);
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_is_a_failure()
    {
        await using var receiver = await WebhookReceiver.StartAsync(tls: true);
        Assert.Contains("certificate", (await SendAsync(receiver.Url)).Trouble, StringComparison.Ordinal);
        Assert.Empty(receiver.Received);
    }

    [Fact]
    public async Task A_closed_port_is_a_failure()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var url = receiver.Url;
        await receiver.DisposeAsync();
        Assert.Equal(new Delivery(DeliveryResult.Failed, "No connection could be made."), await SendAsync(url));
    }

    [Fact]
    public async Task A_connection_that_ends_without_an_answer_is_a_failure()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = static context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        Assert.Equal(new Delivery(DeliveryResult.Failed, "The connection ended without an answer in HTTP."), await SendAsync(receiver.Url));
    }

    [Theory]
    [InlineData("whsec_short")]
    [InlineData("")]
    public async Task A_secret_that_is_none_is_a_failure_and_nothing_is_sent(string secret)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        using var client = new WebhookClient(new OutgoingTargets(Loopback), TimeProvider.System);
        var delivery = await client.SendAsync(At(receiver.Url) with { Secret = secret }, Event, CancellationToken.None);
        Assert.Equal(DeliveryResult.Failed, delivery.Result);
        Assert.DoesNotContain("short", delivery.Trouble, StringComparison.Ordinal);
        Assert.Empty(receiver.Received);
    }

    private static Webhook At(Uri url) => new() { Id = "w1", Game = "pinball", Url = url, Secret = Secret };

    private static async Task<Delivery> SendAsync(Uri url)
    {
        using var client = new WebhookClient(new OutgoingTargets(Loopback), TimeProvider.System);
        return await client.SendAsync(At(url), Event, CancellationToken.None);
    }
}

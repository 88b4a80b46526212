using System.Net;
using Jinbang.Server.Avatars;
using Jinbang.Server.Outgoing;
using Jinbang.Server.Tests.Webhooks;
using Jinbang.Server.Webhooks;

namespace Jinbang.Server.Tests.Avatars;

public sealed class AvatarSourceTests : IAsyncLifetime
{
    private WebhookReceiver? host;

    private WebhookReceiver Host => host!;

    public async ValueTask InitializeAsync() => host = await WebhookReceiver.StartAsync();

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    [Theory]
    [InlineData("https://wx.qlogo.cn/a?b=c", "https://wx.qlogo.cn/a?b=c")]
    [InlineData("http://wx.qlogo.cn/a?b=c", "https://wx.qlogo.cn/a?b=c")]
    [InlineData("HTTP://WX.QLOGO.CN:80/a", "https://wx.qlogo.cn/a")]
    [InlineData("https://a.b.example.com/", "https://a.b.example.com/")]
    [InlineData("http://other.example:8443/", "https://other.example:8443/")]
    [InlineData("https://example.com/", null)]
    [InlineData("https://badexample.com/", null)]
    [InlineData("https://wx.qlogo.cn.evil.example/", null)]
    [InlineData("https://wx.qlogo.cn./", null)]
    [InlineData("https://evil.wx.qlogo.cn/", null)]
    [InlineData("https://wx.qlogo.cn:444/", null)]
    [InlineData("http://wx.qlogo.cn:22/", null)]
    [InlineData("https://other.example/", null)]
    [InlineData("https://wx.qlogo.cn@evil.example/", null)]
    [InlineData("https://me@wx.qlogo.cn/", null)]
    [InlineData("ftp://wx.qlogo.cn/", null)]
    [InlineData("file:///etc/passwd", null)]
    [InlineData("/a", null)]
    public void An_address_leads_to_a_listed_host_over_https_or_nowhere(string url, string? target)
    {
        using var source = new AvatarSource(Settings(false, "wx.qlogo.cn", "*.example.com", "other.example:8443"), TimeProvider.System);
        Assert.Equal(target, source.TargetOf(new Uri(url, UriKind.RelativeOrAbsolute))?.AbsoluteUri);
    }

    [Fact]
    public async Task A_host_is_not_told_who_asks()
    {
        Host.Answer = static context => context.Response.Body.WriteAsync(new byte[10]).AsTask();
        Assert.Equal(10, (await FetchAsync())!.Value.Length);
        Assert.Equal(["Accept", "Host"], Assert.Single(Host.Received).Headers.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(100_000, true)]
    [InlineData(100_001, false)]
    public async Task As_much_is_read_as_is_allowed_whether_it_was_announced_or_not(int length, bool isRead)
    {
        foreach (var isAnnounced in (bool[])[true, false])
        {
            Host.Answer = context =>
            {
                context.Response.ContentLength = isAnnounced ? length : null;
                return context.Response.Body.WriteAsync(new byte[length]).AsTask();
            };
            Assert.Equal(isRead, await FetchAsync() is not null);
        }
    }

    [Fact]
    public async Task A_body_without_an_end_is_cut()
    {
        var cut = new TaskCompletionSource();
        Host.Answer = async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(new byte[16 * 1024]);
            }

            cut.SetResult();
        };
        Assert.Null(await FetchAsync());
        await cut.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_host_that_is_slow_is_left(bool doesBegin)
    {
        var clock = new ManualClock();
        Host.Answer = async context =>
        {
            if (doesBegin)
            {
                await context.Response.Body.WriteAsync(new byte[10]);
            }

            await WebhookReceiver.NeverAnswerAsync(context);
        };
        using var source = new AvatarSource(Settings(true, $"127.0.0.1:{Host.Port}"), clock);
        var fetch = source.FetchAsync(Host.Url);
        await Eventually.HoldsAsync(() => !Host.Received.IsEmpty);
        clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(fetch.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Null(await fetch);
    }

    [Theory]
    [InlineData("http://unlisted.example/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://[::1]/")]
    [InlineData("//unlisted.example/")]
    [InlineData("file:///etc/passwd")]
    public async Task A_redirect_to_a_host_or_port_that_is_not_listed_is_not_followed(string location)
    {
        Host.Answer = context =>
        {
            context.Response.Redirect(location);
            return Task.CompletedTask;
        };
        Assert.Null(await FetchAsync());
        Assert.Single(Host.Received);
    }

    [Fact]
    public async Task Redirects_in_a_circle_come_to_an_end()
    {
        Host.Answer = static context =>
        {
            context.Response.Redirect("/again");
            return Task.CompletedTask;
        };
        Assert.Null(await FetchAsync());
        Assert.Equal(4, Host.Received.Count);
    }

    [Fact]
    public async Task A_listed_name_that_resolves_to_a_private_address_is_not_reached_also_by_a_redirect()
    {
        Host.Answer = context =>
        {
            context.Response.Redirect($"http://inner.example:{Host.Port}/");
            return Task.CompletedTask;
        };
        var settings = Settings(true, $"outer.example:{Host.Port}", $"inner.example:{Host.Port}");
        using var source = new AvatarSource(
            settings with { Targets = settings.Targets with { AllowedNetworks = [IPNetwork.Parse("127.0.0.1/32")] } }, TimeProvider.System,
            static (name, _) => Task.FromResult<IPAddress[]>([name == "outer.example" ? IPAddress.Loopback : IPAddress.Parse("127.0.0.2")]));
        Assert.Null(await source.FetchAsync(new Uri($"http://outer.example:{Host.Port}/")));
        Assert.Single(Host.Received);
        Assert.Null(await source.FetchAsync(new Uri($"http://inner.example:{Host.Port}/")));
        Assert.Single(Host.Received);
    }

    private static AvatarSettings Settings(bool isInsecure, params string[] hosts) => new()
    {
        Hosts = [.. hosts.Select(static text => AvatarHost.TryParse(text, out var host) ? host : throw new ArgumentException(text))],
        Targets = new OutgoingSettings { AllowInsecure = isInsecure, AllowedNetworks = [IPNetwork.Parse("127.0.0.0/8")] },
        MaxBytes = 100_000,
        Timeout = TimeSpan.FromSeconds(5),
        Concurrency = 4,
        CacheBytes = 1 << 20,
    };

    private async Task<ReadOnlyMemory<byte>?> FetchAsync()
    {
        using var source = new AvatarSource(Settings(true, $"127.0.0.1:{Host.Port}"), TimeProvider.System);
        return await source.FetchAsync(source.TargetOf(Host.Url)!);
    }
}

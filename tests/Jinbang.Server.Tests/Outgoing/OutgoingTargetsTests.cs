using System.Net;
using System.Net.Sockets;
using Jinbang.Server.Outgoing;
using Jinbang.Server.Tests.Webhooks;
using Jinbang.Server.Webhooks;

namespace Jinbang.Server.Tests.Outgoing;

public sealed class OutgoingTargetsTests
{
    private static readonly OutgoingTargets Strict = new(new OutgoingSettings());

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.255.255.255")]
    [InlineData("10.0.0.1")]
    [InlineData("10.255.255.255")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("169.254.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.170")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.0.1")]
    [InlineData("192.168.255.255")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::127.0.0.1")]
    [InlineData("::8.8.8.8")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b::808:808")]
    [InlineData("64:ff9b:1::a00:1")]
    [InlineData("100::1")]
    [InlineData("2001:0:4136:e378:8000:63bf:3fff:fdd2")]
    [InlineData("2001:0:a00:1::80ff:fffe")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("2002:a00:1::1")]
    [InlineData("3fff::1")]
    [InlineData("fc00::1")]
    [InlineData("fdff::1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("febf::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public async Task An_address_that_is_not_public_is_refused(string address)
    {
        Assert.False(Strict.IsAllowed(IPAddress.Parse(address)));
        var named = new OutgoingTargets(new OutgoingSettings(), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(address)]));
        Assert.Contains("not public", await named.CheckAsync(new Uri("https://receiver.example/"), CancellationToken.None), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("126.255.255.255")]
    [InlineData("169.253.255.255")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.0.1.0")]
    [InlineData("192.167.255.255")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("2001:4860:4860::8888")]
    [InlineData("2400:cb00::1")]
    [InlineData("2a00:1450::1")]
    public void A_public_address_is_allowed(string address) => Assert.True(Strict.IsAllowed(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://receiver.example/", "https")]
    [InlineData("ftp://receiver.example/", "https")]
    [InlineData("file:///etc/passwd", "not complete")]
    [InlineData("/hooks", "not complete")]
    [InlineData("https://me@receiver.example/", "user name")]
    [InlineData("https://me:word@receiver.example/", "user name")]
    [InlineData("https://receiver.example/#part", "fragment")]
    [InlineData("https://receiver.example/#", "fragment")]
    public void A_url_of_another_shape_is_refused(string url, string words) =>
        Assert.Contains(words, Strict.FaultOf(new Uri(url, UriKind.RelativeOrAbsolute)), StringComparison.Ordinal);

    [Theory]
    [InlineData("https://receiver.example/")]
    [InlineData("https://receiver.example:8443/hooks/1?key=value")]
    [InlineData("https://排行榜.example/")]
    public void Any_port_path_and_query_is_allowed(string url) => Assert.Null(Strict.FaultOf(new Uri(url)));

    [Fact]
    public void Plain_http_is_allowed_when_the_settings_say_so()
    {
        var insecure = new OutgoingTargets(new OutgoingSettings { AllowInsecure = true });
        Assert.Null(insecure.FaultOf(new Uri("http://receiver.example/")));
        Assert.NotNull(insecure.FaultOf(new Uri("ftp://receiver.example/")));
    }

    [Theory]
    [InlineData("https://localhost/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://127.1/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://017700000001/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    public async Task However_loopback_and_metadata_are_written_they_are_refused(string url) =>
        Assert.Contains("not public", await Strict.CheckAsync(new Uri(url), CancellationToken.None), StringComparison.Ordinal);

    [Fact]
    public async Task One_refused_address_among_public_ones_refuses_the_host()
    {
        var mixed = new OutgoingTargets(new OutgoingSettings(), static (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("1.1.1.1"), IPAddress.Parse("10.0.0.1")]));
        Assert.NotNull(await mixed.CheckAsync(new Uri("https://receiver.example/"), CancellationToken.None));
        await Assert.ThrowsAsync<OutgoingTargetException>(async () => await mixed.ConnectAsync(new DnsEndPoint("receiver.example", 443), CancellationToken.None));
    }

    [Fact]
    public async Task A_name_without_addresses_is_refused()
    {
        var empty = new OutgoingTargets(new OutgoingSettings(), static (_, _) => Task.FromResult<IPAddress[]>([]));
        Assert.Contains("resolved", await empty.CheckAsync(new Uri("https://receiver.example/"), CancellationToken.None), StringComparison.Ordinal);
        var unknown = new OutgoingTargets(new OutgoingSettings(), static (_, _) => throw new SocketException((int)SocketError.HostNotFound));
        Assert.Contains("resolved", await unknown.CheckAsync(new Uri("https://receiver.example/"), CancellationToken.None), StringComparison.Ordinal);
    }

    [Fact]
    public void An_allowed_network_is_allowed_and_nothing_beside_it()
    {
        var targets = new OutgoingTargets(new OutgoingSettings { AllowedNetworks = [IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("fd00:1::/64")] });
        Assert.True(targets.IsAllowed(IPAddress.Parse("10.1.2.3")));
        Assert.True(targets.IsAllowed(IPAddress.Parse("::ffff:10.1.2.3")));
        Assert.True(targets.IsAllowed(IPAddress.Parse("fd00:1::5")));
        Assert.True(targets.IsAllowed(IPAddress.Parse("1.1.1.1")));
        Assert.False(targets.IsAllowed(IPAddress.Parse("10.2.0.1")));
        Assert.False(targets.IsAllowed(IPAddress.Parse("fd00:2::5")));
        Assert.False(targets.IsAllowed(IPAddress.Parse("127.0.0.1")));
    }

    [Fact]
    public async Task The_next_address_is_tried_when_the_first_does_not_answer()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var targets = new OutgoingTargets(
            new OutgoingSettings { AllowedNetworks = [IPNetwork.Parse("127.0.0.0/8")] },
            static (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.77"), IPAddress.Loopback]));
        await using var stream = await targets.ConnectAsync(new DnsEndPoint("receiver.example", receiver.Port), CancellationToken.None);
        Assert.True(stream.CanWrite);
    }
}

using Jinbang.Server.Avatars;
using Jinbang.Server.Operating;
using Microsoft.Extensions.Configuration;

namespace Jinbang.Server.Tests.Avatars;

public sealed class AvatarSettingsTests
{
    [Fact]
    public void Without_settings_WeChats_pictures_are_fetched_over_https()
    {
        var settings = Read();
        Assert.Equal([new AvatarHost("thirdwx.qlogo.cn", false, null), new AvatarHost("wx.qlogo.cn", false, null)], settings.Hosts);
        Assert.False(settings.Targets.AllowInsecure);
        Assert.Empty(settings.Targets.AllowedNetworks);
        Assert.Equal((1 << 20, TimeSpan.FromSeconds(5), 16, 64L << 20), (settings.MaxBytes, settings.Timeout, settings.Concurrency, settings.CacheBytes));
    }

    [Fact]
    public void Everything_can_be_set()
    {
        var settings = Read(
            ("Avatars:Hosts:0", "*.Example.com"), ("Avatars:Hosts:1", "头像.example:8443"), ("Avatars:AllowInsecure", "true"), ("Avatars:AllowedNetworks", "10.1.0.0/16"),
            ("Avatars:MaxBytes", "65536"), ("Avatars:TimeoutSeconds", "2"), ("Avatars:Concurrency", "4"), ("Avatars:CacheBytes", "1048576"));
        Assert.Equal([new AvatarHost("example.com", true, null), new AvatarHost("xn--o1q87r.example", false, 8443)], settings.Hosts);
        Assert.True(settings.Targets.AllowInsecure);
        Assert.Single(settings.Targets.AllowedNetworks);
        Assert.Equal((65_536, TimeSpan.FromSeconds(2), 4, 1L << 20), (settings.MaxBytes, settings.Timeout, settings.Concurrency, settings.CacheBytes));
        Assert.Empty(Read(("Avatars:Hosts", "none")).Hosts);
    }

    [Theory]
    [InlineData("Avatars:Hosts", "*")]
    [InlineData("Avatars:Hosts", "*.com")]
    [InlineData("Avatars:Hosts", "*.127.0.0.1")]
    [InlineData("Avatars:Hosts", "a.*.example")]
    [InlineData("Avatars:Hosts", "https://img.example.com")]
    [InlineData("Avatars:Hosts", "img.example.com/path")]
    [InlineData("Avatars:Hosts", "me@img.example.com")]
    [InlineData("Avatars:Hosts", "img.example.com:port")]
    [InlineData("Avatars:AllowInsecure", "yes")]
    [InlineData("Avatars:AllowedNetworks", "localhost")]
    [InlineData("Avatars:MaxBytes", "0")]
    [InlineData("Avatars:TimeoutSeconds", "0")]
    [InlineData("Avatars:Concurrency", "-1")]
    [InlineData("Avatars:CacheBytes", "1")]
    public void A_wrong_value_is_refused_and_named(string key, string value)
    {
        var fault = Assert.Single(Assert.Throws<SettingsException>(() => Read((key, value))).Faults);
        Assert.Contains(key, fault, StringComparison.Ordinal);
        Assert.Contains($"'{value}'", fault, StringComparison.Ordinal);
    }

    private static AvatarSettings Read(params (string Key, string Value)[] settings) => Settings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build()).Avatars;
}

using System.Net;
using Jinbang.Server.Operating;
using Jinbang.Server.Outgoing;
using Jinbang.Server.Webhooks;
using Microsoft.Extensions.Configuration;

namespace Jinbang.Server.Tests.Outgoing;

public sealed class OutgoingSettingsTests
{
    [Fact]
    public void Without_settings_only_https_to_public_networks_is_allowed()
    {
        var settings = Read();
        Assert.False(settings.AllowInsecure);
        Assert.Empty(settings.AllowedNetworks);
    }

    [Fact]
    public void Networks_are_a_list_or_one_value()
    {
        var settings = Read(("Webhooks:AllowInsecure", "true"), ("Webhooks:AllowedNetworks:0", "10.1.0.0/16"), ("Webhooks:AllowedNetworks:1", "fd00:1::/64"));
        Assert.True(settings.AllowInsecure);
        Assert.Equal([IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("fd00:1::/64")], settings.AllowedNetworks);
        Assert.Equal([IPNetwork.Parse("127.0.0.0/8")], Read(("Webhooks:AllowedNetworks", "127.0.0.0/8")).AllowedNetworks);
    }

    [Theory]
    [InlineData("Webhooks:AllowInsecure", "yes")]
    [InlineData("Webhooks:AllowedNetworks", "10.1.0.0")]
    [InlineData("Webhooks:AllowedNetworks:0", "10.1.0.0/33")]
    [InlineData("Webhooks:AllowedNetworks:0", "localhost")]
    [InlineData("Webhooks:AllowedNetwork", "10.1.0.0/16")]
    public void A_wrong_setting_is_named(string key, string value) =>
        Assert.Contains(key.TrimEnd('0').TrimEnd(':'), Assert.Single(Assert.Throws<SettingsException>(() => Read((key, value))).Faults), StringComparison.Ordinal);

    private static OutgoingSettings Read(params (string Key, string Value)[] settings) => Settings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build()).Webhooks;
}

using Jinbang.Server.Operating;
using Microsoft.Extensions.Configuration;

namespace Jinbang.Server.Tests.Operating;

public sealed class SharedSettingsTests
{
    [Fact]
    public void A_cluster_is_read_with_what_it_has_by_default()
    {
        var settings = Read(("Storage:Provider", "postgresql"), ("Storage:ConnectionString", "Host=db;Database=x"), ("Cluster:Enabled", "true"), ("Cluster:SiloPort", "12000"), ("Cluster:LeaseMilliseconds", "2000"));
        Assert.Equal(StoreProvider.PostgreSql, settings.Storage.Provider);
        Assert.Equal(12_000, settings.Cluster!.Silo.SiloPort);
        Assert.EndsWith(":12000", settings.Cluster.Silo.Name, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(2), settings.Cluster.Sharing.Lease);
        Assert.Equal(TimeSpan.FromSeconds(0.5), settings.Cluster.Sharing.Renewal);
        Assert.Null(Read().Cluster);
        Assert.Equal(StoreProvider.Sqlite, Read().Storage.Provider);
    }

    [Theory]
    [InlineData("SQLite file belongs to one server", "Cluster:Enabled", "true")]
    [InlineData("ConnectionString is missing", "Storage:Provider", "PostgreSQL")]
    [InlineData("SQLite and PostgreSQL are allowed", "Storage:Provider", "Oracle")]
    [InlineData("ConnectionString is no setting", "Storage:ConnectionString", "Host=x")]
    [InlineData("is no setting", "Cluster:Silo", "1")]
    [InlineData("true and false are allowed", "Cluster:Enabled", "yes")]
    public void What_does_not_fit_is_refused_and_said(string said, string key, string value) =>
        Assert.Contains(said, Assert.Throws<SettingsException>(() => Read((key, value))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("needs a certificate", "Cluster:Address", "10.0.0.1")]
    [InlineData("must be one by which the others reach it", "Cluster:Address", "0.0.0.0")]
    [InlineData("the IP address is needed", "Cluster:Address", "db.example")]
    [InlineData("belong together", "Cluster:KeyFile", "x.pem")]
    [InlineData("a whole number", "Cluster:LeaseMilliseconds", "1")]
    public void A_cluster_that_would_not_be_safe_is_refused(string said, string key, string value)
    {
        var refused = Assert.Throws<SettingsException>(() => Read(
            ("Storage:Provider", "PostgreSQL"), ("Storage:ConnectionString", "Host=db;Database=x;Password=very-secret"), ("Cluster:Enabled", "true"), (key, value)));
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("very-secret", refused.Message, StringComparison.Ordinal);
    }

    private static Settings Read(params (string Key, string Value)[] settings) => Settings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(static setting => new KeyValuePair<string, string?>(setting.Key, setting.Value))).Build());
}

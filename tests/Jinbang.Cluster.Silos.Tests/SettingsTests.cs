using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Jinbang.Cluster.Silos.Tests;

public sealed class SettingsTests
{
    [Fact]
    public void A_loopback_address_needs_nothing_else() => Assert.Empty(new ClusterSettings { Name = "a" }.Faults());

    [Fact]
    public void Another_address_needs_a_certificate_from_the_authority()
    {
        using var authority = Certificates.Authority("ours");
        using var stranger = Certificates.Authority("theirs");
        using var own = Certificates.Of(authority);
        var settings = new ClusterSettings { Name = "a", Address = IPAddress.Parse("10.0.0.1") };
        Assert.Contains("needs a certificate", Assert.Single(settings.Faults()));
        Assert.Empty((settings with { Certificate = own, Authority = authority }).Faults());
        Assert.Contains("together", Assert.Single((settings with { Certificate = own }).Faults()));
        Assert.Contains("does not come from", Assert.Single((settings with { Certificate = own, Authority = stranger }).Faults()));
    }

    [Fact]
    public void Times_and_bounds_must_be_more_than_nothing()
    {
        Assert.NotEmpty(new ClusterSettings { Name = "a", HeadAge = TimeSpan.Zero }.Faults());
        Assert.NotEmpty(new ClusterSettings { Name = "a", MostBatches = 0 }.Faults());
        Assert.NotEmpty(new ClusterSettings { Name = "a", Votes = 11 }.Faults());
        Assert.NotEmpty(new ClusterSettings { Name = "a", Address = IPAddress.Any }.Faults());
    }
}

/// <summary>Certificates for tests.</summary>
internal static class Certificates
{
    public static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    public static X509Certificate2 Of(X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        var now = TimeProvider.System.GetUtcNow();
        using var signed = request.Create(authority, now.AddHours(-1), now.AddHours(1), RandomNumberGenerator.GetBytes(8));
        using var whole = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }
}

using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace Jinbang.Cluster;

/// <summary>Servers of a cluster prove to each other, in both directions, that their certificates come from one authority. Names and addresses do not matter.</summary>
public static class ClusterTls
{
    /// <summary>Whether a certificate comes from an authority and is valid now.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="authority">The authority, trusted whatever the system thinks of it.</param>
    /// <param name="others">Certificates that may lie between the two.</param>
    public static bool ComesFrom(X509Certificate2 certificate, X509Certificate2 authority, X509Certificate2Collection? others)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (others is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(others);
        }

        return chain.Build(certificate);
    }

    internal static void Configure(TlsOptions tls, ClusterSettings settings)
    {
        var authority = settings.Authority!;
        tls.LocalCertificate = settings.Certificate;
        tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.RemoteCertificateValidation = (certificate, chain, _) => ComesFrom(certificate, authority, chain?.ChainPolicy.ExtraStore);
        tls.OnAuthenticateAsClient = static (_, options) => options.TargetHost = "jinbang";
    }
}

using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Jinbang.Ranking;

namespace Jinbang.Cluster.Silos.Tests;

public sealed class TlsTests
{
    [Fact]
    public async Task Servers_with_certificates_of_one_authority_form_a_cluster_that_others_cannot_speak_to()
    {
        using var authority = Certificates.Authority("ours");
        using var certificate = Certificates.Of(authority);
        await using var cluster = await TestCluster.StartAsync(2, settings => settings with { Certificate = certificate, Authority = authority });
        var (owner, other) = await cluster.FindAsync(TestCluster.Main);
        await TestCluster.PostAsync(other, "a", 3);
        Assert.Equal(new Score(3), await owner.Boards.ScoreAsync(TestCluster.Main, "a"u8));

        using var stranger = Certificates.Authority("theirs");
        using var forged = Certificates.Of(stranger);
        Assert.False(await IsHeardAsync(owner, forged));
        Assert.False(await IsHeardAsync(owner, null));
        Assert.True(await IsHeardAsync(owner, certificate));
    }

    /// <summary>Connects as another server would, and sees whether the silo says its first word or hangs up.</summary>
    private static async Task<bool> IsHeardAsync(TestServer server, X509Certificate2? certificate)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Settings.Address, server.Settings.SiloPort);
        await using var stream = new SslStream(client.GetStream());
        try
        {
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "jinbang",
                ClientCertificates = certificate is null ? null : [certificate],
                RemoteCertificateValidationCallback = (_, remote, _, _) => ClusterTls.ComesFrom((X509Certificate2)remote!, server.Settings.Authority!, null),
            });
            return await stream.ReadAsync(new byte[1]) > 0;
        }
        catch (Exception fault) when (fault is IOException or AuthenticationException)
        {
            return false;
        }
    }
}

using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Jinbang.Boards.Sharing;
using Jinbang.Boards.Storage;
using Jinbang.Cluster;

namespace Jinbang.Server.Operating;

/// <summary>The settings of a server that shares its database with others.</summary>
internal sealed record ClusterSection
{
    public const string Section = "Cluster";

    private static readonly string[] Keys =
    [
        "Enabled", "Id", "Name", "Address", "SiloPort", "LeaseMilliseconds", "ProbeMilliseconds", "MissedProbes", "Votes", "HeadMilliseconds", "CallMilliseconds", "FollowFrom",
        "CertificateFile", "KeyFile", "AuthorityFile",
    ];

    /// <summary>How it takes part among the silos.</summary>
    public required ClusterSettings Silo { get; init; }

    /// <summary>How long a lease is.</summary>
    public required TimeSpan Lease { get; init; }

    /// <summary>How it shares the store.</summary>
    public SharingOptions Sharing => new() { Description = new MemberDescription(Silo.Name, Silo.MemberAddress), Lease = Lease, Renewal = Lease / 4 };

    /// <summary>Reads the settings; null when there is no cluster.</summary>
    /// <param name="section">The section.</param>
    /// <param name="provider">Where everything rests: SQLite cannot be shared.</param>
    /// <param name="faults">Takes what is wrong.</param>
    public static ClusterSection? Read(IConfigurationSection section, StoreProvider provider, List<string> faults)
    {
        Settings.CheckKeys(section, Keys, faults);
        if (!bool.TryParse(section["Enabled"] ?? "false", out var isEnabled))
        {
            faults.Add($"{section.Path}:Enabled is '{section["Enabled"]}': true and false are allowed.");
        }

        if (!isEnabled)
        {
            return null;
        }

        if (provider == StoreProvider.Sqlite)
        {
            faults.Add($"{section.Path}:Enabled needs {StoreSettings.Section}:Provider PostgreSQL: a SQLite file belongs to one server.");
        }

        var standard = new ClusterSettings { Name = "" };
        if (!IPAddress.TryParse(section["Address"] ?? "127.0.0.1", out var address))
        {
            faults.Add($"{section.Path}:Address is '{section["Address"]}': the IP address is needed on which the other servers reach this one.");
        }

        var port = (int)Settings.Number(section, "SiloPort", standard.SiloPort, 1, 65_535, faults);
        var (certificate, authority) = ReadCertificates(section, faults);
        var silo = standard with
        {
            Cluster = section["Id"] ?? standard.Cluster,
            Name = section["Name"] ?? string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}:{port}"),
            Address = address ?? IPAddress.Loopback,
            SiloPort = port,
            Certificate = certificate,
            Authority = authority,
            ProbePeriod = Time("ProbeMilliseconds", standard.ProbePeriod, 100, 60_000),
            MissedProbes = (int)Settings.Number(section, "MissedProbes", standard.MissedProbes, 1, 100, faults),
            Votes = (int)Settings.Number(section, "Votes", standard.Votes, 1, 10, faults),
            HeadAge = Time("HeadMilliseconds", standard.HeadAge, 1, 60_000),
            CallDeadline = Time("CallMilliseconds", standard.CallDeadline, 100, 60_000),
            FollowedFrom = Settings.Number(section, "FollowFrom", standard.FollowedFrom, 1, int.MaxValue, faults),
        };
        if (faults.Count == 0)
        {
            faults.AddRange(silo.Faults());
        }

        return new ClusterSection { Silo = silo, Lease = Time("LeaseMilliseconds", TimeSpan.FromSeconds(1), 200, 60_000) };

        TimeSpan Time(string key, TimeSpan usual, long least, long most) => TimeSpan.FromMilliseconds(Settings.Number(section, key, (long)usual.TotalMilliseconds, least, most, faults));
    }

    private static (X509Certificate2? Certificate, X509Certificate2? Authority) ReadCertificates(IConfigurationSection section, List<string> faults)
    {
        var (certificate, key, authority) = (section["CertificateFile"], section["KeyFile"], section["AuthorityFile"]);
        if (certificate is null && key is null && authority is null)
        {
            return (null, null);
        }

        if (certificate is null || key is null || authority is null)
        {
            faults.Add($"{section.Path}:CertificateFile, KeyFile and AuthorityFile belong together: all three, as PEM.");
            return (null, null);
        }

        try
        {
            return (X509Certificate2.CreateFromPemFile(certificate, key), X509CertificateLoader.LoadCertificateFromFile(authority));
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            faults.Add($"{section.Path}: the certificate, its key or the authority's certificate cannot be read as PEM files.");
            return (null, null);
        }
    }
}

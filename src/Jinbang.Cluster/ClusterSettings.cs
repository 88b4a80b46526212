using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Jinbang.Cluster;

/// <summary>How this server takes part in a cluster.</summary>
public sealed record ClusterSettings
{
    /// <summary>The exit code of a process that the others have declared dead: a supervisor starts it again.</summary>
    public const int DeclaredDead = 74;

    /// <summary>What people call this server; unique in the cluster.</summary>
    public required string Name { get; init; }

    /// <summary>Which cluster on the database it belongs to.</summary>
    public string Cluster { get; init; } = "jinbang";

    /// <summary>The address on which it listens for the others, and by which they reach it. Any but a loopback address needs <see cref="Certificate"/> and <see cref="Authority"/>.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port on which it listens for the others.</summary>
    public int SiloPort { get; init; } = 11_111;

    /// <summary>What a store is told as <see cref="Boards.Storage.MemberDescription.Address"/>.</summary>
    public string MemberAddress => new IPEndPoint(Address, SiloPort).ToString();

    /// <summary>The certificate of this server, with its private key, for connections in both directions; null to talk in the clear, which only loopback addresses may.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The authority that the certificates of all servers of the cluster must come from.</summary>
    public X509Certificate2? Authority { get; init; }

    /// <summary>How often servers look whether the others answer.</summary>
    public TimeSpan ProbePeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>After how many missed answers a server suspects another.</summary>
    public int MissedProbes { get; init; } = 2;

    /// <summary>
    /// How many servers must suspect one before it is dead. No more than half of the servers are ever asked for: with 2, one is enough among two servers.
    /// </summary>
    public int Votes { get; init; } = 2;

    /// <summary>After how long a server that is gone is forgotten.</summary>
    public TimeSpan Forgetting { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How old the head of a board may be that another server serves, by the moment a reader asks.</summary>
    public TimeSpan HeadAge { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a call about a board of another server may take before it is answered "unavailable".</summary>
    public TimeSpan CallDeadline { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>After how long a caller is told that a board is still loading.</summary>
    public TimeSpan LoadingPatience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a change of games, keys or other records waits for the other servers to know it.</summary>
    public TimeSpan AnnouncementPatience { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often a server looks for boards that nobody serves.</summary>
    public TimeSpan StewardPeriod { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>From how many entries on a board is followed by a second server, which takes it over faster.</summary>
    public long FollowedFrom { get; init; } = 100_000;

    /// <summary>How many calls about one board may wait here; more are answered "unavailable" at once. Once for writing and once for reading.</summary>
    public int MostWaiting { get; init; } = 8_192;

    /// <summary>How many calls are sent together at the most.</summary>
    public int MostPerBatch { get; init; } = 256;

    /// <summary>How many batches of one board may be on their way at once. Once for writing and once for reading.</summary>
    public int MostBatches { get; init; } = 4;

    /// <summary>How many heads of boards of other servers are kept.</summary>
    public int MostHeads { get; init; } = 1_000;

    /// <summary>After how long without a call what is known of a board of another server is forgotten.</summary>
    public TimeSpan IdleBoards { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What a server does that was declared dead, or whose silo broke: by default it ends its process with <see cref="DeclaredDead"/>.</summary>
    internal Action<string> OnDeath { get; init; } = static _ => Environment.Exit(DeclaredDead);

    /// <summary>Everything that is wrong with the settings, as sentences; empty when nothing is.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (Name.Length is 0 or > 100)
        {
            faults.Add("The name of a server of a cluster has 1 to 100 characters.");
        }

        if (Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any))
        {
            faults.Add("The address of a server of a cluster must be one by which the others reach it, not the one that stands for all.");
        }

        if (SiloPort is < 1 or > 65_535)
        {
            faults.Add("The port of a server of a cluster must be 1 to 65535.");
        }

        if (!IPAddress.IsLoopback(Address) && Certificate is null)
        {
            faults.Add($"A server of a cluster that listens on {Address} needs a certificate: only loopback addresses may talk in the clear.");
        }

        if (Certificate is { HasPrivateKey: false })
        {
            faults.Add("The certificate of a server of a cluster needs its private key.");
        }

        if (Certificate is null != Authority is null)
        {
            faults.Add("The certificate of a server of a cluster and the authority that all certificates come from must be given together.");
        }

        if (Certificate is { } certificate && Authority is { } authority && !ClusterTls.ComesFrom(certificate, authority, null))
        {
            faults.Add("The certificate of this server does not come from the authority of the cluster, or its time is over.");
        }

        if (MissedProbes < 1 || Votes < 1 || Votes > 10)
        {
            faults.Add("A cluster needs at least 1 missed probe, and 1 to 10 votes.");
        }

        AddFaultsOfTimes(faults);
        if (MostWaiting < 1 || MostPerBatch < 1 || MostBatches < 1 || MostHeads < 1)
        {
            faults.Add("The bounds of a cluster must be at least 1.");
        }

        return faults;
    }

    private void AddFaultsOfTimes(List<string> faults)
    {
        foreach (var (name, value) in new[]
        {
            (nameof(ProbePeriod), ProbePeriod), (nameof(Forgetting), Forgetting), (nameof(HeadAge), HeadAge), (nameof(CallDeadline), CallDeadline),
            (nameof(LoadingPatience), LoadingPatience), (nameof(AnnouncementPatience), AnnouncementPatience), (nameof(StewardPeriod), StewardPeriod),
            (nameof(IdleBoards), IdleBoards),
        })
        {
            if (value <= TimeSpan.Zero)
            {
                faults.Add($"The cluster's {name} must be more than nothing.");
            }
        }
    }
}

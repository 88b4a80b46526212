using Orleans.Runtime.Services;

namespace Jinbang.Cluster.Members;

/// <summary>Speaks to other servers, each by its address.</summary>
internal sealed class MemberClient(IServiceProvider services, IClusterMembershipService membership, ILocalSiloDetails self) : GrainServiceClient<IMemberService>(services)
{
    /// <summary>The other servers that are alive, as far as is known.</summary>
    public IReadOnlyList<SiloAddress> Others() =>
        [.. membership.CurrentSnapshot.Members.Values
            .Where(member => member.Status == SiloStatus.Active && !member.SiloAddress.Equals(self.SiloAddress))
            .Select(static member => member.SiloAddress)];

    /// <summary>One of them.</summary>
    public IMemberService Of(SiloAddress member) => GetGrainService(member);
}

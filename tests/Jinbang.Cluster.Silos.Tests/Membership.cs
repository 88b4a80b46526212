using Orleans.Runtime;

namespace Jinbang.Cluster.Silos.Tests;

/// <summary>Who is in a cluster of silos of this process.</summary>
internal sealed class Membership
{
    private readonly Lock gate = new();
    private readonly Dictionary<SiloAddress, (MembershipEntry Entry, string Tag)> rows = [];
    private TableVersion version = new(0, "0");

    /// <summary>A silo's door to it.</summary>
    public IMembershipTable Open() => new Table(this);

    private sealed class Table(Membership shared) : IMembershipTable
    {
        public Task InitializeMembershipTable(bool tryInitTableVersion) => Task.CompletedTask;

        public Task DeleteMembershipTableEntries(string clusterId) => Task.CompletedTask;

        public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => Task.CompletedTask;

        public Task<MembershipTableData> ReadRow(SiloAddress key) => Read(row => row.Equals(key));

        public Task<MembershipTableData> ReadAll() => Read(static _ => true);

        public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) => Put(entry, null, tableVersion);

        public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) => Put(entry, etag, tableVersion);

        public Task UpdateIAmAlive(MembershipEntry entry)
        {
            lock (shared.gate)
            {
                shared.rows[entry.SiloAddress].Entry.IAmAliveTime = entry.IAmAliveTime;
            }

            return Task.CompletedTask;
        }

        private Task<MembershipTableData> Read(Func<SiloAddress, bool> wanted)
        {
            lock (shared.gate)
            {
                return Task.FromResult(new MembershipTableData(
                    [.. shared.rows.Where(row => wanted(row.Key)).Select(static row => Tuple.Create(Copy(row.Value.Entry), row.Value.Tag))], shared.version));
            }
        }

        private Task<bool> Put(MembershipEntry entry, string? tag, TableVersion tableVersion)
        {
            lock (shared.gate)
            {
                var isThere = shared.rows.TryGetValue(entry.SiloAddress, out var row);
                if (tableVersion.VersionEtag != shared.version.VersionEtag || (tag is null ? isThere : !isThere || row.Tag != tag))
                {
                    return Task.FromResult(false);
                }

                shared.version = new TableVersion(tableVersion.Version, Guid.NewGuid().ToString());
                shared.rows[entry.SiloAddress] = (Copy(entry), Guid.NewGuid().ToString());
                return Task.FromResult(true);
            }
        }

        private static MembershipEntry Copy(MembershipEntry entry) => new()
        {
            SiloAddress = entry.SiloAddress,
            Status = entry.Status,
            SuspectTimes = entry.SuspectTimes is null ? null : [.. entry.SuspectTimes],
            ProxyPort = entry.ProxyPort,
            HostName = entry.HostName,
            SiloName = entry.SiloName,
            RoleName = entry.RoleName,
            UpdateZone = entry.UpdateZone,
            FaultZone = entry.FaultZone,
            StartTime = entry.StartTime,
            IAmAliveTime = entry.IAmAliveTime,
        };
    }
}

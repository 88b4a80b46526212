using System.Collections.Concurrent;
using Jinbang.Boards.Storage;
using Jinbang.Storage.Sqlite;

namespace Jinbang.Cluster.Silos.Tests;

/// <summary>What several members share: a SQLite store, and in memory who owns which board by which epoch. Each call on it happens alone.</summary>
internal sealed class SharedDisk : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("jinbang-cluster-").FullName;

    public SharedDisk() => Store = SqliteScoreStore.Open(DataFolder.Take(folder), new SqliteStoreOptions(), TimeProvider.System);

    public SqliteScoreStore Store { get; }

    public SemaphoreSlim Gate { get; } = new(1, 1);

    public Dictionary<int, DiskMember> Members { get; } = [];

    public Dictionary<int, DiskBoard> Boards { get; } = [];

    /// <summary>Boards that a member has lost and not yet released.</summary>
    public HashSet<(int Board, int Member)> Handovers { get; } = [];

    public List<Erasure> Erasures { get; } = [];

    public Dictionary<int, long> ErasedThrough { get; } = [];

    public ConcurrentDictionary<(int Game, string Id), int> Players { get; } = new();

    public long Catalog { get; set; }

    public long Records { get; set; }

    public int LastMember { get; set; }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>A member.</summary>
internal sealed class DiskMember(MemberDescription description)
{
    public MemberDescription Description => description;

    public MemberLoad Load { get; set; }

    /// <summary>When its lease ends, a timestamp.</summary>
    public long Until { get; set; }

    public TimeSpan Left => TimeProvider.System.GetElapsedTime(TimeProvider.System.GetTimestamp(), Until);

    public bool IsAlive => Left > TimeSpan.Zero;
}

/// <summary>Who has a board.</summary>
internal sealed class DiskBoard
{
    public long Epoch { get; set; }

    public int Owner { get; set; }

    public int Follower { get; set; }
}

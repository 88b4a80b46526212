using System.Collections.Concurrent;
using Jinbang.Boards.Storage;

namespace Jinbang.Cluster.Placement;

/// <summary>Who is there and who has what, as the store says.</summary>
/// <param name="Members">Those whose lease runs.</param>
/// <param name="Boards">Who has which board, by its number.</param>
internal sealed record ClusterState(IReadOnlyList<Member> Members, IReadOnlyDictionary<int, Ownership> Boards)
{
    public static ClusterState Unknown { get; } = new([], new Dictionary<int, Ownership>());

    /// <summary>The member that a silo is; null when it is none now. A server that was started again has the greater number.</summary>
    public Member? MemberOf(SiloAddress silo)
    {
        var address = silo.Endpoint.ToString();
        return Members.Where(member => member.Description.Address == address).MaxBy(static member => member.Number);
    }
}

/// <summary>Keeps the last <see cref="ClusterState"/> for a moment, and who said that he leaves.</summary>
internal sealed class ClusterView(ISharedStore store, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim reading = new(1, 1);
    private readonly ConcurrentDictionary<SiloAddress, bool> leaving = new();
    private volatile ClusterState last = ClusterState.Unknown;
    private long readAt;

    /// <summary>Nothing is to be placed on it any more. Its next incarnation has another address.</summary>
    public void NoteLeaving(SiloAddress silo) => leaving[silo] = true;

    public bool IsLeaving(SiloAddress silo) => leaving.ContainsKey(silo);

    /// <summary>What is so now, or was a moment ago; what was so before when the store is out of reach.</summary>
    public async ValueTask<ClusterState> ReadAsync()
    {
        await reading.WaitAsync();
        try
        {
            if (readAt == 0 || time.GetElapsedTime(readAt) >= Freshness)
            {
                // In this order: an owner that is alive is among the members unless it just died.
                var boards = (await store.ReadOwnershipsAsync(CancellationToken.None)).ToDictionary(static board => board.Board);
                last = new(await store.ReadMembersAsync(CancellationToken.None), boards);
                readAt = time.GetTimestamp();
            }
        }
        catch (StoreUnavailableException)
        {
            // Then nobody can take a board either.
        }
        finally
        {
            reading.Release();
        }

        return last;
    }
}

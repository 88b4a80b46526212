using Jinbang.Boards;
using Jinbang.Boards.Sharing;
using Jinbang.Boards.Storage;

namespace Jinbang.Simulation.Tests.Sharing;

/// <summary>A process of the cluster. What it has to go on with waits in its queue until it may run.</summary>
internal sealed class Process : SynchronizationContext
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(1);

    private readonly Queue<(SendOrPostCallback Go, object? State)> ready = [];

    public Process(World world, int number)
    {
        Number = number;
        Time = new ProcessTime(world, this, TimeSpan.FromMilliseconds(world.Random.Next(-300, 301)), world.Random.Next(-20, 21));
        Store = new SharedMemoryStore(world, this);
        Boards = new LocalBoards(Store, [], Time, new LocalBoardsOptions
        {
            IsStepped = true,
            Sharing = new SharingOptions
            {
                Description = new MemberDescription($"process {number}", ""),
                Lease = Lease,
                UnsafeWithoutLease = world.Mutant == SharedMutant.HasNoLease,
            },
        });
    }

    public int Number { get; }

    public ProcessTime Time { get; }

    public SharedMemoryStore Store { get; }

    public LocalBoards Boards { get; }

    public bool IsAlive { get; set; } = true;

    /// <summary>It makes no step before this moment.</summary>
    public long FrozenUntil { get; set; }

    /// <summary>The store is out of reach before this moment.</summary>
    public long CutOffUntil { get; set; }

    /// <summary>Whether its committer is in a turn.</summary>
    public bool IsStepping { get; set; }

    /// <summary>Whether its committer is what calls.</summary>
    public bool IsCommitter { get; set; }

    public Task? Renewing { get; set; }

    public Task? Refreshing { get; set; }

    /// <summary>Runs what waits.</summary>
    /// <returns>Whether there was something.</returns>
    public bool RunOne()
    {
        if (!ready.TryDequeue(out var next))
        {
            return false;
        }

        next.Go(next.State);
        return true;
    }

    public bool HasReady => ready.Count > 0;

    public override void Post(SendOrPostCallback d, object? state) => ready.Enqueue((d, state));

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nothing here waits for another thread.");
}

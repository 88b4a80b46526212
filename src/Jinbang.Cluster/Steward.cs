using System.Security.Cryptography;
using Jinbang.Boards;
using Jinbang.Boards.Storage;
using Jinbang.Cluster.Calls;
using Jinbang.Cluster.Members;
using Jinbang.Cluster.Placement;
using Microsoft.Extensions.Logging;

namespace Jinbang.Cluster;

/// <summary>
/// Looks after boards that nobody asks for: those that no living server has are taken, so that their windows close and they answer at once when somebody comes; large ones get
/// a follower. Every server does so. They do not agree with each other who acts: to act twice does no harm.
/// </summary>
internal sealed partial class Steward(
    LocalBoards home, ISharedStore store, ClusterView view, IGrainFactory grains, Announcements announcements, IClusterMembershipService membership, ILocalSiloDetails self,
    ClusterSettings settings, TimeProvider time, ILogger<Steward> logger)
    : IAsyncDisposable
{
    private const int MostOrphans = 256;
    private const int AtOnce = 8;
    private const int RoundsPerFollowing = 4;
    private static readonly TimeSpan HandingPause = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource stop = new();
    private Task running = Task.CompletedTask;

    public void Start() => running = Task.Run(RunAsync);

    /// <summary>Stops looking after boards, gives up those that are served here and sees to it that others take them.</summary>
    public async Task LeaveAsync()
    {
        await StopAsync();
        view.NoteLeaving(self.SiloAddress);
        await announcements.TellAsync(member => member.NoteLeavingAsync(self.SiloAddress));
        var mine = new List<int>();
        foreach (var board in home.Games.SelectMany(static game => game.Boards.Select(board => new BoardId(game.Id, board.Name))))
        {
            if (home.IsServing(board))
            {
                mine.Add(home.NumberOf(board));
            }
        }

        // Released first, woken then: whoever is asked for one meanwhile can have it.
        await Parallel.ForEachAsync(mine, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (board, _) => await ReleaseAsync(board));
        if (announcements.HasOthers)
        {
            var start = time.GetTimestamp();
            await Parallel.ForEachAsync(mine, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (board, _) => await HandOverAsync(board, start));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stop.Dispose();
    }

    private async Task StopAsync()
    {
        await stop.CancelAsync();
        await running;
    }

    private async Task ReleaseAsync(int board)
    {
        try
        {
            await home.ReleaseAsync(board);
        }
        catch (Exception fault) when (fault is StoreUnavailableException or StoreUncertainException)
        {
            LogNotReleased(logger, board, fault.Message);
        }
    }

    private async Task HandOverAsync(int board, long start)
    {
        try
        {
            // The activation here may still be on its way out.
            while (time.GetElapsedTime(start) < settings.CallDeadline && await grains.GetGrain<IBoardGrain>(board).WakeAsync() == BoardState.Elsewhere)
            {
                await Task.Delay(HandingPause, time);
            }
        }
        catch (Exception fault) when (fault is OrleansException or TimeoutException)
        {
            // The others look for boards that nobody has.
        }
    }

    private async Task RunAsync()
    {
        for (var round = 0L; !stop.IsCancellationRequested; round++)
        {
            try
            {
                // Between half and one and a half of the period.
                var share = RandomNumberGenerator.GetInt32(1_000) / 1_000.0;
                var began = time.GetTimestamp();
                await Task.Delay(settings.StewardPeriod * (0.5 + share), time, stop.Token);
                if (time.GetElapsedTime(began) > 3 * settings.StewardPeriod || !home.HoldsLease)
                {
                    // This server stood still, or was cut off: if the others have declared it dead, it ends with this look, and its supervisor starts it again.
                    await membership.Refresh(cancellationToken: stop.Token);
                }

                if (!home.IsReady || !home.HoldsLease)
                {
                    continue;
                }

                await AdoptAsync(await store.ReadOrphansAsync(MostOrphans, stop.Token));
                if (round % RoundsPerFollowing == 0)
                {
                    await FollowAsync();
                }
            }
            catch (OperationCanceledException)
            {
                // It stops.
            }
            catch (StoreUnavailableException)
            {
                // Nobody can take anything now.
            }
            catch (Exception fault)
            {
                LogFault(logger, fault);
            }
        }
    }

    private Task AdoptAsync(IReadOnlyList<int> orphans) =>
        Parallel.ForEachAsync(orphans, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop.Token }, async (board, cancellationToken) =>
        {
            try
            {
                if (board == 0)
                {
                    await home.TakeEventsAsync(cancellationToken);
                }
                else
                {
                    await grains.GetGrain<IBoardGrain>(board).WakeAsync();
                }
            }
            catch (Exception fault) when (fault is OrleansException or TimeoutException or StoreUnavailableException or StoreUncertainException)
            {
                // Next time.
            }
        });

    /// <summary>Gives large boards of this server a follower, and follows those that this server is to follow.</summary>
    private async Task FollowAsync()
    {
        var state = await view.ReadAsync();
        foreach (var board in state.Boards.Values.Where(board => board.Owner == home.Member && home.EntriesOf(board.Board) is not null))
        {
            var isLarge = home.EntriesOf(board.Board) >= settings.FollowedFrom;
            var isFollowed = state.Members.Any(member => member.Number == board.Follower && member.Number != home.Member);
            if (isLarge == isFollowed)
            {
                continue;
            }

            var follower = isLarge ? ChooseFollower(state) : 0;
            if (follower != board.Follower)
            {
                await store.SetFollowerAsync(board.Board, follower, stop.Token);
            }
        }

        home.Follow(state.Boards.Values.Where(board => board.Follower == home.Member && board.Owner != home.Member).Select(static board => board.Board).ToHashSet());
    }

    private int ChooseFollower(ClusterState state) =>
        state.Members.Where(member => member.Number != home.Member).MinBy(static member => member.Load.Entries + member.Load.Followed)?.Number ?? 0;

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Looking after boards failed")]
    private static partial void LogFault(ILogger logger, Exception fault);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Board number {Board} was not released: {Reason}")]
    private static partial void LogNotReleased(ILogger logger, int board, string reason);
}

using System.Security.Cryptography;
using Jinbang.Boards;
using Orleans.Runtime.Placement;

namespace Jinbang.Cluster.Placement;

// An activation is lost more easily than a board: whenever the directory changes hands, say. So a board is placed first where it is in memory: with the owner whose lease runs. A
// board without one goes to its follower, which has almost all of it, and else to whoever holds the least.

/// <summary>Says on which server a board is to be served.</summary>
internal sealed class BoardPlacementDirector(LocalBoards home, ClusterView view) : IPlacementDirector
{
    private readonly Lock gate = new();
    private readonly Dictionary<SiloAddress, int> placed = [];
    private ClusterState placedUnder = ClusterState.Unknown;

    /// <inheritdoc />
    public async Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var all = context.GetCompatibleSilos(target);

        // What is known of this server itself is newer than what the store says of it.
        var silos = all.Where(silo => !view.IsLeaving(silo) && (home.HoldsLease || !silo.Equals(context.LocalSilo))).ToArray();
        var number = (int)target.GrainIdentity.GetIntegerKey();
        if (silos.Contains(context.LocalSilo) && home.TryFindBoard(number, out var board) && home.IsServing(board))
        {
            return context.LocalSilo;
        }

        var state = await view.ReadAsync();
        lock (gate)
        {
            if (!ReferenceEquals(state, placedUnder))
            {
                placedUnder = state;
                placed.Clear();
            }

            var chosen = Choose(number, silos.Length > 0 ? silos : all, state, placed, RandomNumberGenerator.GetInt32)
                ?? throw new SiloUnavailableException("No server can take the board.");
            placed[chosen] = placed.GetValueOrDefault(chosen) + 1;
            return chosen;
        }
    }

    /// <summary>Chooses among servers.</summary>
    /// <param name="board">The board's number.</param>
    /// <param name="silos">Who may be chosen.</param>
    /// <param name="state">Who has what.</param>
    /// <param name="placed">How many boards were placed on whom since that was read.</param>
    /// <param name="random">A number below another.</param>
    /// <returns>Null when there is nobody.</returns>
    internal static SiloAddress? Choose(int board, SiloAddress[] silos, ClusterState state, IReadOnlyDictionary<SiloAddress, int> placed, Func<int, int> random)
    {
        var candidates = silos.Select(silo => (Silo: silo, Member: state.MemberOf(silo))).Where(static candidate => candidate.Member is not null).ToList();
        if (state.Boards.GetValueOrDefault(board) is { } ownership)
        {
            foreach (var wanted in new[] { ownership.IsOwnerAlive ? ownership.Owner : 0, ownership.Follower })
            {
                if (wanted != 0 && candidates.Find(candidate => candidate.Member!.Number == wanted).Silo is { } silo)
                {
                    return silo;
                }
            }
        }

        if (candidates.Count == 0)
        {
            // Nobody's lease is known to run: anyone may find that it does by now.
            return silos.Length == 0 ? null : silos[random(silos.Length)];
        }

        var boards = Math.Max(1, candidates.Sum(static candidate => candidate.Member!.Load.Boards));
        var each = candidates.Sum(static candidate => candidate.Member!.Load.Entries) / boards;
        var loads = candidates
            .Select(candidate => (candidate.Silo, Load: LoadOf(candidate.Member!.Load, placed.GetValueOrDefault(candidate.Silo), each)))
            .ToList();
        var least = loads.Min(static candidate => candidate.Load);
        var lightest = loads.Where(candidate => candidate.Load == least).ToList();
        return lightest[random(lightest.Count)].Silo;
    }

    private static (long Entries, int Boards) LoadOf(Boards.Storage.MemberLoad load, int placed, long each) => (load.Entries + (placed * each), load.Boards + placed);
}

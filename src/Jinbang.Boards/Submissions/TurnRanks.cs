using System.Runtime.InteropServices;
using Jinbang.Ranking;

namespace Jinbang.Boards.Submissions;

// A submission's answer holds the ranks it gave, and an answer with an idempotency key must be stored together with what it answers: before the commit, and so
// before the ranked set shows it. The ranks are therefore counted: in the set as it stands, corrected by what this turn has already decided in the same
// window. When the rows are then applied one after the other, every rank comes out as it was counted.
//
// A correction looks at every change of the turn in the window, so a turn of n submissions to one window takes n^2 / 2 looks of some nanoseconds;
// a turn is bounded (LocalBoardsOptions.MostPerCommit).

/// <summary>What one turn of the committer has decided in one window, over the ranked set that does not show it yet. Used by the committer alone.</summary>
internal sealed class TurnRanks
{
    private readonly Dictionary<PlayerId, int> byPlayer = [];
    private readonly List<Change> changes = [];
    private RankedSet set = null!;
    private Reading reading;

    /// <summary>How many entries the window has after what is decided.</summary>
    public int Count { get; private set; }

    /// <summary>Begins a turn.</summary>
    public void Begin(RankedSet over, Reading read)
    {
        (set, reading) = (over, read);
        byPlayer.Clear();
        changes.Clear();
        Count = over.Count;
    }

    /// <summary>The player's entry after what is decided.</summary>
    public bool TryGet(PlayerId player, out Entry entry)
    {
        if (byPlayer.TryGetValue(player, out var index))
        {
            entry = changes[index].Now;
            return true;
        }

        return set.TryGet(player, out entry);
    }

    /// <summary>The player's entry in the set, and <c>default</c> when he has none there.</summary>
    public Entry InSet(PlayerId player) =>
        byPlayer.TryGetValue(player, out var index) ? changes[index].Base : set.TryGet(player, out var entry) ? entry : default;

    /// <summary>Takes note of an entry that is decided: the newest of the window.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="before">What the player had before in <see cref="TryGet"/>; <c>default</c> for nothing.</param>
    public void Put(in Entry entry, in Entry before)
    {
        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(byPlayer, entry.Player, out var isThere);
        if (isThere)
        {
            CollectionsMarshal.AsSpan(changes)[index].Now = entry;
            return;
        }

        index = changes.Count;
        changes.Add(new Change { Base = before, Now = entry });
        Count += before.Player.IsSome ? 0 : 1;
    }

    /// <summary>The rank of an entry that <see cref="TryGet"/> gives.</summary>
    public Rank RankOf(in Entry entry)
    {
        var isInSet = !byPlayer.ContainsKey(entry.Player);
        if (changes.Count == 0)
        {
            return set.RankOf(entry.Player, reading);
        }

        if (reading.Style == RankStyle.Dense)
        {
            return new Rank(1 + DistinctBetter(entry.Scores));
        }

        // Everything in the set is older than what the turn decided, so an entry of the turn comes after all its equals there, or before them.
        var before = isInSet && reading.Style == RankStyle.Ordinal ? set.RankOf(entry.Player, reading).Place - 1
            : reading is { Style: RankStyle.Ordinal, Ties: TieOrder.EarlierFirst } ? set.Count - set.CountWorse(entry.Scores)
            : set.CountBetter(entry.Scores);
        foreach (ref readonly var change in CollectionsMarshal.AsSpan(changes))
        {
            before += change.Now.Player != entry.Player && StandsBefore(change.Now, entry) ? 1 : 0;
            before -= change.Base.Player.IsSome && StandsBefore(change.Base, entry) ? 1 : 0;
        }

        return new Rank(before + 1);
    }

    private bool StandsBefore(in Entry one, in Entry other)
    {
        var comparison = set.Order.Compare(one.Scores, other.Scores);
        return comparison != 0 || reading.Style != RankStyle.Ordinal ? comparison < 0
            : reading.Ties == TieOrder.EarlierFirst ? Arrival(one).CompareTo(Arrival(other)) < 0 : Arrival(one).CompareTo(Arrival(other)) > 0;
    }

    /// <summary>When an entry came, as the set orders it: a rebuild can give two players one order number.</summary>
    private static (long Order, int Player) Arrival(in Entry entry) => (entry.Order, entry.Player.Number);

    private int DistinctBetter(in ScoreColumns scores)
    {
        var distinct = set.RankFor(scores, new Reading(RankStyle.Dense)).Place - 1;
        var seen = new HashSet<ScoreColumns>();
        foreach (var change in changes)
        {
            distinct += change.Base.Player.IsSome ? Appearing(change.Base.Scores, scores, seen) : 0;
            distinct += Appearing(change.Now.Scores, scores, seen);
        }

        return distinct;
    }

    /// <summary>1 when a score appears by what the turn decided, -1 when it disappears, 0 else or when it is not better or was looked at before.</summary>
    private int Appearing(in ScoreColumns candidate, in ScoreColumns scores, HashSet<ScoreColumns> seen)
    {
        if (set.Order.Compare(candidate, scores) >= 0 || !seen.Add(candidate))
        {
            return 0;
        }

        var inSet = set.CountEqual(candidate);
        var now = inSet;
        foreach (ref readonly var change in CollectionsMarshal.AsSpan(changes))
        {
            now += (change.Now.Scores == candidate ? 1 : 0) - (change.Base.Player.IsSome && change.Base.Scores == candidate ? 1 : 0);
        }

        return (now > 0 ? 1 : 0) - (inSet > 0 ? 1 : 0);
    }

    private struct Change
    {
        public Entry Base;
        public Entry Now;
    }
}

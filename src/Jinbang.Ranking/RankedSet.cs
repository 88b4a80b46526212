using Jinbang.Ranking.Tree;

namespace Jinbang.Ranking;

// How it works
// ------------
// Two structures hold the same entries.
//
// The tree: a counted B+ tree. Its leaves hold the entries in rank order, column by column (a column of keys per score column, orders of arrival, players'
// numbers), and are linked left and right. A row of an inner node is a child, with the number of entries below it (its count), the number of runs of
// equal scores that begin below it (its runs), and the least key that belongs there (its separator). A key (EntryKey) is the scores turned so that a
// smaller key is always better (ColumnOrder), then the order of arrival, then the player: no two entries have the same. All nodes of a kind are
// equal blocks in a few large arrays (NodePool) and know each other by number.
//
// The locator: from a player's number to the leaf that holds him (PlayerLocator). Finding a player counts through his leaf's players (one vectorized search),
// and his rank is his row in the leaf plus the counts of all children left of the path upwards. No key is compared on that way.
//
// A set of one leaf needs neither: the leaf grows by doubling from eight rows to its full size, and the locator comes with the second leaf. Most boards are like that.
//
// Invariants, walked by CheckInvariants:
// - keys ascend strictly over all leaves from left to right, and the leaves' links are in that order;
// - every inner row's count and runs are the true sums below its child. An entry begins a run when it is the first of all or its scores differ from those of
//   the entry before it, which may be the last one of the leaf to the left;
// - a separator of a row from 1 on is at most the first key below its child and greater than the last one before it. The separator of row 0 means nothing:
//   that child's lower bound is the node's own, in its parent;
// - every node knows its parent; all leaves are equally deep; no node but the root is empty, and an inner root has two children at the least;
// - the locator names the leaf of every player with an entry and nobody else; with a single leaf it is empty.
//
// What changes together: an entry that comes or goes changes the count of every row above it by one. It also changes the runs above it if it begins a run, and, if the entry
// behind it has the same scores, those above that one, which then begins the run, or no longer does (ChangeRuns). Splitting and joining move
// rows and change neither sum of the set. A player whose new place is in the leaf he is in, the usual case of small boards and small rises, moves inside it.
//
// Costs, n entries: put, remove, rank, entry at a position, counts and bounds of runs O(log n), a range of k rows O(log n + k). No step is larger: a node splits
// or joins by copying less than a node, the pools and the locator grow by pieces of at most a megabyte. A leaf that falls under half joins a neighbour when both fit in three
// quarters: joining only nearly empty ones would let memory double when many scores rise together, joining whenever both fit would split and join in turns.
// A leaf that overflows at the table's end keeps most of its rows, since newcomers gather there.
//
// Memory: 20 bytes per entry of one column (8 more for each further column) in leaves that are 70 to 80 % full, and 4 bytes in the locator, or 7 to 10 where few of a
// game's players have an entry.

/// <summary>
/// Entries in rank order that change: one entry per player, ordered by scores, then by arrival, with exact ranks by counting.
/// Not thread-safe: its board calls it under a <see cref="FairLock"/>. No I/O, no clock.
/// </summary>
public sealed partial class RankedSet : Standings
{
    /// <summary>Rows of a leaf: measured to be the fastest and not the largest (see bench/results).</summary>
    private const int DefaultLeafCapacity = 128;
    private const int DefaultInnerCapacity = 64;
    private const int SmallestLeafCapacity = 8;

    private readonly int leafCapacity;
    private readonly int columns;
    private readonly NodePool inners;
    private readonly PlayerLocator locator = new();
    private NodePool leaves;
    private int root;
    private int height;
    private int count;
    private int distinct;

    /// <summary>An empty set.</summary>
    public RankedSet(ColumnOrder order)
        : this(order, DefaultLeafCapacity, DefaultInnerCapacity)
    {
    }

    /// <summary>An empty set of small nodes, in which a few entries make a deep tree: for tests.</summary>
    internal RankedSet(ColumnOrder order, int leafCapacity, int innerCapacity)
        : base(order)
    {
        this.leafCapacity = leafCapacity;
        columns = order.Columns;
        inners = new NodePool(new NodeLayout(columns, innerCapacity, isInner: true));
        leaves = new NodePool(new NodeLayout(columns, Math.Min(SmallestLeafCapacity, leafCapacity), isInner: false));
        root = leaves.Take();
    }

    /// <inheritdoc />
    public override int Count => count;

    /// <inheritdoc />
    public override int DistinctCount => distinct;

    /// <summary>Adds the entry, or moves the player's entry to where the new one belongs.</summary>
    /// <returns>The rank the entry now has: its own place, earlier first.</returns>
    /// <exception cref="ArgumentException">The entry names no player, or has more columns than this set.</exception>
    public Rank Put(in Entry entry)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(entry.Player.Number, 1);
        if (!Order.Fits(entry.Scores))
        {
            throw new ArgumentException($"The scores have more columns than the {columns} of this set.", nameof(entry));
        }

        var key = new EntryKey(Order.KeyOf(entry.Scores), entry.Order, entry.Player.Number);
        if (TryLocate(entry.Player, out var leaf, out var row))
        {
            if (TryMoveWithin(leaf, row, key, out var position))
            {
                return new Rank(position + 1);
            }

            RemoveAt(leaf, row);
        }

        return new Rank(Insert(key) + 1);
    }

    /// <summary>Removes the player's entry.</summary>
    /// <returns>Whether he had one.</returns>
    public bool Remove(PlayerId player)
    {
        if (!TryLocate(player, out var leaf, out var row))
        {
            return false;
        }

        if (height > 0)
        {
            locator.Remove(player.Number);
        }

        RemoveAt(leaf, row);
        return true;
    }
}

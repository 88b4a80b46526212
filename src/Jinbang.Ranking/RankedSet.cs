using System.Runtime.InteropServices;

namespace Jinbang.Ranking;

// How it works
// ------------
// Two structures hold the same entries.
//
// The tree: a B+ tree whose leaves hold the entries in rank order, as three parallel arrays (key, order, player), and whose inner nodes hold, for
// every child, the first entry below it (the separator) and the number of entries below it (the count). A key is the score turned so that a smaller
// key is always better: the score itself where lower is better, its complement where higher is better (the complement maps Int64 onto itself and
// turns it round, where a minus sign would overflow at Int64.MinValue). Within equal keys the earlier order stands first, then the lower player.
//
// The locator: from a player's number to the leaf that holds him, and to his key. Finding a player scans his leaf's player array (at most 256 numbers, vectorized),
// and his rank is his index in the leaf plus the counts of all children left of the path upwards. No key is compared on that way.
//
// Invariants, walked by CheckInvariants:
// - entries ascend strictly by (key, order, player) over all leaves from left to right;
// - every inner node's counts are the true sums, its separators are at most the first entry below the child and greater than the last one before it;
//   an inner node's own first separator is the one its parent has for it, except on the left edge, where it bounds nothing;
// - every node knows its parent and its slot in it; a locator names the leaf that holds the player, and his key there, or none;
// - all leaves are equally deep; no node but the root is empty.
//
// Costs, n entries: put, remove, rank, entry at a rank O(log n), with one binary search per level on the way down; a range of k rows O(log n + k).
// A leaf that falls under half joins a neighbour when both fit in three quarters: merging only nearly empty leaves would let memory double when
// many scores rise together (measured), merging whenever both fit would split and merge in turns.

/// <summary>
/// Entries in rank order with exact ranks by counting: one entry per player, ordered by score, then by order of arrival.
/// Not thread-safe: its board calls it under a lock. No I/O, no clock.
/// </summary>
public sealed partial class RankedSet(ScoreOrder order)
{
    private const int LeafCapacity = 256;
    private const int InnerCapacity = 64;

    private readonly LeafLocator locator = new();
    private Node root = new Leaf(4);

    /// <summary>Which end of the scores stands first.</summary>
    public ScoreOrder Order => order;

    /// <summary>How many entries the set holds.</summary>
    public int Count => root.Total;

    /// <summary>The player's entry, if he has one.</summary>
    public bool TryGet(PlayerId player, out Entry entry)
    {
        if (locator[player] is { } leaf)
        {
            entry = EntryOf(leaf, leaf.IndexOf(player.Number));
            return true;
        }

        entry = default;
        return false;
    }

    /// <summary>The player's score, if he has one: the cheapest question.</summary>
    public bool TryGetScore(PlayerId player, out Score score)
    {
        var isThere = locator.TryGetKey(player, out var key);
        score = isThere ? ScoreOf(key) : default;
        return isThere;
    }

    /// <summary>The player's place, or <c>default</c> when he has no entry.</summary>
    public Rank RankOf(PlayerId player) =>
        locator[player] is { } leaf ? new Rank(leaf.CountBefore() + leaf.IndexOf(player.Number) + 1) : default;

    /// <summary>The player's place and entry, or null when he has none.</summary>
    public Standing? Find(PlayerId player)
    {
        if (locator[player] is not { } leaf)
        {
            return null;
        }

        var index = leaf.IndexOf(player.Number);
        return new Standing(new Rank(leaf.CountBefore() + index + 1), EntryOf(leaf, index));
    }

    /// <summary>The entry at a place from 1 to <see cref="Count"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public Entry EntryAt(Rank rank)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rank.Place, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rank.Place, Count);
        var leaf = LeafAt(rank.Place - 1, out var index);
        return EntryOf(leaf, index);
    }

    /// <summary>Copies the entries from a place on, in rank order, until the destination is full or the set ends.</summary>
    /// <param name="first">The first place wanted, from 1; beyond the end nothing is copied.</param>
    /// <param name="destination">Takes the entries.</param>
    /// <returns>How many entries were copied.</returns>
    public int CopyRange(Rank first, Span<Entry> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first.Place, 1);
        if (first.Place > Count || destination.IsEmpty)
        {
            return 0;
        }

        var copied = 0;
        for (var leaf = LeafAt(first.Place - 1, out var index); leaf is not null; leaf = leaf.Next(), index = 0)
        {
            for (; index < leaf.Count; index++)
            {
                if (copied == destination.Length)
                {
                    return copied;
                }

                destination[copied++] = EntryOf(leaf, index);
            }
        }

        return copied;
    }

    /// <summary>How many entries stand strictly before a score: the place of a score that ties nobody is this plus one.</summary>
    public int CountBetter(Score score)
    {
        var key = KeyOf(score);
        var node = root;
        var before = 0;
        while (node is Inner inner)
        {
            var slot = inner.SlotFor(key, long.MinValue, int.MinValue);
            before += inner.CountBefore(slot);
            node = inner.Children[slot];
        }

        return before + ((Leaf)node).InsertionIndex(key, long.MinValue, int.MinValue);
    }

    /// <summary>Adds the entry, or moves the player's entry to where the new one belongs.</summary>
    /// <returns>The place the entry now has.</returns>
    public Rank Put(Entry entry)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(entry.Player.Number, 1);
        if (locator[entry.Player] is { } old)
        {
            RemoveAt(old, old.IndexOf(entry.Player.Number));
        }

        return Insert(KeyOf(entry.Score), entry.Order, entry.Player);
    }

    /// <summary>Removes the player's entry.</summary>
    /// <returns>Whether he had one.</returns>
    public bool Remove(PlayerId player)
    {
        if (locator[player] is not { } leaf)
        {
            return false;
        }

        RemoveAt(leaf, leaf.IndexOf(player.Number));
        locator[player] = null;
        return true;
    }

    /// <summary>Builds a set from entries in any order, in one sort and one pass.</summary>
    /// <param name="order">Which end of the scores stands first.</param>
    /// <param name="entries">At most one entry per player. Read only.</param>
    public static RankedSet Build(ScoreOrder order, ReadOnlySpan<Entry> entries)
    {
        var set = new RankedSet(order);
        if (entries.IsEmpty)
        {
            return set;
        }

        var cells = new Cell[entries.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            cells[i] = new Cell(set.KeyOf(entries[i].Score), entries[i].Order, entries[i].Player.Number);
        }

        Array.Sort(cells);
        set.Fill(cells);
        return set;
    }

    private long KeyOf(Score score) => order switch
    {
        ScoreOrder.HigherIsBetter => ~score.Value,
        ScoreOrder.LowerIsBetter => score.Value,
    };

    private Score ScoreOf(long key) => new(order == ScoreOrder.HigherIsBetter ? ~key : key);

    private Entry EntryOf(Leaf leaf, int index) => new(new PlayerId(leaf.Players[index]), ScoreOf(leaf.Keys[index]), leaf.Orders[index]);

    private Leaf LeafAt(int position, out int index)
    {
        var node = root;
        while (node is Inner inner)
        {
            var slot = 0;
            while (position >= inner.Counts[slot])
            {
                position -= inner.Counts[slot++];
            }

            node = inner.Children[slot];
        }

        index = position;
        return (Leaf)node;
    }

    private Rank Insert(long key, long arrival, PlayerId player)
    {
        var node = root;
        var before = 0;
        while (node is Inner inner)
        {
            var slot = inner.SlotFor(key, arrival, player.Number);
            before += inner.CountBefore(slot);
            inner.Counts[slot]++;
            node = inner.Children[slot];
        }

        var leaf = (Leaf)node;
        var index = leaf.InsertionIndex(key, arrival, player.Number);
        var rank = new Rank(before + index + 1);
        if (leaf.Count == LeafCapacity)
        {
            var right = SplitLeaf(leaf);
            if (index > leaf.Count)
            {
                index -= leaf.Count;
                leaf.Parent!.Counts[leaf.Slot]--;
                leaf = right;
                leaf.Parent!.Counts[leaf.Slot]++;
            }
        }

        leaf.InsertAt(index, key, arrival, player.Number);
        locator.Put(player, leaf, key);
        return rank;
    }

    /// <summary>Moves the right half of a full leaf into a new one beside it. The parent's count of the old leaf includes the entry about to come.</summary>
    private Leaf SplitLeaf(Leaf leaf)
    {
        if (leaf.Parent is null)
        {
            GrowRoot();
            leaf.Parent!.Counts[0]++;
        }

        var right = leaf.SplitHalf();
        foreach (var player in right.Players.AsSpan(0, right.Count))
        {
            locator[new PlayerId(player)] = right;
        }

        AddSibling(leaf, right);
        return right;
    }

    private void GrowRoot()
    {
        var grown = new Inner();
        grown.Append(root);
        root = grown;
    }

    private void AddSibling(Node left, Node right)
    {
        var parent = left.Parent!;
        if (parent.Count == InnerCapacity)
        {
            if (parent.Parent is null)
            {
                GrowRoot();
            }

            AddSibling(parent, parent.SplitHalf());
            parent = left.Parent!;
        }

        parent.Counts[left.Slot] -= right.Total;
        parent.InsertAt(left.Slot + 1, right);
    }

    private void RemoveAt(Leaf leaf, int index)
    {
        leaf.RemoveAt(index);
        for (Node node = leaf; node.Parent is { } parent; node = parent)
        {
            parent.Counts[node.Slot]--;
        }

        if (leaf.Count < LeafCapacity / 2 && leaf.Parent is not null)
        {
            JoinNeighbour(leaf);
        }
    }

    private void JoinNeighbour(Node node)
    {
        if (node.Parent is not { } parent)
        {
            return;
        }

        var limit = node is Leaf ? LeafCapacity * 3 / 4 : InnerCapacity * 3 / 4;
        if (node.Slot > 0 && parent.Children[node.Slot - 1].Count + node.Count <= limit)
        {
            Join(parent.Children[node.Slot - 1], node);
        }
        else if (node.Slot + 1 < parent.Count && parent.Children[node.Slot + 1].Count + node.Count <= limit)
        {
            Join(node, parent.Children[node.Slot + 1]);
        }
        else if (node.Count == 0)
        {
            Drop(node);
        }
    }

    private void Join(Node left, Node right)
    {
        var parent = left.Parent!;
        if (left is Leaf leftLeaf)
        {
            foreach (var player in ((Leaf)right).Players.AsSpan(0, right.Count))
            {
                locator[new PlayerId(player)] = leftLeaf;
            }
        }

        left.Absorb(right);
        parent.Counts[left.Slot] += parent.Counts[right.Slot];
        Drop(right);
    }

    private void Drop(Node node)
    {
        var parent = node.Parent!;
        if (node is Leaf leaf)
        {
            locator.Release(leaf);
        }

        parent.RemoveAt(node.Slot);
        if (parent.Parent is null)
        {
            if (parent.Count == 1)
            {
                root = parent.Children[0];
                root.Parent = null;
                root.Slot = 0;
            }
        }
        else if (parent.Count < InnerCapacity / 2)
        {
            JoinNeighbour(parent);
        }
    }

    private void Fill(Cell[] cells)
    {
        const int leafFill = LeafCapacity * 7 / 8;
        const int innerFill = InnerCapacity * 7 / 8;
        var level = new List<Node>((cells.Length / leafFill) + 1);
        var leaves = (cells.Length + leafFill - 1) / leafFill;
        for (var i = 0; i < leaves; i++)
        {
            var from = (int)((long)cells.Length * i / leaves);
            var to = (int)((long)cells.Length * (i + 1) / leaves);
            var leaf = new Leaf(leaves == 1 ? to - from : LeafCapacity);
            for (var at = from; at < to; at++)
            {
                leaf.InsertAt(at - from, cells[at].Key, cells[at].Order, cells[at].Player);
                locator.Put(new PlayerId(cells[at].Player), leaf, cells[at].Key);
            }

            level.Add(leaf);
        }

        while (level.Count > 1)
        {
            var parents = (level.Count + innerFill - 1) / innerFill;
            var above = new List<Node>(parents);
            for (var i = 0; i < parents; i++)
            {
                var inner = new Inner();
                foreach (var child in CollectionsMarshal.AsSpan(level)[(level.Count * i / parents)..(level.Count * (i + 1) / parents)])
                {
                    inner.Append(child);
                }

                above.Add(inner);
            }

            level = above;
        }

        root = level[0];
    }

    private readonly record struct Cell(long Key, long Order, int Player) : IComparable<Cell>
    {
        public int CompareTo(Cell other) =>
            Key != other.Key ? Key.CompareTo(other.Key) : Order != other.Order ? Order.CompareTo(other.Order) : Player.CompareTo(other.Player);
    }
}

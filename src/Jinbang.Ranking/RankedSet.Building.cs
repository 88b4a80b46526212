using Jinbang.Ranking.Tree;

namespace Jinbang.Ranking;

public sealed partial class RankedSet
{
    /// <summary>Builds a set from entries in any order, one per player. <see cref="RankedSetBuilder"/> takes them one by one.</summary>
    /// <exception cref="ArgumentException">A player has two entries, or an entry is none of this order.</exception>
    public static RankedSet Build(ColumnOrder order, ReadOnlySpan<Entry> entries)
    {
        var builder = new RankedSetBuilder(order);
        foreach (var entry in entries)
        {
            builder.Add(entry);
        }

        return builder.Build();
    }

    /// <summary>Fills this set, which is empty. Nodes become seven eighths full, and all of a level equally.</summary>
    /// <param name="players">Who has an entry, in any order.</param>
    /// <param name="keyAt">The key at a position.</param>
    internal void Fill(GrowingColumn<int> players, Func<int, EntryKey> keyAt)
    {
        var entries = players.Count;
        if (entries == 0)
        {
            return;
        }

        if (entries > leaves.Layout.Capacity)
        {
            var capacity = leaves.Layout.Capacity;
            while (capacity < entries && capacity < leafCapacity)
            {
                capacity = Math.Min(leafCapacity, capacity * 2);
            }

            GrowOnlyLeaf(capacity);
        }

        var leafFill = leafCapacity * 7 / 8;
        var number = entries <= leaves.Layout.Capacity ? 1 : (int)(((long)entries + leafFill - 1) / leafFill);
        if (number > 1)
        {
            locator.Prepare(players);
        }

        var level = new List<Child>(number);
        for (var i = 0; i < number; i++)
        {
            var (from, to) = ((int)((long)entries * i / number), (int)((long)entries * (i + 1) / number));
            level.Add(FillLeaf(i == 0 ? root : leaves.Take(), level.Count == 0 ? Node.None : level[^1].Node, from, to, number > 1, keyAt));
        }

        while (level.Count > 1)
        {
            level = FillLevel(level);
        }

        if (height > 0 && locator.Count != entries)
        {
            throw TwoOfOnePlayer();
        }

        root = level[0].Node;
        count = level[0].Entries;
        distinct = level[0].Runs;
    }

    private Child FillLeaf(int number, int previous, int from, int to, bool isLocated, Func<int, EntryKey> keyAt)
    {
        var leaf = leaves[number];
        leaf.Count = to - from;
        leaf.Previous = previous;
        if (previous != Node.None)
        {
            leaves[previous].Next = number;
        }

        for (var row = 0; row < leaf.Count; row++)
        {
            var key = keyAt(from + row);
            leaf.Set(row, key);
            if (isLocated)
            {
                locator.Put(key.Player, number);
            }
            else if (leaf.Players[..row].Contains(key.Player))
            {
                throw TwoOfOnePlayer();
            }
        }

        return new Child(number, leaf.KeyAt(0), leaf.Count, RunsIn(number, 0, leaf.Count));
    }

    private List<Child> FillLevel(List<Child> below)
    {
        var fill = inners.Layout.Capacity * 7 / 8;
        var number = (below.Count + fill - 1) / fill;
        var level = new List<Child>(number);
        for (var i = 0; i < number; i++)
        {
            var node = inners.Take();
            var (from, to) = ((int)((long)below.Count * i / number), (int)((long)below.Count * (i + 1) / number));
            for (var at = from; at < to; at++)
            {
                SetRow(node, at - from, below[at].Node, below[at].First, below[at].Entries, below[at].Runs);
                SetParent(below[at].Node, height, node);
            }

            var inner = inners[node];
            inner.Count = to - from;
            level.Add(new Child(node, below[from].First, inner.CountBefore(inner.Count), inner.RunsBefore(inner.Count)));
        }

        height++;
        return level;
    }

    private static ArgumentException TwoOfOnePlayer() => new("A player may have one entry only, and one of these has two.");

    /// <summary>A finished node and what its parent has to know of it.</summary>
    private readonly record struct Child(int Node, EntryKey First, int Entries, int Runs);
}

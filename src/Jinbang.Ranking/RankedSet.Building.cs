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

    /// <summary>
    /// Writes an entry behind all others. Only leaves are made, seven eighths full: until <see cref="Finish"/> the set can be appended to and nothing else.
    /// </summary>
    /// <param name="number">The leaf that the last call returned; -1 at first.</param>
    /// <param name="key">The entry's key, greater than the last one's.</param>
    /// <returns>The leaf to go on with.</returns>
    internal int Append(int number, in EntryKey key)
    {
        number = number == Node.None ? root : number;
        var leaf = leaves[number];
        var capacity = leaves.Layout.Capacity;
        if (leaf.Count == (capacity < leafCapacity ? capacity : leafCapacity * 7 / 8))
        {
            number = AppendLeaf(number, capacity);
            leaf = leaves[number];
        }

        leaf.Set(leaf.Count, key);
        leaf.Count++;
        count++;
        return number;
    }

    /// <summary>Makes what stands above and beside the appended leaves.</summary>
    /// <exception cref="ArgumentException">A player has two entries. The set is of no use any more.</exception>
    internal void Finish()
    {
        if (count == 0)
        {
            return;
        }

        var level = new List<Child>(leaves.Count);
        for (var leaf = root; leaf != Node.None; leaf = leaves[leaf].Next)
        {
            level.Add(new Child(leaf, leaves[leaf].KeyAt(0), leaves[leaf].Count, RunsIn(leaf, 0, leaves[leaf].Count)));
        }

        if (level.Count > 1)
        {
            LocateAll();
        }

        if (level.Count > 1 ? locator.Count != count : HasPlayerTwice(leaves[root]))
        {
            throw new ArgumentException("A player may have one entry only, and one of these has two.");
        }

        while (level.Count > 1)
        {
            level = FillLevel(level);
        }

        root = level[0].Node;
        distinct = level[0].Runs;
    }

    /// <summary>Shows the keys of all entries in rank order, also while entries are appended.</summary>
    internal void ForEachKey(Action<EntryKey> show)
    {
        for (var number = LeftmostLeaf(); number != Node.None; number = leaves[number].Next)
        {
            for (var row = 0; row < leaves[number].Count; row++)
            {
                show(leaves[number].KeyAt(row));
            }
        }
    }

    private int AppendLeaf(int last, int capacity)
    {
        if (capacity < leafCapacity)
        {
            GrowOnlyLeaf(Math.Min(leafCapacity, capacity * 2));
            return root;
        }

        var next = leaves.Take();
        Link(last, next);
        return next;
    }

    private int LeftmostLeaf()
    {
        var node = root;
        for (var level = height; level > 0; level--)
        {
            node = inners[node].Children[0];
        }

        return node;
    }

    /// <summary>Tells the locator of every leaf's players, after counting them, so that its pages have the right size at once.</summary>
    private void LocateAll()
    {
        var players = new List<int>();
        for (var leaf = root; leaf != Node.None; leaf = leaves[leaf].Next)
        {
            var node = leaves[leaf];
            PlayerLocator.CountByPage(node.Players[..node.Count], players);
        }

        locator.Prepare(players);
        for (var leaf = root; leaf != Node.None; leaf = leaves[leaf].Next)
        {
            var node = leaves[leaf];
            foreach (var player in node.Players[..node.Count])
            {
                locator.Put(player, leaf);
            }
        }
    }

    private static bool HasPlayerTwice(Node leaf)
    {
        for (var row = 1; row < leaf.Count; row++)
        {
            if (leaf.Players[..row].Contains(leaf.Players[row]))
            {
                return true;
            }
        }

        return false;
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

    /// <summary>A finished node and what its parent has to know of it.</summary>
    private readonly record struct Child(int Node, EntryKey First, int Entries, int Runs);
}

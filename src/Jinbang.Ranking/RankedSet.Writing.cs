using Jinbang.Ranking.Tree;

namespace Jinbang.Ranking;

public sealed partial class RankedSet
{
    /// <summary>Moves an entry inside its leaf, if its new place is certainly there.</summary>
    private bool TryMoveWithin(int leaf, int row, in EntryKey key, out int position)
    {
        var node = leaves[leaf];
        var bound = node.Bound(0, key, through: false);
        var isLater = bound > row;
        var to = isLater ? bound - 1 : bound;

        // Between two others of this leaf, or at an end of the table, no other leaf can be meant.
        var isInside = (to > 0 || node.Previous == Node.None) && (to < node.Count - 1 || node.Next == Node.None);
        if (!isInside)
        {
            position = -1;
            return false;
        }

        var runs = ChangeRuns(node, row, -1);
        if (isLater)
        {
            node.Move(row + 1, row, to - row);
        }
        else
        {
            node.Move(to, to + 1, row - to);
        }

        node.Set(to, key);
        runs += ChangeRuns(node, to, 1);
        AddAbove(leaf, 0, runs);
        position = CountBefore(leaf) + to;
        return true;
    }

    /// <summary>Inserts an entry of a player who has none, and returns its position.</summary>
    private int Insert(in EntryKey key)
    {
        var node = root;
        var position = 0;
        for (var level = height; level > 0; level--)
        {
            var inner = inners[node];
            var slot = inner.SlotFor(key);
            position += inner.CountBefore(slot);
            node = inner.Children[slot];
        }

        var leaf = leaves[node];
        var row = leaf.Bound(0, key, through: false);
        position += row;
        if (leaf.Count == leaves.Layout.Capacity)
        {
            node = MakeRoom(node, ref row);
            leaf = leaves[node];
        }

        leaf.Move(row, row + 1, leaf.Count - row);
        leaf.Set(row, key);
        leaf.Count++;
        if (height > 0)
        {
            locator.Put(key.Player, node);
        }

        AddAbove(node, 1, ChangeRuns(leaf, row, 1));
        return position;
    }

    private void RemoveAt(int leaf, int row)
    {
        var node = leaves[leaf];
        var runs = ChangeRuns(node, row, -1);
        node.Count--;
        node.Move(row + 1, row, node.Count - row);
        AddAbove(leaf, -1, runs);
        if (node.Count < leafCapacity / 2)
        {
            Tidy(leaf, level: 0);
        }
    }

    /// <summary>
    /// What an entry that is there means for the runs: the number of runs that begin in its own leaf because of it, times the sign. The entry behind it,
    /// if it stands in another leaf, is counted above that one.
    /// </summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="row">The entry's row: it has just come, or is about to go.</param>
    /// <param name="sign">1 or -1.</param>
    private int ChangeRuns(Node leaf, int row, int sign)
    {
        if (!BeginsRun(leaf, row))
        {
            return 0;
        }

        if (row + 1 < leaf.Count)
        {
            // Of two equal scores only the first begins the run: the one behind does whenever this one is not there.
            return leaf.HasSameScores(row, leaf, row + 1) ? 0 : sign;
        }

        if (leaf.Next != Node.None && leaf.HasSameScores(row, leaves[leaf.Next], 0))
        {
            AddAbove(leaf.Next, 0, -sign);
        }

        return sign;
    }

    /// <summary>Changes the number of entries and of runs of a leaf in all rows above it, and of the whole set.</summary>
    private void AddAbove(int leaf, int entries, int runs)
    {
        if ((entries | runs) == 0)
        {
            return;
        }

        count += entries;
        distinct += runs;
        var node = leaf;
        for (var parent = leaves[leaf].Parent; parent != Node.None;)
        {
            var inner = inners[parent];
            var slot = inner.SlotOf(node);
            inner.Counts[slot] += entries;
            inner.Runs[slot] += runs;
            node = parent;
            parent = inner.Parent;
        }
    }
}

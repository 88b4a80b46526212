using Jinbang.Ranking.Tree;

namespace Jinbang.Ranking;

// Splitting and joining. A node's level is its height above the leaves: 0 for a leaf.
public sealed partial class RankedSet
{
    /// <summary>Makes room in a full leaf for an entry at a row.</summary>
    /// <returns>The leaf that the entry goes to; <paramref name="row"/> becomes its row there.</returns>
    private int MakeRoom(int leaf, ref int row)
    {
        var capacity = leaves.Layout.Capacity;
        if (capacity < leafCapacity)
        {
            GrowOnlyLeaf(Math.Min(leafCapacity, capacity * 2));
            return root;
        }

        if (height == 0)
        {
            GrowRoot();
            foreach (var player in leaves[leaf].Players[..capacity])
            {
                locator.Put(player, leaf);
            }
        }

        if (TryShift(leaf, ref row, out var target))
        {
            return target;
        }

        var right = leaves.Take();
        var node = leaves[leaf];
        var isLast = row == capacity && node.Next == Node.None;
        var isFirst = row == 0 && node.Previous == Node.None;
        var kept = isLast ? capacity - Math.Max(1, capacity / 8) : isFirst ? Math.Max(1, capacity / 8) : capacity / 2;
        SplitLeaf(leaf, right, kept);
        if (row <= kept)
        {
            return leaf;
        }

        row -= kept;
        return right;
    }

    /// <summary>Gives the only leaf of the set more rows.</summary>
    private void GrowOnlyLeaf(int capacity)
    {
        var grown = new NodePool(new NodeLayout(columns, capacity, isInner: false));
        var leaf = grown.Take();
        var old = leaves[root];
        old.CopyTo(grown[leaf], 0, 0, old.Count);
        grown[leaf].Count = old.Count;
        leaves = grown;
        root = leaf;
    }

    /// <summary>Makes room in a full leaf by moving rows to a neighbour that has many free, if there is one.</summary>
    private bool TryShift(int leaf, ref int row, out int target)
    {
        var parent = leaves[leaf].Parent;
        var inner = inners[parent];
        var slot = inner.SlotOf(leaf);
        var most = Math.Min(leafCapacity * 7 / 8, leafCapacity - 2);
        var full = leaves[leaf].Count;
        target = leaf;
        if (slot > 0 && leaves[inner.Children[slot - 1]].Count <= most)
        {
            var left = inner.Children[slot - 1];
            var before = leaves[left].Count;
            var moved = (full - before) / 2;
            MoveRows(leaf, 0, left, before, moved);
            leaves[leaf].Move(moved, 0, full - moved);
            Resize(parent, slot - 1, left, before + moved, leaf, full - moved);
            if (row <= moved)
            {
                target = left;
                row += before;
            }
            else
            {
                row -= moved;
            }

            return true;
        }

        if (slot + 1 < inner.Count && leaves[inner.Children[slot + 1]].Count <= most)
        {
            var right = inner.Children[slot + 1];
            var behind = leaves[right].Count;
            var moved = (full - behind) / 2;
            leaves[right].Move(0, moved, behind);
            MoveRows(leaf, full - moved, right, 0, moved);
            Resize(parent, slot, leaf, full - moved, right, behind + moved);
            if (row > full - moved)
            {
                target = right;
                row -= full - moved;
            }

            return true;
        }

        return false;
    }

    /// <summary>Copies rows from one leaf to another and tells the locator. Changes no count.</summary>
    private void MoveRows(int from, int fromRow, int to, int toRow, int rows)
    {
        var target = leaves[to];
        leaves[from].CopyTo(target, fromRow, toRow, rows);
        foreach (var player in target.Players.Slice(toRow, rows))
        {
            locator.Put(player, to);
        }
    }

    /// <summary>Sets the counts of two neighbours between which rows have moved, and what their parent says of them.</summary>
    private void Resize(int parent, int slot, int left, int leftRows, int right, int rightRows)
    {
        leaves[left].Count = leftRows;
        leaves[right].Count = rightRows;
        var inner = inners[parent];
        var runs = inner.Runs[slot] + inner.Runs[slot + 1];
        inner.Set(slot + 1, leaves[right].KeyAt(0));
        inner.Counts[slot] = leftRows;
        inner.Counts[slot + 1] = rightRows;
        inner.Runs[slot] = RunsIn(left, 0, leftRows);
        inner.Runs[slot + 1] = runs - inner.Runs[slot];
    }

    private void SplitLeaf(int left, int right, int kept)
    {
        var node = leaves[left];
        var moved = node.Count - kept;
        var sibling = leaves[right];
        node.CopyTo(sibling, kept, 0, moved);
        sibling.Count = moved;
        node.Count = kept;
        Link(right, node.Next);
        Link(left, right);
        foreach (var player in sibling.Players[..moved])
        {
            locator.Put(player, right);
        }

        AddSibling(left, right, level: 0, sibling.KeyAt(0), moved, RunsIn(right, 0, moved));
    }

    private void Link(int left, int right)
    {
        leaves[left].Next = right;
        if (right != Node.None)
        {
            leaves[right].Previous = left;
        }
    }

    private void GrowRoot()
    {
        var grown = inners.Take();
        SetRow(grown, 0, root, default, count, distinct);
        inners[grown].Count = 1;
        SetParent(root, height, grown);
        root = grown;
        height++;
    }

    /// <summary>Puts a node behind its left neighbour, from which its rows came, into their parent.</summary>
    private void AddSibling(int left, int right, int level, in EntryKey separator, int entries, int runs)
    {
        var parent = ParentOf(left, level);
        if (inners[parent].Count == inners.Layout.Capacity)
        {
            SplitInner(parent, level + 1);
            parent = ParentOf(left, level);
        }

        var inner = inners[parent];
        var slot = inner.SlotOf(left);
        inner.Counts[slot] -= entries;
        inner.Runs[slot] -= runs;
        inner.Move(slot + 1, slot + 2, inner.Count - slot - 1);
        inner.Count++;
        SetRow(parent, slot + 1, right, separator, entries, runs);
        SetParent(right, level, parent);
    }

    private void SplitInner(int left, int level)
    {
        if (left == root)
        {
            GrowRoot();
        }

        var right = inners.Take();
        var node = inners[left];
        var kept = node.Count / 2;
        var moved = node.Count - kept;
        var sibling = inners[right];
        node.CopyTo(sibling, kept, 0, moved);
        sibling.Count = moved;
        node.Count = kept;
        for (var slot = 0; slot < moved; slot++)
        {
            SetParent(sibling.Children[slot], level - 1, right);
        }

        AddSibling(left, right, level, sibling.KeyAt(0), sibling.CountBefore(moved), sibling.RunsBefore(moved));
    }

    /// <summary>Lets a node that has become small join a neighbour, or go when it is empty.</summary>
    private void Tidy(int node, int level)
    {
        var parent = ParentOf(node, level);
        if (parent == Node.None)
        {
            return;
        }

        var inner = inners[parent];
        var slot = inner.SlotOf(node);
        var rows = RowsOf(node, level);
        var most = (level == 0 ? leafCapacity : inners.Layout.Capacity) * 15 / 16;
        if (slot > 0 && RowsOf(inner.Children[slot - 1], level) + rows <= most)
        {
            Join(parent, slot - 1, level);
        }
        else if (slot + 1 < inner.Count && rows + RowsOf(inner.Children[slot + 1], level) <= most)
        {
            Join(parent, slot, level);
        }
        else if (rows == 0)
        {
            Drop(parent, slot, level);
        }
    }

    /// <summary>Appends a child's right neighbour to it.</summary>
    private void Join(int parent, int slot, int level)
    {
        var inner = inners[parent];
        var (left, right) = (inner.Children[slot], inner.Children[slot + 1]);
        var pool = level == 0 ? leaves : inners;
        var node = pool[left];
        var sibling = pool[right];
        var (at, moved) = (node.Count, sibling.Count);
        sibling.CopyTo(node, 0, at, moved);
        node.Count += moved;
        if (level == 0)
        {
            foreach (var player in sibling.Players[..moved])
            {
                locator.Put(player, left);
            }
        }
        else
        {
            // The first child's lower bound was the node's own.
            var bound = inner.KeyAt(slot + 1);
            node.Set(at, bound);
            for (var child = at; child < node.Count; child++)
            {
                SetParent(node.Children[child], level - 1, left);
            }
        }

        inner.Counts[slot] += inner.Counts[slot + 1];
        inner.Runs[slot] += inner.Runs[slot + 1];
        Drop(parent, slot + 1, level);
    }

    /// <summary>Takes a child that holds nothing any more out of its parent.</summary>
    private void Drop(int parent, int slot, int level)
    {
        var inner = inners[parent];
        var child = inner.Children[slot];
        if (level == 0)
        {
            var leaf = leaves[child];
            if (leaf.Previous != Node.None)
            {
                Link(leaf.Previous, leaf.Next);
            }
            else
            {
                leaves[leaf.Next].Previous = Node.None;
            }
        }

        (level == 0 ? leaves : inners).Return(child);
        inner.Count--;
        inner.Move(slot + 1, slot, inner.Count - slot);
        if (parent == root)
        {
            LowerRoot();
        }
        else if (inner.Count < inners.Layout.Capacity / 2)
        {
            Tidy(parent, level + 1);
        }
    }

    /// <summary>Lets the only child of a root be the root.</summary>
    private void LowerRoot()
    {
        while (height > 0 && inners[root].Count == 1)
        {
            var child = inners[root].Children[0];
            inners.Return(root);
            root = child;
            height--;
            SetParent(root, height, Node.None);
        }

        if (height == 0)
        {
            locator.Clear();
        }
    }

    private int RowsOf(int node, int level) => level == 0 ? leaves[node].Count : inners[node].Count;

    private int ParentOf(int node, int level) => level == 0 ? leaves[node].Parent : inners[node].Parent;

    private void SetParent(int node, int level, int parent)
    {
        if (level == 0)
        {
            leaves[node].Parent = parent;
        }
        else
        {
            inners[node].Parent = parent;
        }
    }

    private void SetRow(int node, int slot, int child, in EntryKey separator, int entries, int runs)
    {
        var inner = inners[node];
        inner.Set(slot, separator);
        inner.Children[slot] = child;
        inner.Counts[slot] = entries;
        inner.Runs[slot] = runs;
    }
}

using Jinbang.Ranking.Tree;

namespace Jinbang.Ranking;

public sealed partial class RankedSet
{
    /// <summary>Walks the whole set and checks every invariant named at the head of the file. For tests; O(n).</summary>
    /// <exception cref="InvalidOperationException">One does not hold; the message says which.</exception>
    public void CheckInvariants()
    {
        Require(ParentOf(root, height) == Node.None, "the root has no parent");
        var walk = new Walked();
        Walk(root, height, ref walk);
        Require(walk.Entries == count, "the set's count is the number of its entries");
        Require(walk.Runs == distinct, "the set's number of different scores is that of its runs");
        Require(walk.LastLeaf == Node.None || leaves[walk.LastLeaf].Next == Node.None, "the last leaf has no right neighbour");
        Require(walk.Leaves == leaves.Count && walk.Inners == inners.Count, "every node in use is in the tree");
        Require(locator.Count == (height == 0 ? 0 : count), "the locator knows exactly the players of the leaves");
    }

    /// <summary>How full the leaves are, from 0 to 1. For tests and benchmarks.</summary>
    internal double LeafFill => count / ((double)leaves.Count * leaves.Layout.Capacity);

    private void Walk(int node, int level, ref Walked walk)
    {
        if (level == 0)
        {
            WalkLeaf(node, ref walk);
            return;
        }

        walk.Inners++;
        var inner = inners[node];
        Require(inner.Count >= (node == root ? 2 : 1), "an inner root has two children, every other inner node at least one");
        for (var slot = 0; slot < inner.Count; slot++)
        {
            var child = inner.Children[slot];
            Require(ParentOf(child, level - 1) == node, "a child knows its parent");
            if (slot > 0)
            {
                var separator = inner.KeyAt(slot);
                Require(walk.Last.CompareTo(separator) < 0, "a separator is after all entries before it");
                Require(separator.CompareTo(FirstKeyOf(child, level - 1)) <= 0, "a separator is not after the first entry below it");
            }

            var (entries, runs) = (walk.Entries, walk.Runs);
            Walk(child, level - 1, ref walk);
            Require(walk.Entries - entries == inner.Counts[slot], "a count is the true sum");
            Require(walk.Runs - runs == inner.Runs[slot], "a number of runs is the true sum");
        }
    }

    private void WalkLeaf(int number, ref Walked walk)
    {
        walk.Leaves++;
        var leaf = leaves[number];
        Require(leaf.Count > 0 || number == root, "no leaf but the root is empty");
        Require(leaf.Previous == walk.LastLeaf, "a leaf knows its left neighbour");
        Require(walk.LastLeaf == Node.None || leaves[walk.LastLeaf].Next == number, "a leaf knows its right neighbour");
        walk.LastLeaf = number;
        for (var row = 0; row < leaf.Count; row++)
        {
            var key = leaf.KeyAt(row);
            Require(walk.Entries == 0 || walk.Last.CompareTo(key) < 0, "entries ascend strictly");
            Require(height == 0 || locator[key.Player] == number, "the locator names the leaf");
            walk.Runs += walk.Entries == 0 || walk.Last.Scores != key.Scores ? 1 : 0;
            walk.Entries++;
            walk.Last = key;
        }
    }

    private EntryKey FirstKeyOf(int node, int level)
    {
        for (; level > 0; level--)
        {
            node = inners[node].Children[0];
        }

        return leaves[node].KeyAt(0);
    }

    private static void Require(bool holds, string invariant)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"The ranked set is broken: {invariant}.");
        }
    }

    private struct Walked()
    {
        public int Entries;
        public int Runs;
        public int Leaves;
        public int Inners;
        public int LastLeaf = Node.None;
        public EntryKey Last;
    }
}

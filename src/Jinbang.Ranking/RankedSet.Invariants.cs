namespace Jinbang.Ranking;

public sealed partial class RankedSet
{
    /// <summary>Walks the whole set and checks every invariant named at the head of the file. For tests; O(n).</summary>
    /// <exception cref="InvalidOperationException">One does not hold; the message says which.</exception>
    public void CheckInvariants()
    {
        Require(root.Parent is null, "the root has no parent");
        var previous = ((long Key, long Order, int Player)?)null;
        var depth = (int?)null;
        var seen = Walk(root, 0, ref previous, ref depth);
        Require(seen == Count, "the root counts every entry");
        Require(locator.Players == seen, "the locator knows exactly the players of the leaves");
    }

    private int Walk(Node node, int level, ref (long Key, long Order, int Player)? previous, ref int? depth)
    {
        if (node is Leaf leaf)
        {
            depth ??= level;
            Require(depth == level, "all leaves are equally deep");
            Require(leaf.Count > 0 || leaf.Parent is null, "no leaf but the root is empty");
            for (var i = 0; i < leaf.Count; i++)
            {
                if (previous is var (key, arrival, player))
                {
                    Require(IsBefore(key, arrival, player, leaf.Keys[i], leaf.Orders[i], leaf.Players[i]), "entries ascend strictly");
                }

                previous = (leaf.Keys[i], leaf.Orders[i], leaf.Players[i]);
                Require(locator[new PlayerId(leaf.Players[i])] == leaf, "the locator names the leaf");
                Require(locator.TryGetKey(new PlayerId(leaf.Players[i]), out var known) && known == leaf.Keys[i], "the locator knows the key");
            }

            return leaf.Count;
        }

        var inner = (Inner)node;
        Require(inner.Count > (inner.Parent is null ? 1 : 0), "the root has two children, every other inner node at least one");
        var total = 0;
        for (var slot = 0; slot < inner.Count; slot++)
        {
            var child = inner.Children[slot];
            Require(child.Parent == inner && child.Slot == slot, "a child knows its place");
            if (slot > 0 && previous is var (key, arrival, player))
            {
                var (sKey, sOrder, sPlayer) = inner.Separator(slot);
                Require(IsBefore(key, arrival, player, sKey, sOrder, sPlayer), "a separator is after all entries before it");
                Require(child is not Inner below || below.Separator(0) == inner.Separator(slot), "a node's first separator is its parent's separator for it");
                var first = child;
                while (first is Inner deeper)
                {
                    first = deeper.Children[0];
                }

                var leftmost = (Leaf)first;
                Require(!IsBefore(leftmost.Keys[0], leftmost.Orders[0], leftmost.Players[0], sKey, sOrder, sPlayer), "a separator is not after the first entry below it");
            }

            var count = Walk(child, level + 1, ref previous, ref depth);
            Require(count == inner.Counts[slot], "a count is the true sum");
            total += count;
        }

        return total;
    }

    private static void Require(bool holds, string invariant)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"The ranked set is broken: {invariant}.");
        }
    }
}

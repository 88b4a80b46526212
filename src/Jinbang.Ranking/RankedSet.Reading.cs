using Jinbang.Ranking.Tree;

namespace Jinbang.Ranking;

public sealed partial class RankedSet
{
    /// <summary>The player's scores, if he has an entry: the cheapest question.</summary>
    public bool TryGetScores(PlayerId player, out ScoreColumns scores)
    {
        var isThere = TryLocate(player, out var leaf, out var row);
        scores = isThere ? Order.ScoresOf(leaves[leaf].ScoreKeysAt(row)) : default;
        return isThere;
    }

    private protected override int PositionOf(PlayerId player) => TryLocate(player, out var leaf, out var row) ? CountBefore(leaf) + row : -1;

    private protected override int Locate(PlayerId player, out Entry entry)
    {
        if (!TryLocate(player, out var leaf, out var row))
        {
            entry = default;
            return -1;
        }

        entry = EntryOf(leaves[leaf], row);
        return CountBefore(leaf) + row;
    }

    private protected override void Copy(int position, Span<Entry> destination)
    {
        var copied = 0;
        for (var leaf = LeafAt(position, out var row); copied < destination.Length; row = 0)
        {
            var node = leaves[leaf];
            var rows = Math.Min(node.Count - row, destination.Length - copied);
            CopyRows(node, row, destination.Slice(copied, rows));
            copied += rows;
            leaf = node.Next;
        }
    }

    private protected override int CountBefore(in ScoreColumns scores) => CountBelow(EntryKey.Before(Order.KeyOf(scores)));

    private protected override int CountThrough(in ScoreColumns scores) => CountBelow(EntryKey.After(Order.KeyOf(scores)));

    private protected override int DistinctThrough(int position)
    {
        var runs = 0;
        var node = root;
        for (var level = height; level > 0; level--)
        {
            var inner = inners[node];
            var slot = SlotHolding(inner.Counts, ref position);
            runs += inner.RunsBefore(slot);
            node = inner.Children[slot];
        }

        return runs + RunsIn(node, 0, position + 1);
    }

    private protected override int StartOfRun(int run)
    {
        var position = 0;
        var node = root;
        for (var level = height; level > 0; level--)
        {
            var inner = inners[node];
            var slot = SlotHolding(inner.Runs, ref run);
            position += inner.CountBefore(slot);
            node = inner.Children[slot];
        }

        var leaf = leaves[node];
        for (var row = 0; ; row++)
        {
            if (BeginsRun(leaf, row) && run-- == 0)
            {
                return position + row;
            }
        }
    }

    private bool TryLocate(PlayerId player, out int leaf, out int row)
    {
        leaf = height == 0 ? root : player.IsSome ? locator[player.Number] : Node.None;
        row = leaf == Node.None ? -1 : leaves[leaf].IndexOf(player.Number);
        return row >= 0;
    }

    /// <summary>How many entries stand before the first one of a leaf.</summary>
    private int CountBefore(int leaf)
    {
        var before = 0;
        var node = leaf;
        for (var parent = leaves[leaf].Parent; parent != Node.None;)
        {
            var inner = inners[parent];
            before += inner.CountBefore(inner.SlotOf(node));
            node = parent;
            parent = inner.Parent;
        }

        return before;
    }

    private int CountBelow(in EntryKey key)
    {
        var before = 0;
        var node = root;
        for (var level = height; level > 0; level--)
        {
            var inner = inners[node];
            var slot = inner.SlotFor(key);
            before += inner.CountBefore(slot);
            node = inner.Children[slot];
        }

        return before + leaves[node].Bound(0, key, through: false);
    }

    private int LeafAt(int position, out int row)
    {
        var node = root;
        for (var level = height; level > 0; level--)
        {
            var inner = inners[node];
            node = inner.Children[SlotHolding(inner.Counts, ref position)];
        }

        row = position;
        return node;
    }

    /// <summary>The slot in which a running number falls, and what is left of the number there.</summary>
    private static int SlotHolding(ReadOnlySpan<int> numbers, ref int rest)
    {
        var slot = 0;
        while (rest >= numbers[slot])
        {
            rest -= numbers[slot++];
        }

        return slot;
    }

    /// <summary>How many runs begin in some rows of a leaf.</summary>
    private int RunsIn(int leaf, int from, int to)
    {
        var node = leaves[leaf];
        var runs = 0;
        for (var row = from; row < to; row++)
        {
            runs += BeginsRun(node, row) ? 1 : 0;
        }

        return runs;
    }

    private bool BeginsRun(Node leaf, int row)
    {
        if (row > 0)
        {
            return !leaf.HasSameScores(row, leaf, row - 1);
        }

        if (leaf.Previous == Node.None)
        {
            return true;
        }

        var previous = leaves[leaf.Previous];
        return !leaf.HasSameScores(row, previous, previous.Count - 1);
    }

    private Entry EntryOf(Node leaf, int row) => new(new PlayerId(leaf.Players[row]), Order.ScoresOf(leaf.ScoreKeysAt(row)), leaf.Orders[row]);

    private void CopyRows(Node leaf, int from, Span<Entry> destination)
    {
        if (columns > 1)
        {
            for (var i = 0; i < destination.Length; i++)
            {
                destination[i] = EntryOf(leaf, from + i);
            }

            return;
        }

        var keys = leaf.Keys.Slice(from, destination.Length);
        var orders = leaf.Orders.Slice(from, destination.Length);
        var players = leaf.Players.Slice(from, destination.Length);
        var mask = Order.MaskOf(0);
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = new Entry(new PlayerId(players[i]), new ScoreColumns(keys[i] ^ mask), orders[i]);
        }
    }
}

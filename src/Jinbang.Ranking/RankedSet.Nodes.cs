namespace Jinbang.Ranking;

public sealed partial class RankedSet
{
    private abstract class Node
    {
        /// <summary>How many entries or children the node holds itself.</summary>
        public int Count { get; protected set; }

        /// <summary>How many entries stand below the node.</summary>
        public abstract int Total { get; }

        public Inner? Parent { get; set; }

        /// <summary>The index of this node among its parent's children.</summary>
        public int Slot { get; set; }

        /// <summary>Appends all of a right neighbour's content to this node.</summary>
        public abstract void Absorb(Node right);

        /// <summary>How many entries stand before the first of this node in the whole set.</summary>
        public int CountBefore()
        {
            var before = 0;
            for (var node = this; node.Parent is { } parent; node = parent)
            {
                before += parent.CountBefore(node.Slot);
            }

            return before;
        }
    }

    private sealed class Leaf(int capacity) : Node
    {
        public long[] Keys = new long[capacity];
        public long[] Orders = new long[capacity];
        public int[] Players = new int[capacity];

        public override int Total => Count;

        /// <summary>This leaf's number in the locator; 0 while it has none.</summary>
        public int Number { get; set; }

        public int IndexOf(int player) => Players.AsSpan(0, Count).IndexOf(player);

        /// <summary>The leaf to the right, or null at the end.</summary>
        public Leaf? Next()
        {
            Node node = this;
            while (node.Parent is { } parent)
            {
                if (node.Slot + 1 < parent.Count)
                {
                    node = parent.Children[node.Slot + 1];
                    while (node is Inner inner)
                    {
                        node = inner.Children[0];
                    }

                    return (Leaf)node;
                }

                node = parent;
            }

            return null;
        }

        /// <summary>The index at which the entry stands or would stand.</summary>
        public int InsertionIndex(long key, long order, int player)
        {
            int low = 0, high = Count;
            while (low < high)
            {
                var middle = (low + high) >>> 1;
                if (IsBefore(Keys[middle], Orders[middle], Players[middle], key, order, player))
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle;
                }
            }

            return low;
        }

        public void InsertAt(int index, long key, long order, int player)
        {
            EnsureCapacity(Count + 1);
            Array.Copy(Keys, index, Keys, index + 1, Count - index);
            Array.Copy(Orders, index, Orders, index + 1, Count - index);
            Array.Copy(Players, index, Players, index + 1, Count - index);
            Keys[index] = key;
            Orders[index] = order;
            Players[index] = player;
            Count++;
        }

        public void RemoveAt(int index)
        {
            Count--;
            Array.Copy(Keys, index + 1, Keys, index, Count - index);
            Array.Copy(Orders, index + 1, Orders, index, Count - index);
            Array.Copy(Players, index + 1, Players, index, Count - index);
        }

        public Leaf SplitHalf()
        {
            var half = Count / 2;
            var right = new Leaf(LeafCapacity);
            right.Append(this, half, Count - half);
            Count = half;
            return right;
        }

        public override void Absorb(Node right) => Append((Leaf)right, 0, right.Count);

        private void Append(Leaf source, int from, int count)
        {
            EnsureCapacity(Count + count);
            Array.Copy(source.Keys, from, Keys, Count, count);
            Array.Copy(source.Orders, from, Orders, Count, count);
            Array.Copy(source.Players, from, Players, Count, count);
            Count += count;
        }

        private void EnsureCapacity(int needed)
        {
            if (needed > Keys.Length)
            {
                var grown = Math.Min(LeafCapacity, Math.Max(needed, Keys.Length * 2));
                Array.Resize(ref Keys, grown);
                Array.Resize(ref Orders, grown);
                Array.Resize(ref Players, grown);
            }
        }
    }

    private sealed class Inner : Node
    {
        public readonly Node[] Children = new Node[InnerCapacity];
        public readonly int[] Counts = new int[InnerCapacity];
        private readonly long[] keys = new long[InnerCapacity];
        private readonly long[] orders = new long[InnerCapacity];
        private readonly int[] players = new int[InnerCapacity];

        public override int Total => CountBefore(Count);

        public int CountBefore(int slot)
        {
            var before = 0;
            foreach (var count in Counts.AsSpan(0, slot))
            {
                before += count;
            }

            return before;
        }

        /// <summary>The child an entry belongs to: the last one whose separator is not after it, else the first.</summary>
        public int SlotFor(long key, long order, int player)
        {
            int low = 1, high = Count;
            while (low < high)
            {
                var middle = (low + high) >>> 1;
                if (IsBefore(key, order, player, keys[middle], orders[middle], players[middle]))
                {
                    high = middle;
                }
                else
                {
                    low = middle + 1;
                }
            }

            return low - 1;
        }

        public void Append(Node child) => InsertAt(Count, child);

        public void InsertAt(int slot, Node child)
        {
            Move(slot, slot + 1, Count - slot);
            Count++;
            Children[slot] = child;
            Counts[slot] = child.Total;
            var (key, order, player) = FirstOf(child);
            keys[slot] = key;
            orders[slot] = order;
            players[slot] = player;
            Adopt(slot);
        }

        public void RemoveAt(int slot)
        {
            var (key, order, player) = Separator(slot);
            Count--;
            Move(slot + 1, slot, Count - slot);
            if (slot == 0)
            {
                // The node's lower bound, which its parent knows as its separator, stays: entries from it on still come here.
                keys[0] = key;
                orders[0] = order;
                players[0] = player;
            }

            Children[Count] = null!;
            Adopt(slot);
        }

        public Inner SplitHalf()
        {
            var half = Count / 2;
            var right = new Inner();
            right.AppendFrom(this, half, Count - half);
            Array.Clear(Children, half, Count - half);
            Count = half;
            return right;
        }

        public override void Absorb(Node right) => AppendFrom((Inner)right, 0, right.Count);

        public (long Key, long Order, int Player) Separator(int slot) => (keys[slot], orders[slot], players[slot]);

        private void AppendFrom(Inner source, int from, int count)
        {
            Array.Copy(source.Children, from, Children, Count, count);
            Array.Copy(source.Counts, from, Counts, Count, count);
            Array.Copy(source.keys, from, keys, Count, count);
            Array.Copy(source.orders, from, orders, Count, count);
            Array.Copy(source.players, from, players, Count, count);
            Count += count;
            Adopt(Count - count);
        }

        private void Move(int from, int to, int count)
        {
            Array.Copy(Children, from, Children, to, count);
            Array.Copy(Counts, from, Counts, to, count);
            Array.Copy(keys, from, keys, to, count);
            Array.Copy(orders, from, orders, to, count);
            Array.Copy(players, from, players, to, count);
        }

        private void Adopt(int from)
        {
            for (var slot = from; slot < Count; slot++)
            {
                Children[slot].Parent = this;
                Children[slot].Slot = slot;
            }
        }

        /// <summary>A new child's separator: its first entry, or, for an inner child, the separator that child was cut at.</summary>
        private static (long Key, long Order, int Player) FirstOf(Node child) => child switch
        {
            Inner inner => inner.Separator(0),
            Leaf { Count: > 0 } leaf => (leaf.Keys[0], leaf.Orders[0], leaf.Players[0]),
            _ => (long.MinValue, long.MinValue, int.MinValue),
        };
    }

    private static bool IsBefore(long key, long order, int player, long otherKey, long otherOrder, int otherPlayer) =>
        key != otherKey ? key < otherKey : order != otherOrder ? order < otherOrder : player < otherPlayer;
}

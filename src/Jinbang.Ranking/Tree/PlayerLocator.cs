namespace Jinbang.Ranking.Tree;

/// <summary>
/// From a player's number to the leaf that holds him. Numbers are cut into pages of <see cref="PageNumbers"/>. A page in which many players have a leaf
/// is an array by number, 4 bytes for each number; one in which few have is a hash table, 7 to 10 bytes for each player: so a board
/// that one in a hundred plays costs in proportion. Every step is bounded by the size of a page.
/// </summary>
/// <remarks>A full page has 128 KiB: large enough that the garbage collector never moves it.</remarks>
internal sealed class PlayerLocator
{
    private const int PageBits = 15;
    private const int PageNumbers = 1 << PageBits;

    /// <summary>From here on an array is smaller than a hash table.</summary>
    private const int MostSparse = PageNumbers / 2;

    private const int FirstSlots = 8;

    private object?[] pages = [];

    /// <summary>How many players have a leaf.</summary>
    public int Count { get; private set; }

    /// <summary>The player's leaf, or <see cref="Node.None"/>.</summary>
    public int this[int player]
    {
        get
        {
            var page = player >> PageBits;
            var offset = player & (PageNumbers - 1);
            return (uint)page >= (uint)pages.Length ? Node.None : pages[page] switch
            {
                int[] dense => dense[offset] - 1,
                SparsePage sparse => sparse.Find(offset),
                _ => Node.None,
            };
        }
    }

    /// <summary>Counts players page by page, for <see cref="Prepare"/>.</summary>
    public static void CountByPage(ReadOnlySpan<int> players, List<int> playersOfPages)
    {
        foreach (var player in players)
        {
            var page = player >> PageBits;
            while (page >= playersOfPages.Count)
            {
                playersOfPages.Add(0);
            }

            playersOfPages[page]++;
        }
    }

    /// <summary>Makes pages of the right size for players who are about to come, so that they do not grow step by step. While the locator is empty.</summary>
    public void Prepare(List<int> playersOfPages) => pages =
    [
        .. playersOfPages.Select(static object? (players) => players > MostSparse ? new int[PageNumbers] : players > 0 ? new SparsePage(players) : null),
    ];

    /// <summary>Notes the player's leaf.</summary>
    public void Put(int player, int leaf)
    {
        var page = player >> PageBits;
        var offset = player & (PageNumbers - 1);
        if (page >= pages.Length)
        {
            Array.Resize(ref pages, Math.Max(page + 1, pages.Length + (pages.Length / 2)));
        }

        if (pages[page] is int[] dense)
        {
            Count += dense[offset] == 0 ? 1 : 0;
            dense[offset] = leaf + 1;
            return;
        }

        if (pages[page] is not SparsePage sparse)
        {
            pages[page] = sparse = new SparsePage(players: 1);
        }

        Count += sparse.Put(offset, leaf) ? 1 : 0;
        if (sparse.Count > MostSparse)
        {
            pages[page] = sparse.ToDense(PageNumbers);
        }
    }

    /// <summary>Forgets the player.</summary>
    public void Remove(int player)
    {
        var page = player >> PageBits;
        var offset = player & (PageNumbers - 1);
        switch (pages[page])
        {
            case int[] dense:
                Count -= dense[offset] == 0 ? 0 : 1;
                dense[offset] = 0;
                break;

            case SparsePage sparse:
                Count -= sparse.Remove(offset) ? 1 : 0;
                if (sparse.Count == 0)
                {
                    pages[page] = null;
                }

                break;
        }
    }

    /// <summary>Forgets everyone.</summary>
    public void Clear()
    {
        pages = [];
        Count = 0;
    }

    /// <summary>A hash table from an offset within a page to a leaf: open addressing to the next slot, never above seven eighths full.</summary>
    private sealed class SparsePage(int players)
    {
        private ushort[] keys = new ushort[SlotsFor(players)];
        private int[] leaves = new int[SlotsFor(players)];

        public int Count { get; private set; }

        public int Find(int offset)
        {
            var key = (ushort)(offset + 1);
            var slots = keys;
            for (var slot = HomeOf(key, slots.Length); slots[slot] != 0; slot = slot + 1 == slots.Length ? 0 : slot + 1)
            {
                if (slots[slot] == key)
                {
                    return leaves[slot];
                }
            }

            return Node.None;
        }

        /// <summary>Notes a leaf.</summary>
        /// <returns>Whether the offset is new.</returns>
        public bool Put(int offset, int leaf)
        {
            if ((Count + 1) * 8 > keys.Length * 7)
            {
                Grow();
            }

            var isNew = PutUnchecked((ushort)(offset + 1), leaf);
            Count += isNew ? 1 : 0;
            return isNew;
        }

        public bool Remove(int offset)
        {
            var key = (ushort)(offset + 1);
            var hole = HomeOf(key, keys.Length);
            while (keys[hole] != key)
            {
                if (keys[hole] == 0)
                {
                    return false;
                }

                hole = hole + 1 == keys.Length ? 0 : hole + 1;
            }

            // Every key behind the hole that may not be found across it moves into it, and leaves the next hole.
            for (var slot = hole; ;)
            {
                slot = slot + 1 == keys.Length ? 0 : slot + 1;
                if (keys[slot] == 0)
                {
                    break;
                }

                var home = HomeOf(keys[slot], keys.Length);
                var staysBehind = hole <= slot ? hole < home && home <= slot : hole < home || home <= slot;
                if (!staysBehind)
                {
                    (keys[hole], leaves[hole]) = (keys[slot], leaves[slot]);
                    hole = slot;
                }
            }

            keys[hole] = 0;
            Count--;
            return true;
        }

        public int[] ToDense(int numbers)
        {
            var dense = new int[numbers];
            for (var slot = 0; slot < keys.Length; slot++)
            {
                if (keys[slot] != 0)
                {
                    dense[keys[slot] - 1] = leaves[slot] + 1;
                }
            }

            return dense;
        }

        private static int SlotsFor(int players) => Math.Max(FirstSlots, ((players * 8) + 6) / 7);

        /// <summary>The high bits of a product are spread evenly and fall into any number of slots without a division.</summary>
        private static int HomeOf(ushort key, int slots) => (int)(((ulong)(key * 2654435769u) * (uint)slots) >> 32);

        private bool PutUnchecked(ushort key, int leaf)
        {
            var slot = HomeOf(key, keys.Length);
            while (keys[slot] != 0 && keys[slot] != key)
            {
                slot = slot + 1 == keys.Length ? 0 : slot + 1;
            }

            var isNew = keys[slot] == 0;
            keys[slot] = key;
            leaves[slot] = leaf;
            return isNew;
        }

        private void Grow()
        {
            var (oldKeys, oldLeaves) = (keys, leaves);
            var slots = oldKeys.Length + Math.Max(FirstSlots, oldKeys.Length / 8);
            (keys, leaves) = (new ushort[slots], new int[slots]);
            for (var slot = 0; slot < oldKeys.Length; slot++)
            {
                if (oldKeys[slot] != 0)
                {
                    PutUnchecked(oldKeys[slot], oldLeaves[slot]);
                }
            }
        }
    }
}

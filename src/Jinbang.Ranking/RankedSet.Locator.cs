namespace Jinbang.Ranking;

public sealed partial class RankedSet
{
    /// <summary>
    /// From a player's number to his leaf and to his key: twelve bytes per player, in pages that come when a player of theirs does, so that a board of few
    /// players in a large game stays small. The key is there a second time because a player's own score is what is asked for most: here it costs
    /// two memory accesses, in the leaf more than ten.
    /// </summary>
    private sealed class LeafLocator
    {
        private const int PageSize = 1024;

        private int[]?[] pages = [];
        private long[]?[] keyPages = [];
        private Leaf?[] leaves = new Leaf?[4];
        private readonly Stack<int> free = new();
        private int used;

        /// <summary>How many players have a leaf.</summary>
        public int Players { get; private set; }

        public Leaf? this[PlayerId player]
        {
            get
            {
                var page = player.Number / PageSize;
                return (uint)page < (uint)pages.Length && pages[page] is { } numbers ? leaves[numbers[player.Number % PageSize]] : null;
            }

            set
            {
                var page = player.Number / PageSize;
                if (page >= pages.Length)
                {
                    Array.Resize(ref pages, Math.Max(page + 1, pages.Length + (pages.Length / 2)));
                }

                ref var number = ref (pages[page] ??= new int[PageSize])[player.Number % PageSize];
                Players += (value is null ? 0 : 1) - (number == 0 ? 0 : 1);
                number = value is null ? 0 : NumberOf(value);
            }
        }

        /// <summary>The key of a player who has a leaf.</summary>
        public bool TryGetKey(PlayerId player, out long key)
        {
            var page = player.Number / PageSize;
            if ((uint)page < (uint)pages.Length && pages[page] is { } numbers && numbers[player.Number % PageSize] != 0)
            {
                key = keyPages[page]![player.Number % PageSize];
                return true;
            }

            key = 0;
            return false;
        }

        /// <summary>Notes the leaf and the key of a player.</summary>
        public void Put(PlayerId player, Leaf leaf, long key)
        {
            this[player] = leaf;
            var page = player.Number / PageSize;
            if (page >= keyPages.Length)
            {
                Array.Resize(ref keyPages, pages.Length);
            }

            (keyPages[page] ??= new long[PageSize])[player.Number % PageSize] = key;
        }

        public void Release(Leaf leaf)
        {
            if (leaf.Number != 0)
            {
                leaves[leaf.Number] = null;
                free.Push(leaf.Number);
                leaf.Number = 0;
            }
        }

        private int NumberOf(Leaf leaf)
        {
            if (leaf.Number == 0)
            {
                leaf.Number = free.Count > 0 ? free.Pop() : ++used;
                if (leaf.Number >= leaves.Length)
                {
                    Array.Resize(ref leaves, leaves.Length * 2);
                }

                leaves[leaf.Number] = leaf;
            }

            return leaf.Number;
        }
    }
}

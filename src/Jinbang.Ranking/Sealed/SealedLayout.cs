namespace Jinbang.Ranking.Sealed;

/// <summary>How the positions of players are found.</summary>
internal enum PositionIndex : byte
{
    /// <summary>A rank for every player number from 1 to the highest.</summary>
    Dense = 1,

    /// <summary>Pairs of player and rank, by player, under a search tree.</summary>
    Sparse = 2,
}

/// <summary>
/// Where everything lies in a sealed file. It follows from four numbers; the file states it all the same, and a statement that differs is damage.
/// </summary>
internal sealed class SealedLayout
{
    /// <summary>How many numbers a dense index has in a block.</summary>
    public const int RanksPerBlock = SealedBlock.Payload / sizeof(int);

    /// <summary>How many pairs a sparse index has in a block.</summary>
    public const int PairsPerBlock = SealedBlock.Payload / PairSize;

    /// <summary>Player, rank.</summary>
    public const int PairSize = 2 * sizeof(int);

    /// <summary>How many sections the header has room for: entries, positions, and the levels of the two trees.</summary>
    public const int Slots = 2 + (2 * SealedTree.MostLevels);

    public SealedLayout(int columns, int count, int highestPlayer, PositionIndex index)
    {
        EntrySize = SealedRecords.EntrySize(columns);
        EntriesPerBlock = SealedBlock.Payload / EntrySize;
        Index = index;
        Entries = SealedSection.After(end: 1, count, EntriesPerBlock);
        EntryTree = new SealedTree(Math.Max(1, Entries.End), Entries.Blocks, SealedRecords.BranchSize(columns));
        var end = EntryTree.Levels.Count == 0 ? 1 : EntryTree.Levels[^1].End;
        var isDense = index == PositionIndex.Dense;
        Positions = SealedSection.After(end, isDense ? highestPlayer : count, isDense ? RanksPerBlock : PairsPerBlock);
        PlayerTree = new SealedTree(Math.Max(end, Positions.End), isDense ? 0 : Positions.Blocks, sizeof(int));
        Blocks = PlayerTree.Levels.Count == 0 ? Math.Max(end, Positions.End) : PlayerTree.Levels[^1].End;
    }

    public int EntrySize { get; }

    public int EntriesPerBlock { get; }

    public PositionIndex Index { get; }

    public SealedSection Entries { get; }

    public SealedTree EntryTree { get; }

    public SealedSection Positions { get; }

    /// <summary>Empty in a dense index.</summary>
    public SealedTree PlayerTree { get; }

    /// <summary>How many blocks the file has, its header included.</summary>
    public long Blocks { get; }

    /// <summary>The layout with the smaller index.</summary>
    public static SealedLayout Smallest(int columns, int count, int highestPlayer)
    {
        var dense = new SealedLayout(columns, count, highestPlayer, PositionIndex.Dense);
        var sparse = new SealedLayout(columns, count, highestPlayer, PositionIndex.Sparse);
        return dense.Blocks <= sparse.Blocks ? dense : sparse;
    }

    /// <summary>The section of a slot of the header; <c>default</c> when the slot is not used.</summary>
    public SealedSection this[int slot] => slot switch
    {
        0 => Entries,
        1 => Positions,
        < 2 + SealedTree.MostLevels => LevelOf(EntryTree, slot - 2),
        _ => LevelOf(PlayerTree, slot - 2 - SealedTree.MostLevels),
    };

    private static SealedSection LevelOf(SealedTree tree, int level) => level < tree.Levels.Count ? tree.Levels[level] : default;
}

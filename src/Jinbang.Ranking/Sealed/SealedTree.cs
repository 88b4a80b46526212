namespace Jinbang.Ranking.Sealed;

/// <summary>A stretch of blocks of a sealed file.</summary>
/// <param name="First">The number of its first block; 0 when there is none.</param>
/// <param name="Blocks">How many blocks it has.</param>
internal readonly record struct SealedSection(long First, long Blocks)
{
    /// <summary>The block behind the section.</summary>
    public long End => First + Blocks;

    /// <summary>The section behind a block, of as many blocks as the records need.</summary>
    public static SealedSection After(long end, long records, int recordsPerBlock)
    {
        var blocks = (records + recordsPerBlock - 1) / recordsPerBlock;
        return blocks == 0 ? default : new SealedSection(end, blocks);
    }
}

/// <summary>
/// A static search tree over a section of sorted records. Its lowest level has one record for every block of the section, each level above one for
/// every block of the level below, until a level is a single block. A record stands for the first record of its block, and which block it stands
/// for follows from where it stands: there are no pointers.
/// </summary>
internal sealed class SealedTree
{
    /// <summary>No table has more levels: at two thousand million entries of four columns there are four.</summary>
    public const int MostLevels = 4;

    /// <summary>The tree over a section, laid out behind a block.</summary>
    public SealedTree(long end, long blocksBelow, int recordSize)
    {
        RecordSize = recordSize;
        RecordsPerBlock = SealedBlock.Payload / recordSize;
        BlocksBelow = blocksBelow;
        var levels = new List<SealedSection>(MostLevels);
        for (var records = blocksBelow; records > 0; records = levels[^1].Blocks > 1 ? levels[^1].Blocks : 0)
        {
            levels.Add(SealedSection.After(levels.Count == 0 ? end : levels[^1].End, records, RecordsPerBlock));
        }

        Levels = [.. levels];
    }

    public int RecordSize { get; }

    public int RecordsPerBlock { get; }

    /// <summary>How many blocks the section has that the tree stands over.</summary>
    public long BlocksBelow { get; }

    /// <summary>The levels from the lowest up; none over an empty section.</summary>
    public IReadOnlyList<SealedSection> Levels { get; }

    /// <summary>How many records a block of a level holds.</summary>
    /// <param name="level">From 0, the lowest.</param>
    /// <param name="block">From 0, within the level.</param>
    public int RecordsIn(int level, long block)
    {
        var records = level == 0 ? BlocksBelow : Levels[level - 1].Blocks;
        return (int)Math.Min(RecordsPerBlock, records - (block * RecordsPerBlock));
    }
}

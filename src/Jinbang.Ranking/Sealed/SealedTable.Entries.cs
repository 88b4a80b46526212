using System.Buffers.Binary;

namespace Jinbang.Ranking.Sealed;

internal sealed partial class SealedTable
{
    /// <summary>Copies the entries from a position on; all of them exist.</summary>
    public void Copy(int position, Span<Entry> destination)
    {
        Span<byte> block = stackalloc byte[SealedBlock.Size];
        while (!destination.IsEmpty)
        {
            var (number, index) = Math.DivRem(position, Layout.EntriesPerBlock);
            Read(Layout.Entries.First + number, block);
            var length = Math.Min(destination.Length, Layout.EntriesPerBlock - index);
            for (var i = 0; i < length; i++)
            {
                destination[i] = SealedRecords.ReadEntry(block[((index + i) * Layout.EntrySize)..], header.Order.Columns);
            }

            position += length;
            destination = destination[length..];
        }
    }

    /// <summary>How many entries are better than the scores.</summary>
    public int CountBefore(in ScoreColumns scores) => CountUpTo(new Bound(header.Order, scores, IsIncluded: false));

    /// <summary>How many entries are better than the scores or equal to them.</summary>
    public int CountThrough(in ScoreColumns scores) => CountUpTo(new Bound(header.Order, scores, IsIncluded: true));

    /// <summary>How many different scores there are from the best entry to the one at this position.</summary>
    public int DistinctThrough(int position)
    {
        Span<byte> block = stackalloc byte[SealedBlock.Size];
        var (number, index) = Math.DivRem(position, Layout.EntriesPerBlock);
        var (branchBlock, branch) = Math.DivRem(number, Layout.EntryTree.RecordsPerBlock);
        Read(Layout.EntryTree.Levels[0].First + branchBlock, block);
        var distinct = RunOf(block, branch) + 1;
        if (index == 0)
        {
            return distinct;
        }

        Read(Layout.Entries.First + number, block);
        for (var i = 1; i <= index; i++)
        {
            distinct += IsTie(block, i) ? 0 : 1;
        }

        return distinct;
    }

    /// <summary>The first position of a run of equal scores, the runs counted from 0.</summary>
    public int StartOfRun(int run)
    {
        Span<byte> block = stackalloc byte[SealedBlock.Size];
        var number = Descend(Layout.EntryTree, run, static (record, in wanted) => BinaryPrimitives.ReadInt32LittleEndian(record) < wanted, block);
        if (number < 0)
        {
            return 0;
        }

        var reached = RunOf(block, (int)(number % Layout.EntryTree.RecordsPerBlock));
        Read(Layout.Entries.First + number, block);
        var length = EntriesIn(number);
        for (var i = 1; i < length; i++)
        {
            reached += IsTie(block, i) ? 0 : 1;
            if (reached == run)
            {
                return PositionOf(number, i);
            }
        }

        // This block still belongs to the run before, so the wanted one begins with the next block.
        return PositionOf(number, length);
    }

    private int CountUpTo(in Bound bound)
    {
        Span<byte> block = stackalloc byte[SealedBlock.Size];
        var number = Descend(Layout.EntryTree, bound, static (record, in its) => its.IsAfter(record[sizeof(int)..]), block);
        if (number < 0)
        {
            return 0;
        }

        Read(Layout.Entries.First + number, block);
        return PositionOf(number, CountPreceding(block, EntriesIn(number), Layout.EntrySize, bound, static (record, in its) => its.IsAfter(record)));
    }

    private int EntriesIn(long block) => (int)Math.Min(Layout.EntriesPerBlock, Count - (block * Layout.EntriesPerBlock));

    private int PositionOf(long block, int index) => (int)((block * Layout.EntriesPerBlock) + index);

    private int RunOf(ReadOnlySpan<byte> block, int branch) => BinaryPrimitives.ReadInt32LittleEndian(block[(branch * Layout.EntryTree.RecordSize)..]);

    /// <summary>Whether an entry of a block has the scores of the one before it. Equal scores are equal bytes.</summary>
    private bool IsTie(ReadOnlySpan<byte> block, int index)
    {
        var size = SealedRecords.ScoresSize(header.Order.Columns);
        return block.Slice(index * Layout.EntrySize, size).SequenceEqual(block.Slice((index - 1) * Layout.EntrySize, size));
    }

    /// <summary>A place between two runs: before the scores' own run, or behind it.</summary>
    private readonly record struct Bound(ColumnOrder Order, ScoreColumns Scores, bool IsIncluded)
    {
        /// <summary>Whether the bound lies behind these scores.</summary>
        public bool IsAfter(ReadOnlySpan<byte> scores)
        {
            var compared = Order.Compare(SealedRecords.ReadScores(scores, Order.Columns), Scores);
            return IsIncluded ? compared <= 0 : compared < 0;
        }
    }
}

using System.Buffers;

namespace Jinbang.Ranking.Sealed;

/// <summary>
/// Turns standings into the blocks of a sealed file, once. Besides one page of entries it holds the lowest level of the entry tree (12 bytes a block of
/// entries where there is one column) and what <see cref="SealedIndexWriter"/> holds.
/// </summary>
internal sealed class SealedWriter(Standings source, SealedLabel label, ulong fileId, SealedBlockWriter blocks)
{
    private readonly int count = source.Count;
    private readonly int columns = source.Order.Columns;

    public void Write()
    {
        var pages = new StandingsPages(source, count);
        var branches = new ArrayBufferWriter<byte>();
        var (distinct, highest) = WriteEntries(pages, branches);
        if (distinct != source.DistinctCount)
        {
            throw new InvalidOperationException($"The standings have {distinct} different scores and say {source.DistinctCount}.");
        }

        var layout = SealedLayout.Smallest(columns, count, highest);
        WriteTree(layout.EntryTree, branches.WrittenSpan);
        var playerBranches = new ArrayBufferWriter<byte>();
        new SealedIndexWriter(pages, blocks, playerBranches).Write(layout.Index, highest, count);
        WriteTree(layout.PlayerTree, playerBranches.WrittenSpan);
        blocks.Finish(new SealedHeader(fileId, label, source.Order, count, distinct, highest, layout));
    }

    private (int Distinct, int Highest) WriteEntries(StandingsPages pages, ArrayBufferWriter<byte> branches)
    {
        var size = SealedRecords.EntrySize(columns);
        var branchSize = SealedRecords.BranchSize(columns);
        var perBlock = SealedBlock.Payload / size;
        var (distinct, highest) = (0, 0);
        var before = default(Entry);
        for (var position = 0; position < count;)
        {
            foreach (ref readonly var entry in pages.From(position))
            {
                var compared = position == 0 ? -1 : source.Order.Compare(before.Scores, entry.Scores);
                if (compared > 0 || !entry.Player.IsSome)
                {
                    throw new InvalidOperationException($"The standings are not in order at position {position}.");
                }

                distinct += compared < 0 ? 1 : 0;
                highest = Math.Max(highest, entry.Player.Number);
                SealedRecords.WriteEntry(blocks.Next(size), entry, columns);
                if (position % perBlock == 0)
                {
                    SealedRecords.WriteBranch(branches.GetSpan(branchSize), distinct - 1, entry.Scores, columns);
                    branches.Advance(branchSize);
                }

                before = entry;
                position++;
            }
        }

        blocks.EndSection();
        return (distinct, highest);
    }

    /// <summary>Writes the levels of a tree from the records of its lowest: those above repeat the first one of every block.</summary>
    private void WriteTree(SealedTree tree, ReadOnlySpan<byte> records)
    {
        var step = 1L;
        for (var level = 0; level < tree.Levels.Count; level++, step *= tree.RecordsPerBlock)
        {
            for (var record = 0L; record < tree.BlocksBelow; record += step)
            {
                records.Slice(checked((int)(record * tree.RecordSize)), tree.RecordSize).CopyTo(blocks.Next(tree.RecordSize));
            }

            blocks.EndSection();
        }
    }
}

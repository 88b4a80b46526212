namespace Jinbang.Ranking.Sealed;

internal sealed partial class SealedTable
{
    /// <summary>Whether a record stands before what is looked for. Among sorted records it is true up to one of them and false from there on.</summary>
    private delegate bool Precedes<TWanted>(ReadOnlySpan<byte> record, in TWanted wanted);

    /// <summary>
    /// The last block of a section whose first record stands before what is looked for, counted within the section; -1 when even its first does not.
    /// One read a level.
    /// </summary>
    /// <param name="tree">The tree over the section.</param>
    /// <param name="wanted">What is looked for.</param>
    /// <param name="precedes">Compares a record of the tree with it.</param>
    /// <param name="block">Work space; it is left with the block of the lowest level that names the answer.</param>
    private long Descend<TWanted>(SealedTree tree, in TWanted wanted, Precedes<TWanted> precedes, Span<byte> block)
    {
        var number = tree.Levels.Count == 0 ? -1L : 0L;
        for (var level = tree.Levels.Count - 1; level >= 0 && number >= 0; level--)
        {
            Read(tree.Levels[level].First + number, block);
            var preceding = CountPreceding(block, tree.RecordsIn(level, number), tree.RecordSize, wanted, precedes);

            // Below the top there is always one: the block was chosen by its own first record.
            number = preceding == 0 ? -1 : (number * tree.RecordsPerBlock) + preceding - 1;
        }

        return number;
    }

    /// <summary>How many of a block's records stand before what is looked for.</summary>
    private static int CountPreceding<TWanted>(ReadOnlySpan<byte> block, int records, int size, in TWanted wanted, Precedes<TWanted> precedes)
    {
        var (low, high) = (0, records);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = precedes(block.Slice(middle * size, size), wanted) ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}

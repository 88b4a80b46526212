namespace Jinbang.Ranking.Tree;

/// <summary>
/// Sorts row numbers by columns of integers, a byte at a time: its time does not depend on how the values lie or how many of them are equal, and bytes that are
/// the same in all rows cost nothing. Stable, so that sorting by one column after the other, the least important first, sorts by all of them.
/// </summary>
internal sealed class RadixSort
{
    private const int Digits = sizeof(long);

    private readonly (ulong Value, int Row)[] from;
    private readonly (ulong Value, int Row)[] to;

    public RadixSort(int rows)
    {
        Rows = new int[rows];
        from = new (ulong, int)[rows];
        to = new (ulong, int)[rows];
        for (var row = 0; row < rows; row++)
        {
            Rows[row] = row;
        }
    }

    /// <summary>The row numbers, sorted by the columns so far.</summary>
    public int[] Rows { get; }

    public void By(GrowingColumn<int> column) => Sort(row => (ulong)(uint)column[row]);

    public void By(GrowingColumn<long> column) => Sort(row => (ulong)column[row] ^ (1UL << 63));

    private void Sort(Func<int, ulong> valueOf)
    {
        var counts = new int[Digits][];
        for (var digit = 0; digit < Digits; digit++)
        {
            counts[digit] = new int[256];
        }

        var isSorted = true;
        for (var i = 0; i < Rows.Length; i++)
        {
            var value = valueOf(Rows[i]);
            from[i] = (value, Rows[i]);
            isSorted &= i == 0 || from[i - 1].Value <= value;
            for (var digit = 0; digit < Digits; digit++)
            {
                counts[digit][(byte)(value >> (8 * digit))]++;
            }
        }

        if (isSorted)
        {
            return;
        }

        var (source, target) = (from, to);
        for (var digit = 0; digit < Digits; digit++)
        {
            var starts = counts[digit];
            if (starts[(byte)(source[0].Value >> (8 * digit))] == source.Length)
            {
                continue;
            }

            for (int value = 0, start = 0; value < starts.Length; value++)
            {
                (starts[value], start) = (start, start + starts[value]);
            }

            foreach (var item in source)
            {
                target[starts[(byte)(item.Value >> (8 * digit))]++] = item;
            }

            (source, target) = (target, source);
        }

        for (var i = 0; i < Rows.Length; i++)
        {
            Rows[i] = source[i].Row;
        }
    }
}

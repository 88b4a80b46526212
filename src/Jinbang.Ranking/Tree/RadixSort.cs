using System.Runtime.CompilerServices;

namespace Jinbang.Ranking.Tree;

/// <summary>
/// Sorts row numbers by columns of integers, a byte at a time: its time does not depend on how the values lie or how many of them are equal, and bytes that are
/// the same in all rows cost nothing. Stable, so that sorting by one column after the other, the least important first, sorts by all of them.
/// Takes 24 bytes a row.
/// </summary>
/// <remarks>Its loops run once, at a start: they are compiled well at once instead of being watched first.</remarks>
internal sealed class RadixSort
{
    private ulong[] values;
    private ulong[] otherValues;
    private int[] rows;
    private int[] otherRows;

    public RadixSort(int count)
    {
        values = GC.AllocateUninitializedArray<ulong>(count);
        otherValues = GC.AllocateUninitializedArray<ulong>(count);
        rows = GC.AllocateUninitializedArray<int>(count);
        otherRows = GC.AllocateUninitializedArray<int>(count);
        for (var row = 0; row < count; row++)
        {
            rows[row] = row;
        }
    }

    /// <summary>The row numbers, sorted by the columns so far.</summary>
    public ReadOnlySpan<int> Rows => rows;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void By(GrowingColumn<int> column)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            values[i] = (uint)column[rows[i]];
        }

        Sort();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void By(GrowingColumn<long> column)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            // With its sign turned, a signed number sorts as an unsigned one.
            values[i] = (ulong)column[rows[i]] ^ (1UL << 63);
        }

        Sort();
    }

    private void Sort()
    {
        if (IsSorted(out var differing))
        {
            return;
        }

        for (var shift = 0; shift < 64; shift += 8)
        {
            if ((byte)(differing >> shift) != 0)
            {
                SortByte(shift);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SortByte(int shift)
    {
        Span<int> starts = stackalloc int[256];
        starts.Clear();
        foreach (var value in values)
        {
            starts[(byte)(value >> shift)]++;
        }

        for (int digit = 0, start = 0; digit < starts.Length; digit++)
        {
            (starts[digit], start) = (start, start + starts[digit]);
        }

        for (var i = 0; i < values.Length; i++)
        {
            var to = starts[(byte)(values[i] >> shift)]++;
            otherValues[to] = values[i];
            otherRows[to] = rows[i];
        }

        (values, otherValues) = (otherValues, values);
        (rows, otherRows) = (otherRows, rows);
    }

    /// <summary>Whether the values ascend already, and if not, in which bits some of them differ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool IsSorted(out ulong differing)
    {
        differing = 0;
        var isSorted = true;
        for (var i = 1; i < values.Length; i++)
        {
            isSorted &= values[i - 1] <= values[i];
            differing |= values[i - 1] ^ values[i];
        }

        return isSorted;
    }
}

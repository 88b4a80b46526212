using System.Numerics;
using System.Runtime.InteropServices;

namespace Jinbang.Ranking.Tree;

/// <summary>
/// Searching a short ascending column by counting all of it. A binary search of a column that is not in the cache waits for one line of memory after
/// the other; counting asks for all lines at once and never guesses a branch wrong.
/// </summary>
internal static class SortedColumn
{
    /// <summary>How many values are below <paramref name="value"/>, and how many are equal to it.</summary>
    public static int CountBelow(ReadOnlySpan<long> ascending, long value, out int equal)
    {
        ref var first = ref MemoryMarshal.GetReference(ascending);
        var wanted = new Vector<long>(value);
        var (below, same) = (Vector<long>.Zero, Vector<long>.Zero);
        var i = 0;
        for (; i <= ascending.Length - Vector<long>.Count; i += Vector<long>.Count)
        {
            var some = Vector.LoadUnsafe(ref first, (nuint)i);
            below -= Vector.LessThan(some, wanted);
            same -= Vector.Equals(some, wanted);
        }

        var (belowCount, equalCount) = (Vector.Sum(below), Vector.Sum(same));
        for (; i < ascending.Length; i++)
        {
            belowCount += ascending[i] < value ? 1 : 0;
            equalCount += ascending[i] == value ? 1 : 0;
        }

        equal = (int)equalCount;
        return (int)belowCount;
    }

    /// <summary>The sum of small counts; their total fits in Int32.</summary>
    public static int Sum(ReadOnlySpan<int> counts)
    {
        ref var first = ref MemoryMarshal.GetReference(counts);
        var sums = Vector<int>.Zero;
        var i = 0;
        for (; i <= counts.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            sums += Vector.LoadUnsafe(ref first, (nuint)i);
        }

        var sum = Vector.Sum(sums);
        for (; i < counts.Length; i++)
        {
            sum += counts[i];
        }

        return sum;
    }
}

using Jinbang.Bench.Load.Measuring;
using Jinbang.Bench.Load.Players;

namespace Jinbang.Bench.Load;

/// <summary>Checks, in a fraction of a second and before every run, the parts of the load generator that would spoil results silently.</summary>
internal static class SelfCheck
{
    /// <summary>Throws <see cref="InvalidOperationException"/> with what is wrong.</summary>
    public static void Run()
    {
        PercentilesAreWithinOnePercent();
        IdsAreDistinctAndRepeatable();
    }

    private static void PercentilesAreWithinOnePercent()
    {
        var random = new SplitMix64(1);
        var exact = new long[50_000];
        var first = new Histogram();
        var second = new Histogram();
        for (var i = 0; i < exact.Length; i++)
        {
            // Evenly over the powers of two between 1 microsecond and 60 seconds.
            exact[i] = (long)(1_000 * Math.Pow(6e7, random.Next(1_000_001) / 1e6));
            (i % 2 == 0 ? first : second).Record(exact[i]);
        }

        first.Add(second);
        Array.Sort(exact);
        foreach (var share in (double[])[0.0001, 0.01, 0.5, 0.9, 0.99, 0.999, 1])
        {
            var expected = exact[Math.Max(1, (int)Math.Ceiling(share * exact.Length)) - 1];
            var told = first.PercentileNs(share);
            Expect(Math.Abs(told - expected) <= expected * 0.01, $"The histogram's percentile {share} is {told} ns, the sorted list's {expected} ns.");
        }

        Expect(first.Count == exact.Length && first.MaxNs == exact[^1], "The histogram lost a count or the maximum.");
    }

    private static void IdsAreDistinctAndRepeatable()
    {
        const int Players = 20_000;
        var ids = new HashSet<string>();
        Span<byte> id = stackalloc byte[Ids.Length];
        Span<byte> again = stackalloc byte[Ids.Length];
        for (var i = 0; i < Players; i++)
        {
            Ids.Write(i, id);
            Ids.Write(i, again);
            Expect(id.SequenceEqual(again), $"The id of player {i} changed.");
            ids.Add(Convert.ToHexString(id));
        }

        Expect(ids.Count == Players, "Two players share an id.");
    }

    private static void Expect(bool holds, string otherwise)
    {
        if (!holds)
            throw new InvalidOperationException(otherwise);
    }
}

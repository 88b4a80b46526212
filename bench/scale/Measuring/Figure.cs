namespace Jinbang.Bench.Scale.Measuring;

/// <summary>One figure of several rounds.</summary>
/// <param name="Median">The middle one.</param>
/// <param name="Min">The lowest.</param>
/// <param name="Max">The highest.</param>
internal sealed record Figure(double Median, double Min, double Max)
{
    /// <summary>Of the rounds' values, each less the same cost.</summary>
    public static Figure Of(IReadOnlyList<double> rounds, double less = 0)
    {
        double[] sorted = [.. rounds.Order()];
        return new(((sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2) - less, sorted[0] - less, sorted[^1] - less);
    }
}

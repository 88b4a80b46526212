using System.Globalization;
using System.Text;
using Jinbang.Bench.Scale.Cases;
using Jinbang.Bench.Scale.Redis;

namespace Jinbang.Bench.Scale.Reports;

/// <summary>What the core shall reach, and what this run found.</summary>
internal static class Goals
{
    private const int Large = 10_000_000;
    private const int Small = 10_000;

    /// <summary>Appends the list.</summary>
    public static void Append(StringBuilder text, IReadOnlyList<CaseResult> cases, IReadOnlyList<RedisResult> redis)
    {
        text.Append("## Goals\n\n");
        text.Head("goal", "case", "found", "");
        foreach (var result in cases)
        {
            var spec = result.Spec;
            if (result.Get<ChurnSection>() is { } churn)
            {
                Most(text, "B per player in all, one window", spec, churn.TotalLiveBytes, 80, spec.Players >= Large);
                Most(text, "B per entry of a further window", spec, churn.LiveBytes, 40, spec.Players >= Large);
                Most(text, "own pause of a put, ms", spec, churn.Puts.LongestOwnMs, 10, applies: true);
            }

            Most(text, "own pause of an add to the directory, ms", spec, result.Get<DirectorySection>()?.Adds.LongestOwnMs, 10, applies: true);
            Most(text, "B per entry of a window of 1 %", spec, result.Get<FurtherSection>()?.SparseBytes, 40, spec.Players >= Large);
            Most(text, "sorted bulk load, ms", spec, result.Get<LoadSection>()?.SortedMs, 1000, spec.Players == Large);
            Most(text, "rank, CPU ns", spec, Ns(result, OperationNames.Rank), spec.Players == Small ? 250 : 1200, spec.Players is Small or Large);
            Most(text, "put, CPU ns", spec, Ns(result, OperationNames.Put), spec.Players == Small ? 800 : 3000, spec.Players is Small or Large);
            Most(text, "top 100, CPU ns", spec, Ns(result, OperationNames.Top), 300, applies: true);
            foreach (var row in result.Get<FairnessSection>()?.Rows.Where(static row => row.Way == Fairness.FairlyShared.WayName) ?? [])
            {
                Least(text, $"thousand ranks/s, {row.Readers} readers beside a writer", spec, row.RanksPerSecond / 1000, 100);
                Most(text, $"longest wait, ms, {row.Readers} readers beside a writer", spec, row.LongestMs, 5, applies: true);
            }
        }

        foreach (var theirs in redis)
        {
            foreach (var (name, operation, cost) in RedisTables.Compared)
            {
                if (RedisTables.Ours(cases, theirs.Players) is { } ours && Ns(ours, operation) is { } ns)
                {
                    Least(text, $"Redis's own CPU over ours, {name}", ours.Spec, cost(theirs).OwnMicroseconds * 1000 / ns, 5);
                }
            }
        }
    }

    private static double? Ns(CaseResult result, string operation) => result.Get<OperationsSection>()?.Ns[operation].Median;

    private static void Most(StringBuilder text, string goal, CaseSpec spec, double? found, double most, bool applies)
    {
        if (applies && found is { } value)
        {
            text.Row(string.Create(CultureInfo.InvariantCulture, $"{goal}: at most {most}"), $"{spec}", value.Show(), value <= most ? "met" : "**missed**");
        }
    }

    private static void Least(StringBuilder text, string goal, CaseSpec spec, double found, double least) =>
        text.Row(string.Create(CultureInfo.InvariantCulture, $"{goal}: at least {least}"), $"{spec}", found.Show(), found >= least ? "met" : "**missed**");
}

using System.Text;
using Jinbang.Bench.Scale.Cases;
using Jinbang.Bench.Scale.Measuring;

namespace Jinbang.Bench.Scale.Reports;

/// <summary>The tables that have a row for every case.</summary>
internal static class CaseTables
{
    /// <summary>Appends them.</summary>
    public static void Append(StringBuilder text, IReadOnlyList<CaseResult> cases)
    {
        text.Append("## Memory\n\n");
        text.Head(
            "players, scores", "directory, B per player", "window, B per entry", "together, B per player", "leaves full", "window of 1 %, B per entry",
            "board of 100, B", "resident after all puts, MiB", "peak, MiB");
        foreach (var result in cases)
        {
            if (result.Get<DirectorySection>() is { } directory && result.Get<ChurnSection>() is { } churn && result.Get<FurtherSection>() is { } further)
            {
                text.Row(
                    $"{result.Spec}", directory.LiveBytes.Show(), churn.LiveBytes.Show(), churn.TotalLiveBytes.Show(), $"{churn.LeafFill:P0}", further.SparseBytes.Show(),
                    further.SmallBoardBytes.Show(), churn.ResidentBytes.Mebibytes(), churn.PeakBytes.Mebibytes());
            }
        }

        text.Append("\n## Loading\n\n");
        text.Head("players, scores", "directory, ns per add", "sorted entries, ms", "unsorted entries, ms", "window then, B per entry");
        foreach (var result in cases)
        {
            if (result.Get<DirectorySection>() is { } directory && result.Get<LoadSection>() is { } load)
            {
                text.Row($"{result.Spec}", directory.Adds.MeanNs.Show(), load.SortedMs.Show(), load.UnsortedMs.Show(), load.LiveBytes.Show());
            }
        }

        AppendOperations(text, "Changes and questions about one player, CPU ns", OperationNames.OfOnePlayer, cases);
        AppendOperations(text, "Lists, CPU ns", OperationNames.Lists, cases);
        AppendOperations(text, "Other readings, CPU ns", OperationNames.Readings, cases);

        text.Append("\n## Several columns\n\n");
        text.Head("players, scores", "columns", "rank, CPU ns", "put, CPU ns", "B per entry");
        foreach (var result in cases)
        {
            foreach (var several in result.Sections.OfType<ColumnsSection>())
            {
                text.Row($"{result.Spec}", $"{several.Columns}", several.RankNs.Median.Show(), several.PutNs.Median.Show(), several.LiveBytes.Show());
            }
        }

        text.Append("\n## Pauses\n\n");
        text.Head(
            "players, scores", "calls", "longest own, ms", "own over 1 / 10 ms", "longest on the wall, ms", "on the wall over 1 / 10 ms", "collections", "longest collection, ms");
        foreach (var result in cases)
        {
            AppendPauses(text, $"{result.Spec}, directory", result.Get<DirectorySection>()?.Adds);
            AppendPauses(text, $"{result.Spec}, puts", result.Get<ChurnSection>()?.Puts);
        }

        text.Append('\n');
    }

    private static void AppendOperations(StringBuilder text, string title, string[] names, IReadOnlyList<CaseResult> cases)
    {
        text.Append($"\n## {title}\n\n");
        text.Head(["players, scores", .. names]);
        foreach (var result in cases)
        {
            if (result.Get<OperationsSection>() is { } operations)
            {
                text.Row([$"{result.Spec}", .. names.Select(name => operations.Ns[name].Median.Show())]);
            }
        }
    }

    private static void AppendPauses(StringBuilder text, string what, Pauses? pauses)
    {
        if (pauses is not null)
        {
            text.Row(
                what, pauses.Calls.Show(), pauses.LongestOwnMs.Show(), $"{pauses.OwnOverOne} / {pauses.OwnOverTen}", pauses.LongestMs.Show(),
                $"{pauses.OverOne} / {pauses.OverTen}", $"{pauses.Collections}", pauses.LongestCollectionMs.Show());
        }
    }
}

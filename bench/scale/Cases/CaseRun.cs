using System.Text.Json;
using Jinbang.Bench.Scale.Fairness;
using Jinbang.Bench.Scale.Measuring;

namespace Jinbang.Bench.Scale.Cases;

/// <summary>One case, in its own process: measures and writes a line of JSON for every section.</summary>
internal static class CaseRun
{
    /// <summary>Runs all questions.</summary>
    /// <param name="spec">The case.</param>
    /// <param name="fairness">How long each way of locking is measured.</param>
    public static void Run(CaseSpec spec, TimeSpan fairness)
    {
        Step(spec, "directory");
        var (directory, directorySection) = DirectoryLoad.Measure(spec.Players);
        Emit(directorySection);

        Step(spec, "bulk load");
        var beforeWindow = Memory.Tidied();
        var (window, loadSection) = WindowLoad.Measure(spec);
        Emit(loadSection);

        Step(spec, $"{spec.Churn:N0} puts");
        Emit(Churn.Measure(spec, window, directorySection.LiveBytes, beforeWindow));

        Step(spec, "operations");
        Emit(new WindowOperations(window, directory, new Draws(spec.Players, spec.Source)).Measure());

        Step(spec, "readers beside a writer");
        Emit(new FairnessSection(ReadersBesideWriter.Measure(window, spec, fairness)));

        Step(spec, "further windows");
        Emit(FurtherWindows.Measure(spec));
        GC.KeepAlive(window);
        GC.KeepAlive(directory);
        if (spec.Players > SeveralColumns.MostPlayers)
        {
            return;
        }

        foreach (var columns in (int[])[2, 4])
        {
            Step(spec, $"{columns} columns");
            Emit(SeveralColumns.Measure(spec, columns));
        }
    }

    private static void Step(CaseSpec spec, string step) => Progress.Show($"{spec}: {step}");

    private static void Emit(Section section) => Console.Out.WriteLine(JsonSerializer.Serialize(section));
}

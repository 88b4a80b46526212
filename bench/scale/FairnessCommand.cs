using System.CommandLine;
using System.Text;
using Jinbang.Bench.Load.Measuring;
using Jinbang.Bench.Scale.Cases;
using Jinbang.Bench.Scale.Fairness;
using Jinbang.Bench.Scale.Inputs;
using Jinbang.Bench.Scale.Reports;

namespace Jinbang.Bench.Scale;

/// <summary>The command <c>fairness</c>: only what readers get beside a writer, in this process.</summary>
internal sealed class FairnessCommand : Command
{
    private readonly Option<int> players = new("--players") { Description = "Size of the window", DefaultValueFactory = _ => 1_000_000 };
    private readonly Option<double> seconds = new("--seconds") { Description = "How long each way is measured", DefaultValueFactory = _ => 5 };

    /// <summary>The command.</summary>
    public FairnessCommand()
        : base("fairness", "Measures readers beside a writer that never pauses, under three ways of locking")
    {
        Options.Add(players);
        Options.Add(seconds);
        SetAction(result =>
        {
            var spec = new CaseSpec(result.GetValue(players), ScoreKind.Uniform);
            var (window, _) = WindowLoad.Measure(spec);
            var rows = ReadersBesideWriter.Measure(window, spec, TimeSpan.FromSeconds(result.GetValue(seconds)));
            var text = new StringBuilder($"Machine: {Machine.Describe()}\n\n");
            new FairnessTable(text).Append([(spec, rows)]);
            Console.Out.Write(text);
        });
    }
}

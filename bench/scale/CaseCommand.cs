using System.CommandLine;
using Jinbang.Bench.Scale.Cases;
using Jinbang.Bench.Scale.Inputs;

namespace Jinbang.Bench.Scale;

/// <summary>The command <c>case</c>, which <c>run</c> starts: one case, its results as lines of JSON.</summary>
internal sealed class CaseCommand : Command
{
    /// <summary>Its name.</summary>
    public const string CommandName = "case";

    private readonly Option<int> players = new("--players") { Required = true };
    private readonly Option<ScoreKind> scores = new("--scores") { Required = true };
    private readonly Option<double> seconds = new("--seconds") { DefaultValueFactory = _ => 3 };

    /// <summary>The command.</summary>
    public CaseCommand()
        : base(CommandName, "Measures one case and writes lines of JSON")
    {
        Hidden = true;
        Options.Add(players);
        Options.Add(scores);
        Options.Add(seconds);
        SetAction(result => CaseRun.Run(
            new CaseSpec(result.GetValue(players), result.GetValue(scores)), TimeSpan.FromSeconds(result.GetValue(seconds))));
    }
}

using System.CommandLine;
using Jinbang.Bench.Load.Clustering;

namespace Jinbang.Bench.Load;

/// <summary>The command <c>cluster</c> with its options.</summary>
internal sealed class ClusterCommand : Command
{
    private readonly CommonOptions _common = new();
    private readonly Option<int> _players = CommonOptions.Valued("--players", 100_000, "Players of the board whose calls are measured");
    private readonly Option<int[]> _outages = new("--outages")
    {
        Description = "Sizes of the boards whose owner is killed and frozen (10000,1000000), or none",
        DefaultValueFactory = _ => [10_000, 1_000_000],
        CustomParser = static result => [.. result.Tokens.Single().Value.Split(',').Where(static size => size != "none").Select(int.Parse)],
    };

    private readonly Option<int> _kills = CommonOptions.Valued("--kills", 10, "How often the owner of each board is killed");
    private readonly Option<int> _freezes = CommonOptions.Valued("--freezes", 3, "How often the owner of each board is frozen");
    private readonly Option<int> _load = CommonOptions.Valued("--load", 10_000_000, "Size of the board that is loaded from the database without a follower; 0 leaves it out");
    private readonly Option<double> _seconds = CommonOptions.Valued("--seconds", 5.0, "Seconds of a round of calls");

    /// <summary>The command.</summary>
    public ClusterCommand()
        : base("cluster", "Starts a PostgreSQL and servers of a cluster: what a call through another server costs, and how soon a dead server's boards answer again")
    {
        _common.AddTo(this);
        foreach (var option in (Option[])[_players, _outages, _kills, _freezes, _load, _seconds])
            Options.Add(option);
        SetAction(async (result, cancellationToken) =>
        {
            await ClusterBench.RunAsync(
                _common.Read(result),
                new(
                    result.GetValue(_players),
                    result.GetRequiredValue(_outages),
                    result.GetValue(_kills),
                    result.GetValue(_freezes),
                    result.GetValue(_load),
                    TimeSpan.FromSeconds(result.GetValue(_seconds))),
                cancellationToken);
            return 0;
        });
    }
}

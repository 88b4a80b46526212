using Jinbang.Ranking;

namespace Jinbang.Ranking.Tests;

/// <summary>Standings over a model's sorted list: a source for tests, and the plainest holder of entries the questions can be tried on.</summary>
/// <param name="model">The entries.</param>
/// <param name="onCopy">Is told the position before entries are copied; what it throws goes out.</param>
internal sealed class ListStandings(StandingsModel model, Action<int>? onCopy = null) : Standings(model.Order)
{
    public override int Count => model.Count;

    public override int DistinctCount => model.DistinctCount;

    private protected override int PositionOf(PlayerId player) => model.RankOf(player).Place - 1;

    private protected override int Locate(PlayerId player, out Entry entry)
    {
        model.TryGet(player, out entry);
        return PositionOf(player);
    }

    private protected override void Copy(int position, Span<Entry> destination)
    {
        onCopy?.Invoke(position);
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = model.Entries[position + i];
        }
    }

    private protected override int CountBefore(in ScoreColumns scores) => model.CountBetter(scores);

    private protected override int CountThrough(in ScoreColumns scores) => model.Count - model.CountWorse(scores);

    private protected override int DistinctThrough(int position) =>
        model.Entries.Take(position + 1).Select(static entry => entry.Scores).Distinct().Count();

    private protected override int StartOfRun(int run)
    {
        var scores = model.Entries.Select(static entry => entry.Scores).Distinct().ElementAt(run);
        return model.CountBetter(scores);
    }
}

namespace Jinbang.Ranking.Tests;

/// <summary>The questions of <see cref="Standings"/> over the plainest holder of entries.</summary>
public sealed class StandingsTests
{
    [Fact]
    public void Every_question_is_answered_as_a_sorted_list_would()
    {
        var random = new Random(Seeds.New());
        for (var round = 0; round < 150; round++)
        {
            var count = round < 20 ? round / 2 : random.Next(0, 120);
            var model = RandomTables.Next(random, count, highestPlayer: count * random.Next(1, 4));
            StandingsChecks.Agree(new ListStandings(model), model, random);
        }
    }
}

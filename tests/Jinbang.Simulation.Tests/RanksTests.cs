using Jinbang.Boards.Games;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Simulation.Tests;

/// <summary>The ranks of receipts are counted before the sets show them: they must come out as they were counted.</summary>
public sealed class RanksTests
{
    public static TheoryData<TieRule, KeepRule> Rules => [.. from ties in Enum.GetValues<TieRule>() from keep in Enum.GetValues<KeepRule>() select (ties, keep)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Ranks_in_receipts_are_those_that_are_read_right_after(TieRule ties, KeepRule keep)
    {
        var random = new Random(Seeds.New());
        for (var round = 0; round < 20; round++)
        {
            using var simulation = new Simulation(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
            var board = simulation.Make(new BoardDefinition
            {
                Name = "main",
                Ties = ties,
                Keep = keep,
                Columns = [new ColumnDefinition { Order = random.Next(2) == 0 ? ScoreOrder.HigherIsBetter : ScoreOrder.LowerIsBetter }, new ColumnDefinition { Name = "second" }],
                Windows = [new WindowRule { Name = "all_time", Kind = WindowKind.AllTime }, new WindowRule { Name = "daily", Kind = WindowKind.Daily }],
            });
            for (var turn = 0; turn < 8; turn++)
            {
                // The model counts each receipt's ranks after the submissions before it, the check the ranks of the sets.
                for (var works = random.Next(1, 40); works > 0; works--)
                {
                    simulation.Submit(board, $"player{random.Next(12)}", new SubmissionRequest { Scores = new ScoreColumns(random.Next(4), random.Next(2)) });
                }

                simulation.Step();
                simulation.Check();
            }
        }
    }
}

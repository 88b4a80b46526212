using Jinbang.Boards.Submissions;
using Jinbang.Ranking;

namespace Jinbang.Boards.Tests.Submissions;

public sealed class ScoreKeepingTests
{
    [Theory]
    [InlineData(ScoreOrder.HigherIsBetter, null, 0, SubmitResult.First)]
    [InlineData(ScoreOrder.HigherIsBetter, null, long.MinValue, SubmitResult.First)]
    [InlineData(ScoreOrder.HigherIsBetter, 10L, 11, SubmitResult.Improved)]
    [InlineData(ScoreOrder.HigherIsBetter, 10L, 10, SubmitResult.NotBetter)]
    [InlineData(ScoreOrder.HigherIsBetter, 10L, 9, SubmitResult.NotBetter)]
    [InlineData(ScoreOrder.HigherIsBetter, long.MinValue, long.MaxValue, SubmitResult.Improved)]
    [InlineData(ScoreOrder.HigherIsBetter, long.MaxValue, long.MinValue, SubmitResult.NotBetter)]
    [InlineData(ScoreOrder.HigherIsBetter, -1L, 0, SubmitResult.Improved)]
    [InlineData(ScoreOrder.LowerIsBetter, null, long.MaxValue, SubmitResult.First)]
    [InlineData(ScoreOrder.LowerIsBetter, 10L, 9, SubmitResult.Improved)]
    [InlineData(ScoreOrder.LowerIsBetter, 10L, 10, SubmitResult.NotBetter)]
    [InlineData(ScoreOrder.LowerIsBetter, 10L, 11, SubmitResult.NotBetter)]
    [InlineData(ScoreOrder.LowerIsBetter, long.MaxValue, long.MinValue, SubmitResult.Improved)]
    [InlineData(ScoreOrder.LowerIsBetter, long.MinValue, long.MaxValue, SubmitResult.NotBetter)]
    [InlineData(ScoreOrder.LowerIsBetter, 0L, -1, SubmitResult.Improved)]
    public void The_best_score_counts_and_of_equal_ones_the_earlier(ScoreOrder order, long? current, long submitted, SubmitResult result) =>
        Assert.Equal(result, ScoreKeeping.Keep(KeepRule.Best, order, current is { } score ? new ScoreColumns(score) : null, new ScoreColumns(submitted), out _));
}

using Jinbang.Ranking;

namespace Jinbang.Boards.Submissions;

/// <summary>The rule that decides a submission: a pure function of the board's rule, what the player has, and what he submits.</summary>
public static class ScoreKeeping
{
    /// <summary>Decides.</summary>
    /// <param name="rule">The board's rule.</param>
    /// <param name="order">The board's order.</param>
    /// <param name="current">The score that counts now, null when there is none.</param>
    /// <param name="submitted">The score submitted.</param>
    /// <returns><see cref="SubmitResult.First"/>, <see cref="SubmitResult.Improved"/> or <see cref="SubmitResult.NotBetter"/>.</returns>
    public static SubmitResult Keep(KeepRule rule, ScoreOrder order, Score? current, Score submitted) => rule switch
    {
        KeepRule.Best => current is not { } best ? SubmitResult.First : order.IsBetter(submitted, best) ? SubmitResult.Improved : SubmitResult.NotBetter,
    };
}

namespace Jinbang.Ranking;

/// <summary>Which end of the scores stands first. The numbers are stored: never change one, only append.</summary>
public enum ScoreOrder
{
    /// <summary>The highest score is in the first place.</summary>
    HigherIsBetter = 1,

    /// <summary>The lowest score (a time, a number of strokes) is in the first place.</summary>
    LowerIsBetter = 2,
}

/// <summary>Comparing scores under an order.</summary>
public static class ScoreOrders
{
    /// <summary>Whether <paramref name="score"/> stands strictly before <paramref name="other"/>.</summary>
    public static bool IsBetter(this ScoreOrder order, Score score, Score other) => order switch
    {
        ScoreOrder.HigherIsBetter => score.Value > other.Value,
        ScoreOrder.LowerIsBetter => score.Value < other.Value,
    };
}

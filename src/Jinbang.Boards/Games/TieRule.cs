using Jinbang.Ranking;

namespace Jinbang.Boards.Games;

/// <summary>What equal scores mean on a board. The numbers are stored: never change one, only append.</summary>
public enum TieRule
{
    /// <summary>1-2-3-4: who reached the score first stands first.</summary>
    EarlierFirst = 1,

    /// <summary>1-2-3-4: who reached the score last stands first.</summary>
    LaterFirst = 2,

    /// <summary>1-2-2-4: equal scores share the place.</summary>
    EqualPlace = 3,

    /// <summary>1-2-2-3: equal scores share the place, and the next score has the next number.</summary>
    EqualPlaceDense = 4,
}

/// <summary>How a tie rule reads the standings.</summary>
public static class TieRules
{
    /// <summary>The reading of a rule.</summary>
    public static Reading ReadingOf(this TieRule rule) => rule switch
    {
        TieRule.EarlierFirst => default,
        TieRule.LaterFirst => new Reading(RankStyle.Ordinal, TieOrder.LaterFirst),
        TieRule.EqualPlace => new Reading(RankStyle.Competition),
        TieRule.EqualPlaceDense => new Reading(RankStyle.Dense),
    };
}

namespace Jinbang.Ranking;

/// <summary>How equal scores are numbered.</summary>
public enum RankStyle
{
    /// <summary>1-2-3-4: everyone has a place of his own, by arrival.</summary>
    Ordinal = 0,

    /// <summary>1-2-2-4: equal scores share the best of their places ("standard competition").</summary>
    Competition = 1,

    /// <summary>1-2-2-3: equal scores share a place, and the next score has the next number.</summary>
    Dense = 2,
}

/// <summary>Who stands first among equal scores.</summary>
public enum TieOrder
{
    /// <summary>Who reached the score first.</summary>
    EarlierFirst = 0,

    /// <summary>Who reached the score last.</summary>
    LaterFirst = 1,
}

/// <summary>
/// How a table of standings is read. The table itself is the same: every reading is a view of it. <c>default</c> is 1-2-3-4, earlier first.
/// </summary>
/// <param name="Style">How equal scores are numbered.</param>
/// <param name="Ties">Who stands first among equal scores: decides their places in <see cref="RankStyle.Ordinal"/>, and in every style the order in which they are listed.</param>
public readonly record struct Reading(RankStyle Style, TieOrder Ties = TieOrder.EarlierFirst);

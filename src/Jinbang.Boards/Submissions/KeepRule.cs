namespace Jinbang.Boards.Submissions;

/// <summary>Which of a player's submissions counts. The numbers are stored: never change one, only append.</summary>
public enum KeepRule
{
    /// <summary>The best one under the board's order; of equal ones the earliest.</summary>
    Best = 1,

    /// <summary>The last one; of equal ones in a row the earliest.</summary>
    Latest = 2,

    /// <summary>All of them, added up column by column. A submission that would leave the range of 64 bits is refused.</summary>
    Sum = 3,

    /// <summary>The first one; later ones change nothing.</summary>
    First = 4,
}

namespace Jinbang.Boards.Submissions;

/// <summary>Which of a player's submissions counts. The numbers are stored: never change one, only append.</summary>
public enum KeepRule
{
    /// <summary>The best one under the board's order; of equal ones the earliest.</summary>
    Best = 1,
}

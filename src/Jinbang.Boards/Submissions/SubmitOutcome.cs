using Jinbang.Ranking;

namespace Jinbang.Boards.Submissions;

/// <summary>What became of a submission. The numbers of the first three are stored: never change one, only append.</summary>
public enum SubmitResult
{
    /// <summary>Not stored, nothing changed: the store is out of reach or too much is waiting. The caller may try again.</summary>
    Unavailable = 0,

    /// <summary>The player's first score on the board.</summary>
    First = 1,

    /// <summary>Better than the player's best.</summary>
    Improved = 2,

    /// <summary>Equal to the player's best or worse: the best stays.</summary>
    NotBetter = 3,

    /// <summary>Outside the board's bounds: nothing stored.</summary>
    OutOfBounds = 4,
}

/// <summary>The answer to a submission, true at the moment it was applied.</summary>
/// <param name="Result">What became of it.</param>
/// <param name="Standing">The player's place and entry right after; <c>default</c> when nothing was decided.</param>
public readonly record struct SubmitOutcome(SubmitResult Result, Standing Standing);

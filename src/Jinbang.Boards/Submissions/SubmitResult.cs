namespace Jinbang.Boards.Submissions;

/// <summary>What became of a submission. The numbers of all but the first are stored: never change one, only append.</summary>
public enum SubmitResult
{
    /// <summary>Not stored, nothing changed: the store is out of reach or too much is waiting. The caller may try again.</summary>
    Unavailable = 0,

    /// <summary>The player's first score in the window.</summary>
    First = 1,

    /// <summary>The player's score in the window is another one now; under <see cref="KeepRule.Best"/> a better one.</summary>
    Improved = 2,

    /// <summary>The player's score in the window stays what it was.</summary>
    NotBetter = 3,

    /// <summary>Outside the board's bounds: nothing changed.</summary>
    OutOfBounds = 4,

    /// <summary>The sum would leave the range of 64 bits: nothing changed.</summary>
    Overflow = 5,

    /// <summary>The window that was named is closed, or there is no such window: nothing changed.</summary>
    WindowClosed = 6,

    /// <summary>None of the board's windows is open now: nothing changed.</summary>
    NoWindow = 7,

    /// <summary>The idempotency key was used for another submission: nothing changed, nothing stored.</summary>
    KeyConflict = 8,

    /// <summary>There is no such game, board or player (any more): nothing changed, nothing stored.</summary>
    Gone = 9,
}

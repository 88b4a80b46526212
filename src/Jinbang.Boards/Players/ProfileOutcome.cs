namespace Jinbang.Boards.Players;

/// <summary>What became of a posted profile.</summary>
public enum ProfileOutcome
{
    /// <summary>Not stored, nothing changed: the store is out of reach or too much is waiting. The caller may try again.</summary>
    Unavailable = 0,

    /// <summary>The player had no profile; now he has.</summary>
    Added = 1,

    /// <summary>The player had a profile; it now says what was posted (perhaps what it said before).</summary>
    Changed = 2,
}

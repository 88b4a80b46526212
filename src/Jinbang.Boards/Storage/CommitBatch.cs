using Jinbang.Boards.Players;
using Jinbang.Boards.Submissions;
using Jinbang.Ranking;

namespace Jinbang.Boards.Storage;

/// <summary>A change of a board to be appended to the log.</summary>
/// <param name="Board">The board's number.</param>
/// <param name="Player">Whose score.</param>
/// <param name="Score">The score that counts from now on.</param>
/// <param name="Order">The board's count of changes, one more than the last.</param>
/// <param name="Result">Why it counts.</param>
public readonly record struct ScoreRow(int Board, PlayerId Player, Score Score, long Order, SubmitResult Result);

/// <summary>A change of a profile.</summary>
public readonly record struct ProfileRow(int Game, PlayerId Player, ProfileChange Change);

/// <summary>What a store did with a row.</summary>
public enum RowResult
{
    /// <summary>The store refused this row alone.</summary>
    Refused = 0,

    /// <summary>Stored, and there was nothing of the kind before.</summary>
    Added,

    /// <summary>Stored over an older value.</summary>
    Changed,

    /// <summary>What was there already says the same.</summary>
    Unchanged,
}

/// <summary>All that one commit writes, and the store's answers. Reused from commit to commit by its one owner; not thread-safe.</summary>
public sealed class CommitBatch
{
    /// <summary>The moment of the commit, for the log's retention only.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>Rows of the log, in order.</summary>
    public List<ScoreRow> Scores { get; } = [];

    /// <summary>Profiles, in order.</summary>
    public List<ProfileRow> Profiles { get; } = [];

    /// <summary>The store's answers to <see cref="Scores"/>, index by index.</summary>
    public List<RowResult> ScoreResults { get; } = [];

    /// <summary>The store's answers to <see cref="Profiles"/>, index by index.</summary>
    public List<RowResult> ProfileResults { get; } = [];

    /// <summary>Whether there is anything to commit.</summary>
    public bool IsEmpty => Scores.Count == 0 && Profiles.Count == 0;

    /// <summary>Forgets rows and answers.</summary>
    public void Clear()
    {
        Scores.Clear();
        Profiles.Clear();
        ScoreResults.Clear();
        ProfileResults.Clear();
    }
}

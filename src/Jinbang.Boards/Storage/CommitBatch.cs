using Jinbang.Boards.Players;
using Jinbang.Boards.Submissions;
using Jinbang.Ranking;

namespace Jinbang.Boards.Storage;

/// <summary>A submission to be appended to the log.</summary>
/// <param name="Board">The board's number.</param>
/// <param name="Player">Whose score.</param>
/// <param name="Order">The board's count of changes, one more than the last; 0 when no window changed.</param>
/// <param name="Submitted">The scores as they were submitted.</param>
/// <param name="Result">What became of it.</param>
/// <param name="Key">Its idempotency key; null for none.</param>
/// <param name="Metadata">JSON, UTF-8, kept with the entries that it changed; null for none.</param>
/// <param name="FirstWindow">Index of the first of its lines in <see cref="CommitBatch.Windows"/>.</param>
/// <param name="WindowCount">How many lines it has there.</param>
public readonly record struct SubmissionRow(
    int Board, PlayerId Player, long Order, ScoreColumns Submitted, SubmitResult Result, string? Key, byte[]? Metadata, int FirstWindow, int WindowCount);

/// <summary>What a submission does in one window.</summary>
/// <param name="Window">The window's number.</param>
/// <param name="Result">First and improved change the player's entry; the others leave it.</param>
/// <param name="Scores">The scores that count afterwards.</param>
/// <param name="Rank">The rank it gave; <c>default</c> when nobody asked.</param>
/// <param name="RankBefore">The rank before; <c>default</c> when there was none or nobody asked.</param>
/// <param name="Count">The number of entries afterwards; 0 when nobody asked.</param>
public readonly record struct WindowLine(int Window, SubmitResult Result, ScoreColumns Scores, Rank Rank, Rank RankBefore, int Count)
{
    /// <summary>Whether the player's entry is another one now.</summary>
    public bool ChangesEntry => Result is SubmitResult.First or SubmitResult.Improved;
}

/// <summary>A change of a profile.</summary>
public readonly record struct ProfileRow(int Game, PlayerId Player, ProfileChange Change);

/// <summary>Something to be told to the outside, once it is committed.</summary>
/// <param name="Game">The game's number.</param>
/// <param name="Id">Its own name, the same however often it is told.</param>
/// <param name="Type">What kind it is.</param>
/// <param name="Body">The JSON that is told, UTF-8.</param>
public sealed record EventRow(int Game, string Id, string Type, byte[] Body);

/// <summary>A small thing that others keep in the store: a key, a webhook.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Id">Its id within the kind.</param>
/// <param name="Body">Its content as text; null to remove it.</param>
public sealed record RecordRow(string Kind, string Id, string? Body);

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
    /// <summary>The moment of the commit, as rows of the log are dated.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>Rows of the log, in order.</summary>
    public List<SubmissionRow> Submissions { get; } = [];

    /// <summary>What the submissions do, window by window.</summary>
    public List<WindowLine> Windows { get; } = [];

    /// <summary>Profiles, in order.</summary>
    public List<ProfileRow> Profiles { get; } = [];

    /// <summary>Windows that close with this commit. A window that is already closed is left alone.</summary>
    public List<WindowClosing> Closings { get; } = [];

    /// <summary>Events that are to be told. One whose id is already there is left alone.</summary>
    public List<EventRow> Events { get; } = [];

    /// <summary>Other people's records.</summary>
    public List<RecordRow> Records { get; } = [];

    /// <summary>The store's answers to <see cref="Submissions"/>, index by index. When one is refused nothing of the whole batch was stored.</summary>
    public List<RowResult> SubmissionResults { get; } = [];

    /// <summary>The store's answers to <see cref="Profiles"/>, index by index. One that is refused fails alone.</summary>
    public List<RowResult> ProfileResults { get; } = [];

    /// <summary>Whether there is anything to commit.</summary>
    public bool IsEmpty => Submissions.Count == 0 && Profiles.Count == 0 && Closings.Count == 0 && Events.Count == 0 && Records.Count == 0;

    /// <summary>Forgets rows and answers.</summary>
    public void Clear()
    {
        Submissions.Clear();
        Windows.Clear();
        Profiles.Clear();
        Closings.Clear();
        Events.Clear();
        Records.Clear();
        SubmissionResults.Clear();
        ProfileResults.Clear();
    }
}

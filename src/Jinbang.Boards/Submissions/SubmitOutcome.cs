using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Boards.Submissions;

/// <summary>The answer to a submission.</summary>
/// <param name="Result">What became of it: in the board's first window that it fed, or why it was refused.</param>
/// <param name="Receipt">What it did, window by window. Null when nothing was decided, and for a submission of the classic API.</param>
public readonly record struct SubmitOutcome(SubmitResult Result, SubmissionReceipt? Receipt = null);

/// <summary>What a submission did. The same for every repetition of its idempotency key.</summary>
public sealed record SubmissionReceipt
{
    /// <summary>Who submitted.</summary>
    public required PlayerId Player { get; init; }

    /// <summary>When it was decided.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The board's version that shows it; of a repetition, the version of now.</summary>
    public required long Version { get; init; }

    /// <summary>Whether this is the stored answer to an earlier submission with the same key.</summary>
    public bool IsRepetition { get; init; }

    /// <summary>The windows it fed, in the order of the board's definition; empty when it was refused.</summary>
    public required IReadOnlyList<WindowReceipt> Windows { get; init; }
}

/// <summary>What a submission did in one window, true at the moment it was applied.</summary>
/// <param name="Window">The window.</param>
/// <param name="Result">First, improved or not better.</param>
/// <param name="Scores">The player's scores that count now.</param>
/// <param name="Rank">His rank now, by the board's tie rule.</param>
/// <param name="RankBefore">His rank just before; <c>default</c> when he had none.</param>
/// <param name="Count">How many entries the window has now.</param>
public readonly record struct WindowReceipt(WindowName Window, SubmitResult Result, ScoreColumns Scores, Rank Rank, Rank RankBefore, int Count);

using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;

namespace Jinbang.Boards.Committing;

/// <summary>What a submission is answered whose idempotency key was used before: the first answer, or that the key was for something else.</summary>
internal static class Repetitions
{
    /// <summary>The answer to a repetition of what the log holds.</summary>
    public static SubmitOutcome OutcomeOf(Submission submission, StoredSubmission earlier)
    {
        if (!SaysTheSame(submission.Request, earlier.Submitted, earlier.Metadata))
        {
            return new SubmitOutcome(SubmitResult.KeyConflict);
        }

        var windows = new List<WindowReceipt>(earlier.Windows.Count);
        foreach (var line in earlier.Windows)
        {
            if (Committer.Wait(submission.Board.NameOfAsync(line.Window, CancellationToken.None)) is { } name)
            {
                windows.Add(new WindowReceipt(name, line.Result, line.Scores, line.Rank, line.RankBefore, line.Count));
            }
        }

        return new SubmitOutcome(
            earlier.Result,
            new SubmissionReceipt { Player = submission.Player, At = earlier.At, Version = submission.Board.Version, IsRepetition = true, Windows = windows });
    }

    /// <summary>The answer to a repetition of another submission of the same turn, which has its outcome.</summary>
    public static SubmitOutcome OutcomeOf(Submission submission, Submission first)
    {
        if (first.Outcome.Result is SubmitResult.Unavailable or SubmitResult.Gone)
        {
            // Nothing was stored that the key could stand for.
            return first.Outcome;
        }

        if (!SaysTheSame(submission.Request, first.Request.Scores, first.Request.Metadata))
        {
            return new SubmitOutcome(SubmitResult.KeyConflict);
        }

        return first.Outcome.Receipt is { } receipt
            ? first.Outcome with { Receipt = receipt with { IsRepetition = true, Version = submission.Board.Version } }
            : first.Outcome;
    }

    private static bool SaysTheSame(SubmissionRequest request, in Ranking.ScoreColumns scores, byte[]? metadata) =>
        request.Scores == scores && (request.Metadata ?? []).AsSpan().SequenceEqual(metadata ?? []);
}

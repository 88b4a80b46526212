using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Jinbang.Server.Problems;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Scores;

/// <summary>From what became of a submission to what is answered.</summary>
internal static class SubmissionAnswers
{
    /// <summary>Why it did nothing; null when it was decided.</summary>
    public static Refusal? RefusalOf(SubmitResult result, BoardDefinition board) => result switch
    {
        SubmitResult.First or SubmitResult.Improved or SubmitResult.NotBetter => null,
        SubmitResult.Unavailable => Refusal.Unavailable,
        SubmitResult.OutOfBounds => new Refusal(ProblemCode.OutOfBounds, BoundsOf(board)),
        SubmitResult.Overflow => new Refusal(ProblemCode.Overflow),
        SubmitResult.WindowClosed => new Refusal(ProblemCode.WindowClosed),
        SubmitResult.NoWindow => new Refusal(ProblemCode.NoWindow),
        SubmitResult.KeyConflict => new Refusal(ProblemCode.IdempotencyConflict),
        SubmitResult.Gone => Refusal.Missing("There is no such board or player any more."),
    };

    /// <summary>The answer to a submission that was decided.</summary>
    public static SubmissionReply ReplyOf(IBoards boards, in BoardTarget target, in SubmitOutcome outcome)
    {
        var board = target.Board;
        var receipt = outcome.Receipt!;
        return new SubmissionReply
        {
            Result = outcome.Result,
            Player = boards.PublicIdOf(target.Id.Game, receipt.Player).ToString(),
            At = receipt.At,
            Version = receipt.Version,
            Repeated = receipt.IsRepetition,
            Windows = [.. receipt.Windows.Select(window => ReplyOf(board, window.Window, window.Result, window.Scores, window.Rank, window.RankBefore, window.Count))],
        };
    }

    /// <summary>What a submission did in one window.</summary>
    public static WindowResultReply ReplyOf(BoardDefinition board, WindowName window, SubmitResult result, in ScoreColumns scores, Rank rank, Rank before, int count) => new()
    {
        Window = window.ToString(),
        Result = result,
        Improved = result is SubmitResult.First or SubmitResult.Improved,
        Rank = rank.IsRanked ? rank.Place : null,
        RankBefore = before.IsRanked ? before.Place : null,
        Count = count,
        Score = ScoreFields.TextOf(board, scores),
        ScoreNumber = ScoreFields.NumberOf(board, scores),
        TieBreakers = ScoreFields.TieBreakersOf(board, scores),
    };

    private static string BoundsOf(BoardDefinition board) => string.Join(" ", board.Columns
        .Where(static column => column.Lowest != long.MinValue || column.Highest != long.MaxValue)
        .Select(static column => $"{column.Name}: {ScoreText.Format(column.Lowest, column.Decimals)} to {ScoreText.Format(column.Highest, column.Decimals)} is allowed."));
}

using System.Globalization;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Scores;

/// <summary>Reads a player's submissions to a board.</summary>
internal sealed class ReadHistory(IBoards boards, TimeProvider time)
{
    public const int Most = 200;
    public const int Standard = 50;

    public async Task HandleAsync(HttpContext context)
    {
        var player = default(PlayerId);
        if ((Targets.FindBoard(context, boards, out var target) ?? Targets.FindPlayer(context, boards, target.Id.Game, out player)) is { } missing)
        {
            await missing.WriteAsync(context);
            return;
        }

        var faults = new Faults();
        var query = new QueryFields(context, faults);
        var before = query.Number("before", long.MaxValue, 1, long.MaxValue);
        var limit = (int)query.Number("limit", Standard, 1, Most);
        var version = query.Number(VersionWait.Parameter, 0, 0, long.MaxValue);
        if ((faults.Refusal ?? await VersionWait.UntilAsync(context, boards, target.Id, version, time)) is { } refusal)
        {
            await refusal.WriteAsync(context);
            return;
        }

        var seen = await boards.VersionAsync(target.Id);
        var history = await boards.ReadHistoryAsync(target.Id, player, before, limit, context.RequestAborted);
        var reply = new HistoryReply
        {
            Version = seen,
            Lines = [.. history.Select(line => ReplyOf(target.Board, line.Submission, line.Windows))],
            Next = history.Count == limit ? history[^1].Submission.Number.ToString(CultureInfo.InvariantCulture) : null,
        };
        await JsonReply.WriteAsync(context, reply, ScoresJson.Wire.HistoryReply);
    }

    /// <summary>A line of the log.</summary>
    /// <param name="board">The board.</param>
    /// <param name="submission">The line.</param>
    /// <param name="windows">The names of its windows, index by index; what has none is left out.</param>
    public static HistoryLineReply ReplyOf(BoardDefinition board, StoredSubmission submission, IReadOnlyList<WindowName> windows) => new()
    {
        Number = submission.Number,
        At = submission.At,
        Result = submission.Result,
        Accepted = submission.Result is SubmitResult.First or SubmitResult.Improved or SubmitResult.NotBetter,
        Score = ScoreFields.TextOf(board, submission.Submitted),
        ScoreNumber = ScoreFields.NumberOf(board, submission.Submitted),
        TieBreakers = ScoreFields.TieBreakersOf(board, submission.Submitted),
        Metadata = RawJson.Of(submission.Metadata),
        Windows = [.. windows.Zip(submission.Windows, (name, line) =>
            SubmissionAnswers.ReplyOf(board, name, line.Result, line.Scores, line.Rank, line.RankBefore, line.Count))],
    };
}

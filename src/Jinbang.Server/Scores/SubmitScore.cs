using Jinbang.Boards;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Scores;

/// <summary>Submits one score.</summary>
internal sealed class SubmitScore(IBoards boards)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (Targets.FindBoard(context, boards, out var target) is { } missing)
        {
            await missing.WriteAsync(context);
            return;
        }

        var (body, unread) = await JsonBody.ReadAsync(context);
        if (unread is not null)
        {
            await unread.WriteAsync(context);
            return;
        }

        var header = context.Request.Headers[SubmissionReading.KeyHeader];
        var reading = new SubmissionReading(context, boards);
        if (reading.Read(body, ScoresJson.Wire.SubmissionBody, target, header.Count == 0 ? null : header.ToString(), out var submission) is { } invalid)
        {
            await invalid.WriteAsync(context);
            return;
        }

        var outcome = await boards.SubmitAsync(target.Id, submission!);
        await (SubmissionAnswers.RefusalOf(outcome.Result, target.Board) is { } refused
            ? refused.WriteAsync(context)
            : JsonReply.WriteAsync(context, SubmissionAnswers.ReplyOf(boards, target, outcome), ScoresJson.Wire.SubmissionReply));
    }
}

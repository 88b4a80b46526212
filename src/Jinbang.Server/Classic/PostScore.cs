using Jinbang.Boards;
using Jinbang.Boards.Submissions;

namespace Jinbang.Server.Classic;

/// <summary><c>POST post_score</c>: a round has ended.</summary>
internal static class PostScore
{
    public static Task HandleAsync(HttpContext context, ClassicGame game, IBoards boards, ReadOnlySpan<byte> body)
    {
        var fields = PostedFields.Read(context.Request, body);
        try
        {
            var id = fields[FieldName.OpenId];
            if (!PostedValues.IsOpenId(id))
            {
                ClassicReplies.WriteRefusal(context, "openid无效");
                return Task.CompletedTask;
            }

            if (fields.StateOf(FieldName.Score) != FieldState.Text || !PostedValues.TryReadScore(fields[FieldName.Score], out var score))
            {
                ClassicReplies.WriteRefusal(context, "分数无效");
                return Task.CompletedTask;
            }

            var submitting = boards.SubmitAsync(game.Board, id, score);
            return submitting.IsCompletedSuccessfully ? AnswerAsync(context, submitting.Result) : AwaitAsync(context, submitting);
        }
        finally
        {
            fields.Dispose();
        }
    }

    private static async Task AwaitAsync(HttpContext context, ValueTask<SubmitOutcome> submitting) => await AnswerAsync(context, await submitting);

    private static Task AnswerAsync(HttpContext context, SubmitOutcome outcome)
    {
        switch (outcome.Result)
        {
            case SubmitResult.First:
                ClassicReplies.Write(context, ClassicReplies.ScoreAdded);
                return Task.CompletedTask;
            case SubmitResult.Improved:
                ClassicReplies.Write(context, ClassicReplies.ScoreChanged);
                return Task.CompletedTask;
            case SubmitResult.NotBetter:
                ClassicReplies.Write(context, ClassicReplies.ScoreNotBetter);
                return Task.CompletedTask;
            case SubmitResult.OutOfBounds:
                ClassicReplies.WriteRefusal(context, "分数超出范围");
                return Task.CompletedTask;
            case SubmitResult.Unavailable:
            default:
                return ClassicApi.WriteUnavailableAsync(context);
        }
    }
}

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
                return ClassicReplies.WriteRefusalAsync(context, "openid无效");
            }

            if (fields.StateOf(FieldName.Score) != FieldState.Text || !PostedValues.TryReadScore(fields[FieldName.Score], out var score))
            {
                return ClassicReplies.WriteRefusalAsync(context, "分数无效");
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
                return ClassicReplies.WriteAsync(context, ClassicReplies.ScoreAdded);
            case SubmitResult.Improved:
                return ClassicReplies.WriteAsync(context, ClassicReplies.ScoreChanged);
            case SubmitResult.NotBetter:
                return ClassicReplies.WriteAsync(context, ClassicReplies.ScoreNotBetter);
            case SubmitResult.OutOfBounds:
                return ClassicReplies.WriteRefusalAsync(context, "分数超出范围");
            case SubmitResult.Gone:
                return ClassicReplies.WriteErrorAsync(context, StatusCodes.Status404NotFound, "没有这个游戏");
            case SubmitResult.Unavailable:
            default:
                return ClassicApi.WriteUnavailableAsync(context);
        }
    }
}

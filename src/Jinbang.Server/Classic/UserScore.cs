using Jinbang.Boards;
using Jinbang.Ranking;
using Jinbang.Server.Games;

namespace Jinbang.Server.Classic;

/// <summary><c>GET user_score?openid=</c>: a player's best score.</summary>
internal static class UserScore
{
    public static Task HandleAsync(HttpContext context, ClassicGame game, IBoards boards)
    {
        var fields = PostedFields.ReadQueryOf(context.Request);
        var id = fields[FieldName.OpenId];
        var finding = PostedValues.IsOpenId(id) ? boards.ScoreAsync(game.Board, id) : default;
        fields.Dispose();
        return finding.IsCompletedSuccessfully ? WriteAsync(context, game, finding.Result) : AwaitAsync(context, game, finding);
    }

    private static async Task AwaitAsync(HttpContext context, ClassicGame game, ValueTask<Score?> finding) => await WriteAsync(context, game, await finding);

    private static Task WriteAsync(HttpContext context, ClassicGame game, Score? score) => score is { } best
        ? ClassicReplies.WriteScoreAsync(context, best.Value, game.Settings.Scores == Games.Scores.Text)
        : ClassicReplies.WriteAsync(context, ClassicReplies.NoScore);
}

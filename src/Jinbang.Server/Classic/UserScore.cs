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
        var finding = PostedValues.IsOpenId(id) ? boards.FindAsync(game.Board, id) : default;
        fields.Dispose();
        if (finding.IsCompletedSuccessfully)
        {
            Write(context, game, finding.Result);
            return Task.CompletedTask;
        }

        return AwaitAsync(context, game, finding);
    }

    private static async Task AwaitAsync(HttpContext context, ClassicGame game, ValueTask<Standing?> finding) => Write(context, game, await finding);

    private static void Write(HttpContext context, ClassicGame game, Standing? standing)
    {
        if (standing is { } found)
        {
            ClassicReplies.WriteScore(context, found.Entry.Score.Value, game.Settings.Scores == Scores.Text);
        }
        else
        {
            ClassicReplies.Write(context, ClassicReplies.NoScore);
        }
    }
}

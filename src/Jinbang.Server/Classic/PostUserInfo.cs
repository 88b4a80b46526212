using Jinbang.Boards;
using Jinbang.Boards.Players;

namespace Jinbang.Server.Classic;

/// <summary><c>POST post_user_info</c>: a player has opened the game.</summary>
internal static class PostUserInfo
{
    private const int LongestText = 255;
    private const int LongestAvatar = 1024;

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

            if (Fault(fields) is { } fault)
            {
                return ClassicReplies.WriteRefusalAsync(context, fault);
            }

            var changing = boards.ChangeProfileAsync(game.Settings.Id, id, new ProfileChange
            {
                Nickname = Given(fields, FieldName.Nickname),
                Avatar = Given(fields, FieldName.Avatar),
                Sex = fields[FieldName.Sex] is [var digit] ? (byte)(digit - '0') : null,
                Province = Given(fields, FieldName.Province),
                City = Given(fields, FieldName.City),
                Country = Given(fields, FieldName.Country),
            });
            return changing.IsCompletedSuccessfully ? AnswerAsync(context, changing.Result) : AwaitAsync(context, changing);
        }
        finally
        {
            fields.Dispose();
        }
    }

    private static string? Fault(in PostedFields fields) =>
        !IsText(fields, FieldName.Nickname, LongestText) ? "昵称无效或过长"
        : !IsText(fields, FieldName.Avatar, LongestAvatar) ? "头像地址无效或过长"
        : !IsText(fields, FieldName.Province, LongestText) ? "省份无效或过长"
        : !IsText(fields, FieldName.City, LongestText) ? "城市无效或过长"
        : !IsText(fields, FieldName.Country, LongestText) ? "国家无效或过长"
        : !IsSex(fields) ? "性别无效"
        : null;

    private static bool IsText(in PostedFields fields, FieldName name, int longest) =>
        fields.StateOf(name) != FieldState.Bad && PostedValues.HasAtMost(fields[name], longest);

    private static bool IsSex(in PostedFields fields) =>
        fields.StateOf(FieldName.Sex) != FieldState.Bad
        && (IsMissing(fields, FieldName.Sex) || fields[FieldName.Sex] is [] or [(byte)'0' or (byte)'1' or (byte)'2']);

    /// <summary>Whether a field says nothing, also as the text that a script makes of a missing value.</summary>
    private static bool IsMissing(in PostedFields fields, FieldName name) =>
        fields.StateOf(name) != FieldState.Text || fields[name].SequenceEqual("undefined"u8);

    private static byte[]? Given(in PostedFields fields, FieldName name) => IsMissing(fields, name) ? null : fields[name].ToArray();

    private static async Task AwaitAsync(HttpContext context, ValueTask<ProfileOutcome> changing) => await AnswerAsync(context, await changing);

    private static Task AnswerAsync(HttpContext context, ProfileOutcome outcome)
    {
        switch (outcome)
        {
            case ProfileOutcome.Added:
                return ClassicReplies.WriteAsync(context, ClassicReplies.ProfileAdded);
            case ProfileOutcome.Changed:
                return ClassicReplies.WriteAsync(context, ClassicReplies.ProfileChanged);
            case ProfileOutcome.Unavailable:
            default:
                return ClassicApi.WriteUnavailableAsync(context);
        }
    }
}

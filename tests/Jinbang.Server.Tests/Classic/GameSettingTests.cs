namespace Jinbang.Server.Tests.Classic;

public sealed class GameSettingTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string Varies = "Vary: Accept-Encoding";

    [Fact]
    public async Task Nicknames_may_go_out_as_Base64()
    {
        await using var game = await fixture.Server.PlayAsync("in-base64");
        string[] names = ["范范范同学", "a", "ab", "", "😀"];
        for (var i = 0; i < names.Length; i++)
        {
            await game.PostScoreAsync($"openid=o{i}&score={100 - i}");
            await game.PostProfileAsync($"openid=o{i}&nickname={names[i]}&headimgurl=http://pictures.example/{i}");
        }

        await game.PostScoreAsync("openid=oBare&score=1");
        string[] encoded = ["6IyD6IyD6IyD5ZCM5a2m", "YQ==", "YWI=", "", "8J+YgA=="];
        Contract.Replies(
            Contract.List([.. encoded.Select(static (name, i) => Contract.Row($"{100 - i}", $"\"{name}\"", $"\"http://pictures.example/{i}\"")), Contract.Row("1")]),
            await game.ListAsync(),
            Varies);
    }

    [Fact]
    public async Task Scores_may_go_out_as_text_everywhere()
    {
        await using var game = await fixture.Server.PlayAsync("in-text");
        await game.PostScoreAsync("openid=oText&score=0");
        Contract.Replies("""{"status":200,"code":200,"data":{"score":"0"}}""", await game.UserScoreAsync("oText"));
        await game.PostScoreAsync("openid=oText&score=999999999999999");
        Contract.Replies("""{"status":200,"code":200,"data":{"score":"999999999999999"}}""", await game.UserScoreAsync("oText"));
        Contract.Replies(Contract.NoScore, await game.UserScoreAsync("oNobody"));
        Contract.Replies(Contract.List(Contract.Row("999999999999999")), await game.ListAsync(), Varies);
    }

    [Fact]
    public async Task Ranks_may_be_places_as_text()
    {
        await using var game = await fixture.Server.PlayAsync("with-places");
        await game.PostScoreAsync("openid=o1&score=5");
        await game.PostScoreAsync("openid=o2&score=7");
        await game.PostScoreAsync("openid=o3&score=5");
        Contract.Replies(
            Contract.List(Contract.Row("7", rank: "\"1\""), Contract.Row("5", rank: "\"2\""), Contract.Row("5", rank: "\"3\"")), await game.ListAsync(), Varies);
    }
}

namespace Jinbang.Server.Tests.Classic;

public sealed class PostScoreTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task The_first_score_is_added()
    {
        await using var game = await fixture.PlayAsync();
        Contract.Replies(Contract.ScoreAdded, await game.PostScoreAsync("openid=oFirst&score=100&"));
        Contract.Replies(Contract.Score(100), await game.UserScoreAsync("oFirst"));
    }

    [Fact]
    public async Task A_higher_score_changes_the_best()
    {
        await using var game = await fixture.PlayAsync();
        await game.PostScoreAsync("openid=oHigher&score=100");
        Contract.Replies(Contract.ScoreChanged, await game.PostScoreAsync("openid=oHigher&score=101"));
        Contract.Replies(Contract.Score(101), await game.UserScoreAsync("oHigher"));
    }

    [Theory]
    [InlineData("100")]
    [InlineData("99")]
    [InlineData("0")]
    [InlineData("-100")]
    [InlineData("")]
    public async Task An_equal_or_lower_score_leaves_the_best_as_it_is(string score)
    {
        var id = $"oLower{score}";
        await using var game = await fixture.PlayAsync();
        await game.PostScoreAsync($"openid={id}&score=100");
        Contract.Replies(Contract.ScoreNotBetter, await game.PostScoreAsync($"openid={id}&score={score}"));
        Contract.Replies(Contract.Score(100), await game.UserScoreAsync(id));
    }

    [Fact]
    public async Task A_profile_does_not_make_a_score()
    {
        await using var game = await fixture.PlayAsync();
        await game.PostProfileAsync("openid=oProfileFirst&nickname=小明");
        Contract.Replies(Contract.NoScore, await game.UserScoreAsync("oProfileFirst"));
        Contract.Replies(Contract.ScoreAdded, await game.PostScoreAsync("openid=oProfileFirst&score=7"));
    }

    [Fact]
    public async Task Games_do_not_share_players()
    {
        await using var one = await fixture.PlayEmptyAsync();
        await using var other = await fixture.PlayEmptyAsync();
        Contract.Replies(Contract.ScoreAdded, await one.PostScoreAsync("openid=oTwice&score=5"));
        Contract.Replies(Contract.NoScore, await other.UserScoreAsync("oTwice"));
        Contract.Replies(Contract.ScoreAdded, await other.PostScoreAsync("openid=oTwice&score=3"));
        Contract.Replies(Contract.ProfileAdded, await one.PostProfileAsync("openid=oTwice"));
        Contract.Replies(Contract.ProfileAdded, await other.PostProfileAsync("openid=oTwice"));
    }

    [Fact]
    public async Task The_example_of_the_document_works()
    {
        await using var game = await fixture.PlayAsync();
        var path = $"/{ServerFixture.DocumentGame}/api//post_user_info";
        var body = "openid=oDocument&nickname=小明&sex=1&province=广东&city=深圳&country=中国&headimgurl=http://pictures.example/132&";
        Contract.Replies(Contract.ProfileAdded, await game.Connection.AskAsync(RawRequest.Post(path, RawRequest.Form, RawRequest.Of(body))));
        Contract.Replies(Contract.ScoreAdded, await game.PostScoreAsync("""{"openid":"oDocument","score":100}""", RawRequest.Json));
        Contract.Replies(Contract.Score(100), await game.UserScoreAsync("oDocument"));
    }
}

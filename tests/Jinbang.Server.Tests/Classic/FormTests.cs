namespace Jinbang.Server.Tests.Classic;

public sealed class FormTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    // What was sent, and the JSON of the nickname that comes back.
    [Theory]
    [InlineData("小明", "小明")]
    [InlineData("%E5%B0%8F%E6%98%8E", "小明")]
    [InlineData("%e5%b0%8f%E6%98%8E", "小明")]
    [InlineData("小%E6%98%8E", "小明")]
    [InlineData("100%好", "100%好")]
    [InlineData("100%", "100%")]
    [InlineData("100%2", "100%2")]
    [InlineData("%", "%")]
    [InlineData("%%", "%%")]
    [InlineData("%zz", "%zz")]
    [InlineData("%4", "%4")]
    [InlineData("%4g%41", "%4gA")]
    [InlineData("%%41", "%A")]
    [InlineData("%25", "%")]
    [InlineData("%2541", "%41")]
    [InlineData("%u5c0f", "%u5c0f")]
    [InlineData("a+b", "a b")]
    [InlineData("a%2Bb", "a+b")]
    [InlineData("+", " ")]
    [InlineData(" a ", " a ")]
    [InlineData("a=b", "a=b")]
    [InlineData("a==", "a==")]
    [InlineData("a%26b", "a&b")]
    [InlineData("a;b", "a;b")]
    [InlineData("a?b#c", "a?b#c")]
    [InlineData("6IyD6IyD", "6IyD6IyD")]
    [InlineData("e%0Af", "e\\nf")]
    [InlineData("<b>&lt", "<b>")]
    public async Task A_nickname_comes_back_as_it_was_meant(string sent, string shown)
    {
        await using var game = await fixture.PlayEmptyAsync();
        await game.PostScoreAsync("openid=oForm&score=1");
        Contract.Replies(Contract.ProfileAdded, await game.PostProfileAsync($"openid=oForm&nickname={sent}&headimgurl={sent}&"));
        Contract.Replies(Contract.List(Contract.Row("1", $"\"{shown}\"", $"\"{shown}\"")), await game.ListAsync(), "Vary: Accept-Encoding");
    }

    [Theory]
    [InlineData("openid=oShape&score=120&")]
    [InlineData("openid=oShape&score=120")]
    [InlineData("&openid=oShape&score=120")]
    [InlineData("&&openid=oShape&&&score=120&&")]
    [InlineData("score=120&openid=oShape&")]
    [InlineData("language=zh_CN&privilege=&success=true&unionid=oUnion&openid=oShape&score=120&")]
    [InlineData("a&b=&=c&openid=oShape&score=120&=")]
    [InlineData("%6F%70enid=oShape&s%63ore=120")]
    [InlineData("openid=oShape&score=120&score=999&openid=oOther")]
    [InlineData("openid=oShape&score=120&nickname=\u0001&x=\u0002")]
    [InlineData("openid=oShape&score=120\u0020")]
    public async Task Naive_forms_are_read(string body)
    {
        await using var game = await fixture.PlayEmptyAsync();
        Contract.Replies(Contract.ScoreAdded, await game.PostScoreAsync(body));
        Contract.Replies(Contract.Score(120), await game.UserScoreAsync("oShape"));
        Contract.Replies(Contract.NoScore, await game.UserScoreAsync("oOther"));
    }

    [Theory]
    [InlineData("openid=oFirstWins&openid=oOther&score=5")]
    [InlineData("openid=oFirstWins&score=5&score=6")]
    [InlineData("openid=oFirstWins&score=5&score=abc")]
    public async Task The_first_of_repeated_fields_wins(string body)
    {
        await using var game = await fixture.PlayEmptyAsync();
        Contract.Replies(Contract.ScoreAdded, await game.PostScoreAsync(body));
        Contract.Replies(Contract.Score(5), await game.UserScoreAsync("oFirstWins"));
    }

    [Theory]
    [InlineData("openid=&openid=oFirstWins&score=5")]
    [InlineData("openid=oFirstWins&score=abc&score=5")]
    public async Task The_first_of_repeated_fields_wins_also_when_it_is_refused(string body)
    {
        await using var game = await fixture.PlayEmptyAsync();
        Contract.Refuses(await game.PostScoreAsync(body));
        Contract.Replies(Contract.NoScore, await game.UserScoreAsync("oFirstWins"));
    }

    [Theory]
    [InlineData("?openid=oQuery&score=5", "")]
    [InlineData("?openid=oQuery&score=5", "x=1")]
    [InlineData("?openid=oQuery", "score=5")]
    [InlineData("?score=5", "openid=oQuery")]
    [InlineData("?score=9&openid=oOther", "openid=oQuery&score=5&")]
    [InlineData("?score=9&openid=oOther", """{"openid":"oQuery","score":5}""")]
    [InlineData("?score=5", """{"openid":"oQuery"}""")]
    [InlineData("?openid=oQuery&score=5&openid=oOther&score=7", "")]
    public async Task Query_parameters_stand_in_for_what_the_body_lacks(string query, string body)
    {
        await using var game = await fixture.PlayEmptyAsync();
        Contract.Replies(Contract.ScoreAdded, await game.Connection.AskAsync(RawRequest.Post(game.PathOf("post_score") + query, RawRequest.Form, RawRequest.Of(body))));
        Contract.Replies(Contract.Score(5), await game.UserScoreAsync("oQuery"));
        Contract.Replies(Contract.NoScore, await game.UserScoreAsync("oOther"));
    }

    [Fact]
    public async Task A_wrong_field_in_the_body_is_not_replaced_by_the_query()
    {
        await using var game = await fixture.PlayAsync();
        Contract.Refuses(await game.Connection.AskAsync(RawRequest.Post(game.PathOf("post_score?score=5"), RawRequest.Form, RawRequest.Of("openid=oWrong&score=abc"))));
        Contract.Refuses(await game.Connection.AskAsync(RawRequest.Post(game.PathOf("post_score?openid=oWrong"), RawRequest.Form, RawRequest.Of("openid=&score=5"))));
        Contract.Replies(Contract.NoScore, await game.UserScoreAsync("oWrong"));
    }

    [Fact]
    public async Task Profile_fields_may_come_in_the_query_too()
    {
        await using var game = await fixture.PlayEmptyAsync();
        await game.PostScoreAsync("openid=oQuery&score=1");
        var target = game.PathOf("post_user_info?nickname=%E5%B0%8F%E6%98%8E&headimgurl=http%3A%2F%2Fpictures.example%2F1");
        Contract.Replies(Contract.ProfileAdded, await game.Connection.AskAsync(RawRequest.Post(target, RawRequest.Form, RawRequest.Of("openid=oQuery"))));
        Contract.Replies(Contract.List(Contract.Row("1", "\"小明\"", "\"http://pictures.example/1\"")), await game.ListAsync(), "Vary: Accept-Encoding");
    }

    [Fact]
    public async Task Forms_of_many_fields_are_read()
    {
        await using var game = await fixture.PlayAsync();
        var many = string.Concat(Enumerable.Range(0, 1500).Select(static i => $"f{i}=%41&"));
        Contract.Replies(Contract.ScoreAdded, await game.PostScoreAsync($"{many}openid=oMany%41&score=%35"));
        Contract.Replies(Contract.Score(5), await game.UserScoreAsync("oManyA"));
    }
}

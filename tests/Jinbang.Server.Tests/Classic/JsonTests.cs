namespace Jinbang.Server.Tests.Classic;

public sealed class JsonTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Theory]
    [InlineData("""{"openid":"oJson","score":100}""")]
    [InlineData("""{"openid":"oJson","score":"100"}""")]
    [InlineData("""{ "score" : 100 , "openid" : "oJson" }""")]
    [InlineData("\r\n\t {\"openid\":\"oJson\",\"score\":100} \r\n")]
    [InlineData("""{"\u006fpenid":"\u006fJson","sc\u006fre":100}""")]
    [InlineData("""{"extra":{"openid":"oOther","score":1},"list":[{"score":2}],"openid":"oJson","score":100}""")]
    [InlineData("""{"openid":"oJson","score":100,"openid":"oOther","score":1}""")]
    [InlineData("""{"openid":"oJson","score":100,"openid":{},"score":null}""")]
    [InlineData("""{"openid":"oJson","score":100,"OPENID":"oOther","":1,"n":null,"t":true,"f":1.5e10}""")]
    public async Task Objects_are_read(string body)
    {
        await using var game = await fixture.PlayEmptyAsync();
        Contract.Replies(Contract.ScoreAdded, await game.PostScoreAsync(body, RawRequest.Json));
        Contract.Replies(Contract.Score(100), await game.UserScoreAsync("oJson"));
        Contract.Replies(Contract.NoScore, await game.UserScoreAsync("oOther"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("\"openid=oBroken&score=5\"")]
    [InlineData("""[{"openid":"oBroken","score":5}]""")]
    [InlineData("""{"openid":"oBroken","score":5""")]
    [InlineData("""{"openid":"oBroken","score":5}}""")]
    [InlineData("""{"openid":"oBroken","score":5} x""")]
    [InlineData("""{"openid":"oBroken","score":5}{"a":1}""")]
    [InlineData("""{'openid':'oBroken','score':5}""")]
    [InlineData("""{openid:"oBroken",score:5}""")]
    [InlineData("""{"openid":"oBroken" "score":5}""")]
    [InlineData("""{"openid":"oBroken","score":5,"a":}""")]
    [InlineData("""{"openid":"oBroken","score":5,"a":"\x"}""")]
    [InlineData("""{"openid":"oBroken","score":5,"a":"\u12"}""")]
    [InlineData("""{"openid":oBroken,"score":5}""")]
    [InlineData("{\"openid\":\"oBroken\n\",\"score\":5}")]
    public async Task What_is_no_object_or_broken_is_refused(string body)
    {
        await using var game = await fixture.PlayAsync();
        Contract.Refuses(await game.PostScoreAsync(body, RawRequest.Json));
        Contract.Refuses(await game.PostProfileAsync(body, RawRequest.Json));
        Contract.Replies(Contract.NoScore, await game.UserScoreAsync("oBroken"));
    }

    [Fact]
    public async Task Deep_nesting_is_refused_or_skipped_but_harmless()
    {
        await using var game = await fixture.PlayAsync();
        var deep = new string('[', 8000);
        Contract.Refuses(await game.PostScoreAsync($$"""{"a":{{deep}}""", RawRequest.Json));
        Contract.Refuses(await game.PostScoreAsync($$"""{"a":{{deep}}{{deep.Replace('[', ']')}},"openid":"oDeep","score":5}"""[..16000], RawRequest.Json));
        Contract.Replies(Contract.NoScore, await game.UserScoreAsync("oDeep"));
    }
}

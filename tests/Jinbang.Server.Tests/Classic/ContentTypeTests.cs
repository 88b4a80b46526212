namespace Jinbang.Server.Tests.Classic;

public sealed class ContentTypeTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string FormBody = "openid=oTyped&score=7&";
    private const string JsonBody = """{"openid":"oTyped","score":7}""";

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/x-www-form-urlencoded; charset=UTF-8")]
    [InlineData("application/x-www-form-urlencoded;charset=gbk")]
    [InlineData("APPLICATION/X-WWW-FORM-URLENCODED")]
    [InlineData("text/plain")]
    [InlineData("text/plain;charset=UTF-8")]
    [InlineData("text/html")]
    [InlineData("application/octet-stream")]
    [InlineData("application/xml")]
    [InlineData("image/png")]
    [InlineData("*/*")]
    [InlineData("nonsense")]
    [InlineData(";;;")]
    public async Task A_form_is_read_under_any_content_type(string? contentType)
    {
        await using var game = await fixture.PlayEmptyAsync();
        Contract.Replies(Contract.ScoreAdded, await game.PostScoreAsync(FormBody, contentType));
        Contract.Replies(Contract.Score(7), await game.UserScoreAsync("oTyped"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;charset=GBK")]
    [InlineData("application/json; charset=\"nonsense\"")]
    [InlineData("Application/JSON")]
    [InlineData("text/json")]
    [InlineData("application/vnd.game+json")]
    [InlineData("text/plain")]
    [InlineData("text/plain; charset=utf-8")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/octet-stream")]
    [InlineData("nonsense")]
    public async Task An_object_is_read_under_any_content_type(string? contentType)
    {
        await using var game = await fixture.PlayEmptyAsync();
        Contract.Replies(Contract.ScoreAdded, await game.PostScoreAsync(JsonBody, contentType));
        Contract.Replies(Contract.Score(7), await game.UserScoreAsync("oTyped"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\r\n")]
    [InlineData("\uFEFF")]
    [InlineData("&")]
    [InlineData("=")]
    [InlineData("hello")]
    [InlineData("<xml><openid>oTyped</openid></xml>")]
    public async Task A_body_without_fields_is_refused_under_any_content_type(string body)
    {
        await using var game = await fixture.PlayAsync();
        foreach (var contentType in (string?[])[null, RawRequest.Form, RawRequest.Json, "text/plain", "multipart/form-data; boundary=b", "multipart/form-data", "application/xml"])
        {
            Contract.Refuses(await game.PostScoreAsync(body, contentType));
            Contract.Refuses(await game.PostProfileAsync(body, contentType));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("Content-Type: application/x-www-form-urlencoded\r\n")]
    [InlineData("Content-Type: application/json\r\n")]
    public async Task A_post_that_says_nothing_of_a_body_is_refused_at_HTTP_200(string headers)
    {
        var path = $"/{ServerFixture.DocumentGame}/api/post_score";
        Contract.Refuses(await fixture.Server.AskAsync(RawRequest.Of($"POST {path} HTTP/1.1\r\nHost: game.example\r\n{headers}\r\n")));
    }

    [Theory]
    [InlineData(FormBody, RawRequest.Form)]
    [InlineData(JsonBody, RawRequest.Json)]
    [InlineData(FormBody, "text/plain")]
    [InlineData(JsonBody, "text/plain")]
    [InlineData(JsonBody, null)]
    public async Task A_byte_order_mark_is_passed_over(string body, string? contentType)
    {
        await using var game = await fixture.PlayEmptyAsync();
        Contract.Replies(Contract.ScoreAdded, await game.PostScoreAsync("\uFEFF" + body, contentType));
        Contract.Replies(Contract.Score(7), await game.UserScoreAsync("oTyped"));
    }
}

namespace Jinbang.Server.Tests.Classic;

public sealed class MethodTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string Reading = "Allow: GET, HEAD, OPTIONS";
    private const string Writing = "Allow: POST, OPTIONS";

    [Theory]
    [InlineData("user_score", "POST", Reading)]
    [InlineData("user_score", "PUT", Reading)]
    [InlineData("user_score", "DELETE", Reading)]
    [InlineData("user_score", "PATCH", Reading)]
    [InlineData("user_score", "TRACE", Reading)]
    [InlineData("user_score", "NONSENSE", Reading)]
    [InlineData("tpinball_score", "POST", Reading)]
    [InlineData("tpinball_score", "DELETE", Reading)]
    [InlineData("post_score", "GET", Writing)]
    [InlineData("post_score", "HEAD", Writing)]
    [InlineData("post_score", "PUT", Writing)]
    [InlineData("post_score", "DELETE", Writing)]
    [InlineData("post_user_info", "GET", Writing)]
    [InlineData("post_user_info", "PUT", Writing)]
    public async Task Other_verbs_are_405(string call, string method, string allow)
    {
        await using var game = await fixture.PlayAsync();
        var reply = await game.Connection.AskAsync(RawRequest.WithoutBody(method, game.PathOf($"{call}?openid=oVerb&score=5&nickname=a"), "Content-Length: 0"));
        if (method == "HEAD")
        {
            Assert.Equal(405, reply.Status);
            Assert.Contains(allow, reply.Lines);
        }
        else
        {
            Contract.Fails(405, reply, allow);
        }

        Contract.Replies(Contract.NoScore, await game.UserScoreAsync("oVerb"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/home.css")]
    [InlineData($"/play/{ServerFixture.DocumentGame}")]
    [InlineData("/play/assets/play.js")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Other_verbs_on_pages_are_refused_in_JSON_too(string path)
    {
        var reply = await fixture.Server.AskAsync(RawRequest.Post(path, RawRequest.Form, []));
        Assert.True(reply.Status is 404 or 405, $"HTTP {reply.Status}");
        Contract.IsError(reply.Status, reply);
    }

    [Theory]
    [InlineData("user_score?openid=oHead")]
    [InlineData("user_score?openid=oNobody")]
    [InlineData("user_score")]
    [InlineData("tpinball_score")]
    public async Task HEAD_is_GET_without_the_body(string call)
    {
        await using var game = await fixture.PlayAsync();
        await game.PostScoreAsync("openid=oHead&score=5");
        var get = await game.Connection.AskAsync(RawRequest.Get(game.PathOf(call)));
        var head = await game.Connection.AskAsync(RawRequest.WithoutBody("HEAD", game.PathOf(call)));
        Assert.Equal(get.Status, head.Status);
        Assert.Equal(get.Lines, head.Lines);
        Assert.Empty(head.Body);

        // The connection is still in step.
        Contract.Replies(Contract.Score(5), await game.UserScoreAsync("oHead"));
    }

    [Theory]
    [InlineData("user_score", "GET, HEAD, OPTIONS")]
    [InlineData("tpinball_score", "GET, HEAD, OPTIONS")]
    [InlineData("post_score", "POST, OPTIONS")]
    [InlineData("post_user_info", "POST, OPTIONS")]
    public async Task OPTIONS_answers_204_and_echoes_the_wanted_headers(string call, string methods)
    {
        await using var game = await fixture.PlayAsync();
        var reply = await game.Connection.AskAsync(RawRequest.WithoutBody(
            "OPTIONS", game.PathOf(call), "Origin: https://any.example", "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: content-type,x-requested-with"));
        Assert.Equal(204, reply.Status);
        Assert.Equal(
            [
                "Access-Control-Allow-Headers: content-type,x-requested-with",
                $"Access-Control-Allow-Methods: {methods}",
                "Access-Control-Allow-Origin: *",
                "Access-Control-Max-Age: 86400",
                $"Allow: {methods}",
                "Cache-Control: no-store",
            ],
            reply.Lines);
    }

    [Fact]
    public async Task OPTIONS_without_wanted_headers_names_none()
    {
        await using var game = await fixture.PlayAsync();
        var reply = await game.Connection.AskAsync(RawRequest.WithoutBody("OPTIONS", game.PathOf("post_score")));
        Assert.Equal(204, reply.Status);
        Assert.Null(reply.Header("Access-Control-Allow-Headers"));
    }

    [Fact]
    public async Task OPTIONS_does_not_echo_what_is_no_header_name()
    {
        await using var game = await fixture.PlayAsync();
        foreach (var wanted in (string[])["小明", "a\u0007b", "a\tb"])
        {
            var reply = await game.Connection.AskAsync(RawRequest.WithoutBody("OPTIONS", game.PathOf("post_score"), $"Access-Control-Request-Headers: {wanted}"));
            Assert.True(reply.Status is 204 or 400, $"HTTP {reply.Status}");
            Assert.Null(reply.Header("Access-Control-Allow-Headers"));
            if (reply.Status == 400)
            {
                return;
            }
        }
    }

    [Fact]
    public async Task No_reply_sets_cookies_or_allows_credentials()
    {
        await using var game = await fixture.PlayAsync();
        foreach (var request in (byte[][])
        [
            RawRequest.Get(game.PathOf("tpinball_score"), "Origin: https://any.example", "Cookie: a=b"),
            RawRequest.WithoutBody("OPTIONS", game.PathOf("post_score"), "Origin: https://any.example"),
            RawRequest.Post(game.PathOf("post_score"), RawRequest.Form, [], "Origin: https://any.example"),
        ])
        {
            var reply = await game.Connection.AskAsync(request);
            Assert.Null(reply.Header("Set-Cookie"));
            Assert.Null(reply.Header("Access-Control-Allow-Credentials"));
            Assert.Null(reply.Header("Server"));
        }
    }
}

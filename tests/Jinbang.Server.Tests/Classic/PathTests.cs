namespace Jinbang.Server.Tests.Classic;

public sealed class PathTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string Game = ServerFixture.DocumentGame;

    [Theory]
    [InlineData($"/{Game}/api/user_score")]
    [InlineData($"/{Game}/api/user_score/")]
    [InlineData($"/{Game}/api//user_score")]
    [InlineData($"//{Game}///api////user_score//")]
    [InlineData($"/{Game}/API/User_Score")]
    [InlineData("/5F195B8DC01E13002C2D7341/Api/USER_SCORE/")]
    [InlineData($"/{Game}/api/user%5Fscore")]
    [InlineData("/api/user_score")]
    [InlineData("/API/user_score/")]
    [InlineData("//api//user_score")]
    [InlineData($"/{Game}/x/../api/./user_score")]
    public async Task A_call_is_found_however_its_path_is_written(string path)
    {
        await using var game = await fixture.PlayAsync();
        await game.PostScoreAsync("openid=oPath&score=4");
        Contract.Replies(Contract.Score(4), await fixture.Server.AskAsync(RawRequest.Get($"{path}?openid=oPath")));
    }

    [Theory]
    [InlineData("tpinball_score", "GET")]
    [InlineData("post_score", "POST")]
    [InlineData("post_user_info", "POST")]
    public async Task So_is_every_other_call(string call, string method)
    {
        foreach (var path in (string[])[$"/{Game}/api/{call}", $"/{Game}/api//{call}/", $"/api/{call.ToUpperInvariant()}", $"/{Game.ToUpperInvariant()}/Api/{call}"])
        {
            var reply = await fixture.Server.AskAsync(method == "GET" ? RawRequest.Get(path) : RawRequest.Post(path, RawRequest.Form, []));
            Assert.Equal(200, reply.Status);
        }
    }

    [Theory]
    [InlineData("/nobody/api/user_score?openid=a")]
    [InlineData("/5f195b8dc01e13002c2d7342/api/tpinball_score")]
    [InlineData($"/{Game}/api")]
    [InlineData($"/{Game}/api/")]
    [InlineData("/api")]
    [InlineData("/api/")]
    [InlineData($"/{Game}/api/unknown")]
    [InlineData("/api/unknown")]
    [InlineData($"/{Game}/api/user_score/more")]
    [InlineData($"/{Game}/api/user_score/more/and/more")]
    [InlineData($"/{Game}/user_score")]
    [InlineData($"/{Game}")]
    [InlineData("/user_score")]
    [InlineData("/unknown")]
    [InlineData("/unknown/")]
    [InlineData("/unknown/page.html")]
    [InlineData("/favicon.ico")]
    [InlineData("/robots.txt")]
    [InlineData("/index.php")]
    [InlineData("/.env")]
    [InlineData("/appsettings.json")]
    [InlineData("/play/assets/unknown.js")]
    [InlineData("/play/assets/../../../../etc/passwd")]
    [InlineData("/play/assets/%2e%2e%2f%2e%2e%2fjinbang.db")]
    [InlineData("/小明")]
    [InlineData("/a%00b")]
    public async Task Any_other_path_is_404(string path)
    {
        foreach (var request in (byte[][])[RawRequest.Get(Ascii(path)), RawRequest.Post(Ascii(path), RawRequest.Form, RawRequest.Of("openid=a&score=5"))])
        {
            var reply = await fixture.Server.AskAsync(request);
            if (path == "/a%00b")
            {
                // The HTTP server refuses U+0000 in a path before any of our code.
                Assert.Equal(400, reply.Status);
                Assert.Empty(reply.Body);
            }
            else
            {
                Contract.Fails(404, reply);
            }
        }
    }

    private static string Ascii(string path) => path.Contains('小', StringComparison.Ordinal) ? Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal) : path;
}

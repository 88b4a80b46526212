namespace Jinbang.Server.Tests.Origins;

public sealed class AllowedOriginTests(V1Fixture fixture) : IClassFixture<V1Fixture>
{
    private const string First = "https://game.example";
    private const string Second = "https://other.example:8443";

    [Theory]
    [InlineData("/v1/games")]
    [InlineData("/v1/games/none/boards/none/windows/daily/standings")]
    [InlineData("/v1/nowhere")]
    public async Task Any_path_answers_what_browsers_ask_beforehand(string path)
    {
        var reply = await fixture.Server.AskAsync(RawRequest.WithoutBody("OPTIONS", path, $"Origin: {First}", "Access-Control-Request-Method: PATCH", "Access-Control-Request-Headers: authorization"));
        Assert.Equal((204, "*", "86400"), (reply.Status, reply.Header("Access-Control-Allow-Origin"), reply.Header("Access-Control-Max-Age")));
        Assert.Equal("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS", reply.Header("Access-Control-Allow-Methods"));
        Assert.Equal("Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID", reply.Header("Access-Control-Allow-Headers"));
    }

    [Theory]
    [InlineData(First, First)]
    [InlineData(Second, Second)]
    [InlineData("https://evil.example", First)]
    [InlineData("null", First)]
    [InlineData(null, First)]
    public async Task A_game_that_lists_its_origins_allows_only_those_whatever_is_answered(string? origin, string allowed)
    {
        using var game = await V1Game.MakeAsync(fixture.Server, $"listed-{Guid.NewGuid():n}", [First, Second], V1Game.Plain);
        string[] headers = origin is null ? [] : [$"Origin: {origin}"];
        foreach (var request in (byte[][])
        [
            RawRequest.Get(game.Standings("plain"), headers),
            RawRequest.Get($"{game.Path}/nowhere", headers),
            RawRequest.WithoutBody("DELETE", game.Standings("plain"), headers),
            RawRequest.WithoutBody("OPTIONS", game.Standings("plain"), headers),
            RawRequest.Post($"{game.PathOf("plain")}/scores", RawRequest.Json, RawRequest.Of("{}"), headers),
        ])
        {
            var reply = await fixture.Server.AskAsync(request);
            Assert.Equal(allowed, reply.Header("Access-Control-Allow-Origin"));
            Assert.Equal("Origin", reply.Header("Vary"));
            Assert.Equal("ETag, Retry-After", reply.Header("Access-Control-Expose-Headers"));
        }
    }

    [Fact]
    public async Task A_body_that_breaks_is_answered_as_a_problem_for_the_listed_origins_too()
    {
        using var game = await V1Game.MakeAsync(fixture.Server, "listed-broken", [First, Second], V1Game.Plain);
        var key = (await fixture.Server.Credentials.Keys.CreateAsync(game.Id, Jinbang.Server.Access.KeyKind.Client, "raw", null)).Secret;
        var broken = $"POST {game.PathOf("plain")}/scores HTTP/1.1\r\nHost: game.example\r\nOrigin: {Second}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n";
        var reply = await fixture.Server.AskAsync(RawRequest.Of(broken));
        Assert.Equal((400, "application/problem+json", Second), (reply.Status, reply.Header("Content-Type"), reply.Header("Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task A_chunked_body_that_is_too_large_is_a_problem()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        var key = (await fixture.Server.Credentials.Keys.CreateAsync(game.Id, Jinbang.Server.Access.KeyKind.Client, "raw", null)).Secret;
        var chunk = new string(' ', 60_000);
        var request = $"POST {game.PathOf("plain")}/scores HTTP/1.1\r\nHost: game.example\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            + $"ea60\r\n{chunk}\r\nea60\r\n{chunk}\r\n0\r\n\r\n";
        var reply = await fixture.Server.AskAsync(RawRequest.Of(request));
        Assert.Equal((413, "application/problem+json"), (reply.Status, reply.Header("Content-Type")));
    }
}

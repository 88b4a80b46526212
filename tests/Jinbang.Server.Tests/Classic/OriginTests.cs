namespace Jinbang.Server.Tests.Classic;

public sealed class OriginTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string First = "https://game.example";
    private const string Second = "https://other.example:8443";

    [Theory]
    [InlineData(First, First)]
    [InlineData(Second, Second)]
    [InlineData("https://evil.example", First)]
    [InlineData("https://game.example.evil.example", First)]
    [InlineData("http://game.example", First)]
    [InlineData("https://other.example", First)]
    [InlineData("null", First)]
    [InlineData("", First)]
    [InlineData(null, First)]
    public async Task A_game_that_lists_its_origins_allows_only_those(string? origin, string allowed)
    {
        await using var game = await fixture.Server.PlayAsync("listed");
        string[] headers = origin is null ? [] : [$"Origin: {origin}"];
        foreach (var request in (byte[][])
        [
            RawRequest.Get(game.PathOf("user_score?openid=oNobody"), headers),
            RawRequest.Get(game.PathOf("tpinball_score"), headers),
            RawRequest.Get(game.PathOf("unknown"), headers),
            RawRequest.Get(game.PathOf("post_score"), headers),
            RawRequest.Post(game.PathOf("post_score"), RawRequest.Form, [], headers),
            RawRequest.Post(game.PathOf("post_score"), RawRequest.Form, RawRequest.Of("openid=oOrigin&score=5"), headers),
            RawRequest.Post(game.PathOf("post_user_info"), RawRequest.Form, [], headers),
            RawRequest.WithoutBody("OPTIONS", game.PathOf("post_score"), headers),
            RawRequest.Post(game.PathOf("post_score"), RawRequest.Form, new byte[17_000], headers),
        ])
        {
            var reply = await fixture.Server.AskAsync(request);
            Assert.Equal(allowed, reply.Header("Access-Control-Allow-Origin"));
            Assert.Contains("Origin", reply.Header("Vary")!.Split(", "));
        }
    }

    [Fact]
    public async Task The_list_of_such_a_game_varies_by_coding_too()
    {
        await using var game = await fixture.Server.PlayAsync("listed");
        Assert.Equal("Origin, Accept-Encoding", (await game.ListAsync()).Header("Vary"));
    }

    [Fact]
    public async Task A_body_that_breaks_while_it_is_read_is_answered_for_the_listed_origins_too()
    {
        await using var game = await fixture.Server.PlayAsync("listed");
        var broken = $"POST {game.PathOf("post_score")} HTTP/1.1\r\nHost: game.example\r\nOrigin: {Second}\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n";
        var reply = await fixture.Server.AskAsync(RawRequest.Of(broken));
        Assert.Equal(400, reply.Status);
        Contract.IsError(400, reply);
        Assert.Equal(Second, reply.Header("Access-Control-Allow-Origin"));
    }
}

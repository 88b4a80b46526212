namespace Jinbang.Server.Tests.Classic;

public sealed class ConnectionTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task A_connection_serves_many_requests()
    {
        await using var game = await fixture.PlayAsync();
        for (var score = 1; score <= 100; score++)
        {
            Contract.Replies(score == 1 ? Contract.ScoreAdded : Contract.ScoreChanged, await game.PostScoreAsync($"openid=oKept&score={score}"));
            Contract.Replies(Contract.Score(score), await game.UserScoreAsync("oKept"));
        }
    }

    [Fact]
    public async Task Pipelined_requests_are_answered_in_their_order()
    {
        await using var game = await fixture.PlayAsync();
        byte[] requests =
        [
            .. Enumerable.Range(1, 30).SelectMany(score => (byte[])
            [
                .. RawRequest.Post(game.PathOf("post_score"), RawRequest.Form, RawRequest.Of($"openid=oPiped&score={score}&")),
                .. RawRequest.Get(game.PathOf("user_score?openid=oPiped")),
                .. RawRequest.WithoutBody("HEAD", game.PathOf("user_score?openid=oPiped")),
                .. RawRequest.Post(game.PathOf("post_score"), RawRequest.Json, []),
            ]),
        ];
        await game.Connection.SendAsync(requests);
        for (var score = 1; score <= 30; score++)
        {
            Contract.Replies(score == 1 ? Contract.ScoreAdded : Contract.ScoreChanged, await game.Connection.ReadAsync());
            Contract.Replies(Contract.Score(score), await game.Connection.ReadAsync());
            Assert.Equal(200, (await game.Connection.ReadAsync(isHead: true)).Status);
            Contract.Refuses(await game.Connection.ReadAsync());
        }
    }

    [Fact]
    public async Task Errors_do_not_end_a_connection()
    {
        await using var game = await fixture.PlayAsync();
        Contract.Fails(404, await game.Connection.AskAsync(RawRequest.Get("/nobody/api/user_score")));
        Contract.Fails(405, await game.Connection.AskAsync(RawRequest.Get(game.PathOf("post_score"))), "Allow: POST, OPTIONS");
        Contract.Refuses(await game.PostScoreAsync("nonsense"));
        Contract.Replies(Contract.NoScore, await game.UserScoreAsync("oNobody"));
    }

    [Fact]
    public async Task A_connection_closes_when_the_client_says_so()
    {
        await using var connection = await fixture.Server.ConnectAsync();
        var reply = await connection.AskAsync(RawRequest.Get($"/{ServerFixture.DocumentGame}/api/user_score?openid=oNobody", "Connection: close"));
        Contract.Replies(Contract.NoScore, reply, "Connection: close");
        Assert.True(await connection.IsClosedAsync());
    }

    [Fact]
    public async Task HTTP_1_0_is_answered()
    {
        await using var connection = await fixture.Server.ConnectAsync();
        var reply = await connection.AskAsync(RawRequest.Of($"GET /{ServerFixture.DocumentGame}/api/user_score?openid=oNobody HTTP/1.0\r\n\r\n"));
        Assert.Equal(Contract.NoScore, reply.Text);
        Assert.True(await connection.IsClosedAsync());
    }

    [Theory]
    [InlineData("GET /api/user_score?openid=小明 HTTP/1.1\r\nHost: game.example\r\n\r\n", 400)]
    [InlineData("GET /小明/api/user_score HTTP/1.1\r\nHost: game.example\r\n\r\n", 400)]
    [InlineData("GET /api/user_score?openid=a b HTTP/1.1\r\nHost: game.example\r\n\r\n", 400)]
    [InlineData("GET /api/user_score HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /api/user_score HTTP/9.9\r\nHost: game.example\r\n\r\n", 505)]
    [InlineData("nonsense\r\n\r\n", 400)]
    public async Task What_the_HTTP_server_refuses_itself_says_nothing_and_closes(string request, int status)
    {
        await using var connection = await fixture.Server.ConnectAsync();
        var reply = await connection.AskAsync(RawRequest.Of(request));
        Assert.Equal(status, reply.Status);
        Assert.Empty(reply.Body);
        Assert.Equal(["Connection: close", "Content-Length: 0"], reply.Lines);
        Assert.True(await connection.IsClosedAsync());
    }

    [Fact]
    public async Task A_request_line_that_is_too_long_is_414()
    {
        var reply = await fixture.Server.AskAsync(RawRequest.Get($"/api/user_score?openid={new string('a', 17_000)}"));
        Assert.Equal(414, reply.Status);
        Assert.Empty(reply.Body);
    }

    [Fact]
    public async Task A_request_line_of_nearly_16_KiB_is_read()
    {
        var reply = await fixture.Server.AskAsync(RawRequest.Get($"/api/user_score?x={new string('a', 16_000)}&openid=oNobody"));
        Contract.Replies(Contract.NoScore, reply);
    }
}

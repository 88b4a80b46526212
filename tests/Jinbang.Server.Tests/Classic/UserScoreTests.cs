namespace Jinbang.Server.Tests.Classic;

public sealed class UserScoreTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Theory]
    [InlineData("")]
    [InlineData("?")]
    [InlineData("?openid")]
    [InlineData("?openid=")]
    [InlineData("?openid=&")]
    [InlineData("?&&&")]
    [InlineData("?OpenId=oReader")]
    [InlineData("?id=oReader")]
    [InlineData("?openid=oNobody")]
    [InlineData("?openid=undefined")]
    [InlineData("?openid=null")]
    [InlineData("?openid=%00")]
    [InlineData("?openid=%ff%fe")]
    [InlineData("?openid=%ED%A0%80")]
    [InlineData("?openid=+oReader")]
    [InlineData("?openid=oReader%20")]
    [InlineData("?openid=oNobody&openid=oReader")]
    [InlineData("?openid=&openid=oReader")]
    public async Task Without_a_score_there_is_no_data(string query)
    {
        await using var game = await fixture.PlayAsync();
        await game.PostScoreAsync("openid=oReader&score=100");
        Contract.Replies(Contract.NoScore, await game.Connection.AskAsync(RawRequest.Get(game.PathOf("user_score") + query)));
    }

    [Theory]
    [InlineData("?openid=oReader")]
    [InlineData("?openid=oReader&")]
    [InlineData("?&openid=oReader")]
    [InlineData("?a=b&openid=oReader&t=1700000000")]
    [InlineData("?%6Fpenid=oRe%61der")]
    [InlineData("?openid=oReader&openid=oNobody")]
    [InlineData("?openid=oReader?x=1&x=2", false)]
    public async Task The_query_is_read_as_forms_are(string query, bool found = true)
    {
        await using var game = await fixture.PlayAsync();
        await game.PostScoreAsync("openid=oReader&score=100");
        Contract.Replies(found ? Contract.Score(100) : Contract.NoScore, await game.Connection.AskAsync(RawRequest.Get(game.PathOf("user_score") + query)));
    }

    [Theory]
    [InlineData("Content-Type: application/x-www-form-urlencoded")]
    [InlineData("Content-Type: application/json")]
    [InlineData("Content-Type: application/x-www-form-urlencoded", "Content-Length: 0")]
    public async Task A_content_type_on_a_GET_without_a_body_does_not_matter(params string[] headers)
    {
        await using var game = await fixture.PlayAsync();
        await game.PostScoreAsync("openid=oTyped&score=3");
        Contract.Replies(Contract.Score(3), await game.Connection.AskAsync(RawRequest.Get(game.PathOf("user_score?openid=oTyped"), headers)));
    }

    [Fact]
    public async Task Zero_and_negative_scores_are_numbers()
    {
        await using var game = await fixture.PlayAsync();
        await game.PostScoreAsync("openid=oZero&score=");
        await game.PostScoreAsync("openid=oMinus&score=-15");
        Contract.Replies("""{"status":200,"code":200,"data":{"score":0}}""", await game.UserScoreAsync("oZero"));
        Contract.Replies("""{"status":200,"code":200,"data":{"score":-15}}""", await game.UserScoreAsync("oMinus"));
    }

    [Fact]
    public async Task Reading_writes_nothing()
    {
        await using var server = await TestServer.StartAsync();
        await using var game = await server.PlayAsync(ServerFixture.DocumentGame);
        await game.PostScoreAsync("openid=oWriter&score=1");
        var folder = Directory.CreateTempSubdirectory("jinbang-backup-").FullName;
        try
        {
            var before = Jinbang.Storage.Sqlite.SqliteBackup.Make(server.Data, Path.Combine(folder, "before"), TestContext.Current.CancellationToken);
            for (var i = 0; i < 20; i++)
            {
                Contract.Replies(Contract.NoScore, await game.UserScoreAsync($"oUnknown{i}"));
                await game.Connection.AskAsync(RawRequest.Get(game.PathOf($"user_score?openid=oUnknown{i}&score=5&nickname=a")));
                await game.Connection.AskAsync(RawRequest.Get(game.PathOf($"tpinball_score?openid=oUnknown{i}&score=5")));
                await game.Connection.AskAsync(RawRequest.Get(game.PathOf($"post_score?openid=oUnknown{i}&score=5")));
                await game.Connection.AskAsync(RawRequest.WithoutBody("HEAD", game.PathOf($"post_user_info?openid=oUnknown{i}&nickname=a")));
            }

            var after = Jinbang.Storage.Sqlite.SqliteBackup.Make(server.Data, Path.Combine(folder, "after"), TestContext.Current.CancellationToken);
            Assert.Equal((before.Version, before.Players), (after.Version, after.Players));
            Contract.Replies(Contract.ProfileAdded, await game.PostProfileAsync("openid=oUnknown1"));
            Contract.Replies(Contract.ScoreAdded, await game.PostScoreAsync("openid=oUnknown1&score=-1"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

using Jinbang.Server.Tests.Access;
using Jinbang.Server.Tests.Classic;

namespace Jinbang.Server.Tests.Games;

/// <summary>The classic API of games and boards that come and go while the server runs.</summary>
public sealed class RuntimeClassicTests
{
    private static readonly Dictionary<string, string?> Settings = new() { ["Games:pinball:Scores"] = "text", ["DefaultGame"] = "pinball" };

    [Fact]
    public async Task A_game_that_is_made_has_the_classic_API_while_it_has_a_board_for_it()
    {
        await using var server = await TestServer.StartAsync(Settings);
        using var client = V1Client.Operator(server);
        await using var game = await server.PlayAsync("later");
        Contract.Fails(404, await game.UserScoreAsync("oOne"));
        (await client.PutAsync("/v1/games/later", "{}")).Is(201);
        Contract.Fails(404, await game.UserScoreAsync("oOne"));
        (await client.PutAsync("/v1/games/later/boards/main", """{"highest":"100"}""")).Is(201);
        Contract.Replies(Contract.NoScore, await game.UserScoreAsync("oOne"));
        Contract.Replies(Contract.ScoreAdded, await game.PostScoreAsync("openid=oOne&score=5"));
        Contract.Replies(Contract.Score(5), await game.UserScoreAsync("oOne"));
        Contract.Refuses(await game.PostScoreAsync("openid=oOne&score=101"));
        Contract.Replies(Contract.List(Contract.Row("5")), await game.ListAsync(), "Vary: Accept-Encoding");
        Contract.Replies(Contract.ProfileAdded, await game.PostProfileAsync("openid=oOne&nickname=a"));
        (await client.DeleteAsync("/v1/games/later/boards/main?confirm=main")).Is(204);
        Contract.Fails(404, await game.UserScoreAsync("oOne"));
        (await client.PutAsync("/v1/games/later/boards/main", "{}")).Is(201);
        Contract.Replies(Contract.NoScore, await game.UserScoreAsync("oOne"));
        Contract.Replies(Contract.List(), await game.ListAsync(), "Vary: Accept-Encoding");
        (await client.DeleteAsync("/v1/games/later?confirm=later")).Is(204);
        Contract.Fails(404, await game.UserScoreAsync("oOne"));
    }

    [Theory]
    [InlineData("""{"decimals":1}""")]
    [InlineData("""{"tie_breakers":[{"name":"moves"}]}""")]
    [InlineData("""{"keep":"latest"}""")]
    [InlineData("""{"writers":"player"}""")]
    [InlineData("""{"writers":"server"}""")]
    [InlineData("""{"windows":[{"kind":"daily"},{"kind":"all_time"}]}""")]
    public async Task A_board_that_the_classic_API_cannot_speak_for_is_out_of_its_reach(string board)
    {
        await using var server = await TestServer.StartAsync(Settings);
        using var client = V1Client.Operator(server);
        (await client.PutAsync("/v1/games/later", "{}")).Is(201);
        (await client.PutAsync("/v1/games/later/boards/main", board)).Is(201);
        await using var game = await server.PlayAsync("later");
        Contract.Fails(404, await game.PostScoreAsync("openid=oOne&score=5"));
    }

    [Fact]
    public async Task A_configured_game_keeps_its_style_and_follows_its_origins()
    {
        await using var server = await TestServer.StartAsync(Settings);
        using var client = V1Client.Operator(server);
        await using var game = await server.PlayAsync("pinball");
        await game.PostScoreAsync("openid=oOne&score=5");
        (await client.PutAsync("/v1/games/pinball", """{"origins":["https://game.example"]}""")).Is(200);
        var reply = await game.UserScoreAsync("oOne");
        Assert.Equal("""{"status":200,"code":200,"data":{"score":"5"}}""", reply.Text);
        Assert.Equal("https://game.example", reply.Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task The_default_game_is_gone_with_its_game()
    {
        await using var server = await TestServer.StartAsync(Settings);
        using var client = V1Client.Operator(server);
        Assert.Equal(200, (await server.AskAsync(RawRequest.Get("/api/tpinball_score"))).Status);
        (await client.DeleteAsync("/v1/games/pinball?confirm=pinball")).Is(204);
        Contract.Fails(404, await server.AskAsync(RawRequest.Get("/api/tpinball_score")));
    }

    [Fact]
    public async Task Games_made_at_run_time_outlive_a_restart()
    {
        var first = await TestServer.StartAsync(Settings);
        using (var client = V1Client.Operator(first))
        {
            (await client.PutAsync("/v1/games/later", """{"name":"Later"}""")).Is(201);
            (await client.PutAsync("/v1/games/later/boards/main", "{}")).Is(201);
            await using var game = await first.PlayAsync("later");
            await game.PostScoreAsync("openid=oOne&score=5");
        }

        await using var second = await TestServer.StartAsync(Settings, folder: await first.LeaveAsync());
        await using var again = await second.PlayAsync("later");
        Contract.Replies(Contract.Score(5), await again.UserScoreAsync("oOne"));
        using var later = V1Client.Operator(second);
        Assert.Equal("Later", (await later.GetAsync("/v1/games/later")).Is(200)["name"]);
    }
}

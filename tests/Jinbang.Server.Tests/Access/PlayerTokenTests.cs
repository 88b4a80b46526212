using System.Text;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Ranking;
using Jinbang.Server.Access;

namespace Jinbang.Server.Tests.Access;

public sealed class PlayerTokenTests
{
    private static readonly Dictionary<string, string?> Settings = new() { ["Games:pinball:Name"] = "Pinball", ["Games:other:Name"] = "Other" };
    private static readonly GameId Pinball = GameId.Parse("pinball");

    [Fact]
    public async Task A_token_says_whose_it_is_for_thirty_days()
    {
        var clock = new ShiftedClock();
        await using var server = await TestServer.StartAsync(Settings, clock);
        var player = await RegisterAsync(server, "oOne");
        var tokens = server.Credentials.Tokens;
        var (token, expires) = tokens.Issue(Pinball, player);
        Assert.Matches("^jbp_[A-Za-z0-9_-]+$", token);
        Assert.InRange(expires - clock.GetUtcNow(), TimeSpan.FromDays(30) - TimeSpan.FromSeconds(5), TimeSpan.FromDays(30));
        Assert.Equal((true, Pinball, player), Read(tokens, token));
        clock.Pass(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(1));
        Assert.Equal((true, Pinball, player), Read(tokens, token));
        clock.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal((false, default, default), Read(tokens, token));
    }

    [Fact]
    public async Task No_changed_token_is_accepted()
    {
        await using var server = await TestServer.StartAsync(Settings);
        var tokens = server.Credentials.Tokens;
        var token = tokens.Issue(Pinball, await RegisterAsync(server, "oOne")).Token;
        for (var i = 0; i < token.Length; i++)
        {
            var changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            Assert.False(Read(tokens, changed).IsRead, $"Character {i} does not count.");
            Assert.False(Read(tokens, token[..i]).IsRead, $"{i} characters are enough.");
        }

        foreach (var other in (string[])[$"{token}A", $"{token}=", $" {token}", "jbp_", $"jbp_{new string('A', 2000)}", token["jbp_".Length..]])
        {
            Assert.False(Read(tokens, other).IsRead);
        }
    }

    [Fact]
    public async Task The_longest_game_id_fits()
    {
        await using var server = await TestServer.StartAsync(Settings);
        using var client = V1Client.Operator(server);
        var game = GameId.Parse(new string('g', GameId.LongestLength));
        (await client.PutAsync($"/v1/games/{game}", "{}")).Is(201);
        var player = (await server.Boards.RegisterAsync(game, [ExternalId.Copy("oOne"u8)]))![0];
        var token = server.Credentials.Tokens.Issue(game, player).Token;
        Assert.Equal((true, game, player), Read(server.Credentials.Tokens, token));
        using var caller = new V1Client(server, token);
        (await caller.GetAsync($"/v1/games/{game}/boards")).Is(200);
    }

    [Fact]
    public async Task A_deleted_players_token_is_refused()
    {
        await using var server = await TestServer.StartAsync(Settings);
        var player = await RegisterAsync(server, "oGone");
        var token = server.Credentials.Tokens.Issue(Pinball, player).Token;
        Assert.True(await server.Boards.DeletePlayerAsync(Pinball, player));
        await RegisterAsync(server, "oGone");
        Assert.False(Read(server.Credentials.Tokens, token).IsRead);
        using var caller = new V1Client(server, token);
        (await caller.GetAsync("/v1/games/pinball/boards")).Fails(401, "unauthenticated");
    }

    [Fact]
    public async Task Tokens_outlive_a_restart_and_belong_to_one_store()
    {
        var first = await TestServer.StartAsync(Settings);
        var player = await RegisterAsync(first, "oOne");
        var token = first.Credentials.Tokens.Issue(Pinball, player).Token;
        await using var other = await TestServer.StartAsync(Settings);
        Assert.Equal(player, await RegisterAsync(other, "oOne"));
        Assert.False(Read(other.Credentials.Tokens, token).IsRead);
        await using var second = await TestServer.StartAsync(Settings, folder: await first.LeaveAsync());
        Assert.Equal((true, Pinball, player), Read(second.Credentials.Tokens, token));
    }

    private static (bool IsRead, GameId Game, PlayerId Player) Read(PlayerTokens tokens, string text) =>
        (tokens.TryRead(Encoding.ASCII.GetBytes(text), out var game, out var player), game, player);

    private static async Task<PlayerId> RegisterAsync(TestServer server, string id) =>
        (await server.Boards.RegisterAsync(Pinball, [ExternalId.Copy(Encoding.UTF8.GetBytes(id))]))![0];
}

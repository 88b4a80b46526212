using System.Text;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Server.Access;

namespace Jinbang.Server.Tests.Access;

public sealed class KeyTests
{
    private const string Boards = "/v1/games/pinball/boards";
    private const string Keys = "/v1/games/pinball/keys";

    private static readonly Dictionary<string, string?> Settings = new() { ["Games:pinball:Name"] = "Pinball", ["Games:other:Name"] = "Other" };

    [Fact]
    public async Task A_new_key_works_at_once_and_its_secret_is_shown_once()
    {
        await using var server = await TestServer.StartAsync(Settings);
        using var client = V1Client.Operator(server);
        foreach (var (kind, prefix) in ((string, string)[])[("client", "jbc_"), ("server", "jbs_")])
        {
            var made = (await client.PostAsync(Keys, $$"""{"kind":"{{kind}}","name":"在线 {{kind}}"}""")).Is(201);
            var secret = made["secret"]!;
            Assert.Matches($"^{prefix}[A-Za-z0-9_-]{{43}}$", secret);
            Assert.Equal((kind, $"在线 {kind}", secret[^4..], null, null), (made["kind"], made["name"], made["hint"], made["expires_at"], made["revoked_at"]));
            using var caller = new V1Client(server, secret);
            (await caller.GetAsync(Boards)).Is(200);
        }

        var listed = (await client.GetAsync(Keys)).Is(200);
        Assert.Equal(2, listed.Json.GetProperty("keys").GetArrayLength());
        Assert.DoesNotContain("secret", listed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hash", listed.Text, StringComparison.Ordinal);
        Assert.Equal(0, (await client.GetAsync("/v1/games/other/keys")).Is(200).Json.GetProperty("keys").GetArrayLength());
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_once_and_for_good()
    {
        await using var server = await TestServer.StartAsync(Settings);
        using var client = V1Client.Operator(server);
        var made = await MakeAsync(client);
        using var caller = new V1Client(server, made["secret"]);
        (await caller.GetAsync(Boards)).Is(200);
        (await client.DeleteAsync($"/v1/games/other/keys/{made["id"]}")).Fails(404, "not_found");
        (await caller.GetAsync(Boards)).Is(200);
        (await client.DeleteAsync($"{Keys}/{made["id"]}")).Is(204);
        (await caller.GetAsync(Boards)).Fails(401, "unauthenticated");
        (await client.DeleteAsync($"{Keys}/{made["id"]}")).Is(204);
        (await client.DeleteAsync($"{Keys}/none")).Fails(404, "not_found");
        (await client.PostAsync($"{Keys}/{made["id"]}/rotate")).Fails(400, "invalid");
        Assert.NotNull((await client.GetAsync(Keys)).Json.GetProperty("keys")[0].GetProperty("revoked_at").GetString());
    }

    [Fact]
    public async Task A_key_ends_when_it_was_said_to()
    {
        var clock = new ShiftedClock();
        await using var server = await TestServer.StartAsync(Settings, clock);
        using var client = V1Client.Operator(server);
        var end = clock.GetUtcNow().AddHours(2);
        var made = (await client.PostAsync(Keys, $$"""{"kind":"server","name":"short","expires_at":"{{end:yyyy-MM-ddTHH:mm:ssZ}}"}""")).Is(201);
        using var caller = new V1Client(server, made["secret"]);
        clock.Pass(TimeSpan.FromHours(2) - TimeSpan.FromMinutes(1));
        (await caller.GetAsync(Boards)).Is(200);
        clock.Pass(TimeSpan.FromMinutes(1));
        (await caller.GetAsync(Boards)).Fails(401, "unauthenticated");
    }

    [Theory]
    [InlineData(null, 86_400)]
    [InlineData("""{}""", 86_400)]
    [InlineData("""{"overlap_seconds":0}""", 0)]
    [InlineData("""{"overlap_seconds":600}""", 600)]
    [InlineData("""{"overlap_seconds":2592000}""", 2_592_000)]
    public async Task A_rotated_key_goes_on_for_the_overlap(string? body, int seconds)
    {
        var clock = new ShiftedClock();
        await using var server = await TestServer.StartAsync(Settings, clock);
        using var client = V1Client.Operator(server);
        var old = await MakeAsync(client);
        var made = (await client.PostAsync($"{Keys}/{old["id"]}/rotate", body)).Is(201);
        Assert.Equal((old["kind"], old["name"]), (made["kind"], made["name"]));
        Assert.NotEqual(old["id"], made["id"]);
        Assert.NotEqual(old["secret"], made["secret"]);
        using var before = new V1Client(server, old["secret"]);
        using var after = new V1Client(server, made["secret"]);
        if (seconds > 0)
        {
            clock.Pass(TimeSpan.FromSeconds(seconds - 60));
            (await before.GetAsync(Boards)).Is(200);
            clock.Pass(TimeSpan.FromMinutes(1));
        }

        (await before.GetAsync(Boards)).Fails(401, "unauthenticated");
        (await after.GetAsync(Boards)).Is(200);
    }

    [Fact]
    public async Task Rotating_does_not_prolong_a_key()
    {
        var clock = new ShiftedClock();
        await using var server = await TestServer.StartAsync(Settings, clock);
        using var client = V1Client.Operator(server);
        var old = await MakeAsync(client);
        (await client.PostAsync($"{Keys}/{old["id"]}/rotate", """{"overlap_seconds":60}""")).Is(201);
        (await client.PostAsync($"{Keys}/{old["id"]}/rotate", """{"overlap_seconds":6000}""")).Is(201);
        clock.Pass(TimeSpan.FromMinutes(1));
        using var caller = new V1Client(server, old["secret"]);
        (await caller.GetAsync(Boards)).Fails(401, "unauthenticated");
    }

    [Theory]
    [InlineData("""{"kind":"operator","name":"x"}""", "kind")]
    [InlineData("""{"name":"x"}""", "kind")]
    [InlineData("""{"kind":"Client","name":"x"}""", "kind")]
    [InlineData("""{"kind":"client"}""", "name")]
    [InlineData("""{"kind":"client","name":"  "}""", "name")]
    [InlineData("""{"kind":"client","name":"a\u0000b"}""", "name")]
    [InlineData("""{"kind":"client","name":"x","secret":"jbc_x"}""", "secret")]
    [InlineData("""{"kind":"client","name":"x","expires_at":"2020-01-01T00:00:00Z"}""", "expires_at")]
    [InlineData("""{"kind":"client","name":"x","expires_at":"2090-01-01T00:00:00"}""", "expires_at")]
    [InlineData("""{"kind":"client","name":"x","expires_at":"soon"}""", "expires_at")]
    [InlineData("""{"kind":"client","name":7}""", "name")]
    [InlineData("""{"kind":1,"name":"x"}""", "kind")]
    public async Task A_key_that_makes_no_sense_is_refused(string body, string field)
    {
        await using var server = await TestServer.StartAsync(Settings);
        using var client = V1Client.Operator(server);
        (await client.PostAsync(Keys, body)).Blames(field);
        Assert.Equal(0, (await client.GetAsync(Keys)).Json.GetProperty("keys").GetArrayLength());
    }

    [Theory]
    [InlineData("""{"overlap_seconds":-1}""", "overlap_seconds")]
    [InlineData("""{"overlap_seconds":2592001}""", "overlap_seconds")]
    [InlineData("""{"overlap_seconds":1.5}""", "overlap_seconds")]
    [InlineData("""{"overlap":5}""", "overlap")]
    public async Task A_rotation_that_makes_no_sense_is_refused(string body, string field)
    {
        await using var server = await TestServer.StartAsync(Settings);
        using var client = V1Client.Operator(server);
        var made = await MakeAsync(client);
        (await client.PostAsync($"{Keys}/{made["id"]}/rotate", body)).Blames(field);
    }

    [Fact]
    public async Task A_game_has_a_hundred_keys_and_only_those_that_have_ended_make_room()
    {
        await using var server = await TestServer.StartAsync(Settings);
        using var client = V1Client.Operator(server);
        var first = await MakeAsync(client);
        for (var i = 1; i < ApiKeys.MostPerGame; i++)
        {
            await MakeAsync(client);
        }

        (await client.PostAsync(Keys, """{"kind":"server","name":"more"}""")).Fails(409, "too_many");
        (await client.PostAsync($"{Keys}/{first["id"]}/rotate")).Fails(409, "too_many");
        (await client.DeleteAsync($"{Keys}/{first["id"]}")).Is(204);
        await MakeAsync(client);
        var keys = (await client.GetAsync(Keys)).Json.GetProperty("keys").EnumerateArray().Select(static key => key.GetProperty("id").GetString()).ToList();
        Assert.Equal(ApiKeys.MostPerGame, keys.Count);
        Assert.DoesNotContain(first["id"], keys);
    }

    [Fact]
    public async Task Keys_outlive_a_restart_and_only_their_hashes_are_on_the_disk()
    {
        var first = await TestServer.StartAsync(Settings);
        using var client = V1Client.Operator(first);
        var (kept, revoked) = (await MakeAsync(client), await MakeAsync(client));
        (await client.DeleteAsync($"{Keys}/{revoked["id"]}")).Is(204);
        var folder = await first.LeaveAsync();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "data"), "jinbang.db*"))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            Assert.False(bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(kept["secret"]![4..])) >= 0, $"The secret is in {file}.");
        }

        await using var second = await TestServer.StartAsync(Settings, folder: folder);
        using var caller = new V1Client(second, kept["secret"]);
        using var ended = new V1Client(second, revoked["secret"]);
        (await caller.GetAsync(Boards)).Is(200);
        (await ended.GetAsync(Boards)).Fails(401, "unauthenticated");
    }

    [Fact]
    public async Task Keys_and_tokens_end_with_their_game_also_when_its_id_comes_again()
    {
        await using var server = await TestServer.StartAsync(Settings);
        using var client = V1Client.Operator(server);
        var game = GameId.Parse("brief");
        (await client.PutAsync("/v1/games/brief", "{}")).Is(201);
        var made = (await client.PostAsync("/v1/games/brief/keys", """{"kind":"server","name":"x"}""")).Is(201);
        var players = await server.Boards.RegisterAsync(game, [IdOf("oFirst")]);
        var token = server.Credentials.Tokens.Issue(game, players![0]).Token;
        using var caller = new V1Client(server, made["secret"]);
        using var player = new V1Client(server, token);
        (await caller.GetAsync("/v1/games/brief/boards")).Is(200);
        (await player.GetAsync("/v1/games/brief/boards")).Is(200);
        (await client.DeleteAsync("/v1/games/brief?confirm=brief")).Is(204);
        (await caller.GetAsync("/v1/games/brief/boards")).Fails(401, "unauthenticated");
        (await player.GetAsync("/v1/games/brief/boards")).Fails(401, "unauthenticated");
        (await client.PutAsync("/v1/games/brief", "{}")).Is(201);
        await server.Boards.RegisterAsync(game, [IdOf("oSecond")]);
        (await caller.GetAsync("/v1/games/brief/boards")).Fails(401, "unauthenticated");
        (await player.GetAsync("/v1/games/brief/boards")).Fails(401, "unauthenticated");
        Assert.Equal(0, (await client.GetAsync("/v1/games/brief/keys")).Json.GetProperty("keys").GetArrayLength());
    }

    [Fact]
    public async Task Keys_of_a_game_that_is_not_there_are_not_found()
    {
        await using var server = await TestServer.StartAsync(Settings);
        using var client = V1Client.Operator(server);
        (await client.GetAsync("/v1/games/none/keys")).Fails(404, "not_found");
        (await client.PostAsync("/v1/games/none/keys", """{"kind":"server","name":"x"}""")).Fails(404, "not_found");
        (await client.DeleteAsync("/v1/games/none/keys/x")).Fails(404, "not_found");
        (await client.PostAsync("/v1/games/none/keys/x/rotate")).Fails(404, "not_found");
    }

    private static ExternalId IdOf(string id) => ExternalId.Copy(Encoding.UTF8.GetBytes(id));

    private static async Task<V1Reply> MakeAsync(V1Client client) => (await client.PostAsync(Keys, """{"kind":"server","name":"a server"}""")).Is(201);
}

using System.Text.Json;
using Jinbang.Server.Tests.Access;

namespace Jinbang.Server.Tests.Players;

public sealed class PlayerTests(V1Fixture fixture) : IClassFixture<V1Fixture>
{
    [Fact]
    public async Task A_guest_is_made_and_comes_back_by_his_secret()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        var made = (await game.Client.PostAsync($"{game.Path}/players/guest", "{}")).Is(200);
        Assert.Matches("^jbg_[A-Za-z0-9_-]{43}$", made["secret"]);
        Assert.Equal(16, made["player"]!.Length);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", made["expires_at"]);
        using (var guest = new V1Client(fixture.Server, made["token"]))
        {
            Assert.Equal(made["player"], (await guest.PostAsync($"{game.PathOf("plain")}/scores", """{"score":1}""")).Is(200)["player"]);
        }

        var back = (await game.Client.PostAsync($"{game.Path}/players/guest", $$"""{"secret":"{{made["secret"]}}"}""")).Is(200);
        Assert.Equal(made["player"], back["player"]);
        Assert.False(back.Json.TryGetProperty("secret", out _));
        Assert.NotEqual(made["player"], (await game.Client.PostAsync($"{game.Path}/players/guest", "{}")).Is(200)["player"]);
        var externalId = (await game.Server.GetAsync($"{game.Path}/players/{made["player"]}")).Is(200)["external_id"]!;
        Assert.StartsWith("guest:", externalId, StringComparison.Ordinal);
        Assert.DoesNotContain(made["secret"]![4..], externalId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"secret":"jbg_"}""", "secret")]
    [InlineData("""{"secret":"jbg_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB"}""", "secret")]
    [InlineData("""{"secret":"jbx_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""", "secret")]
    [InlineData("""{"secret":"jbg_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="}""", "secret")]
    [InlineData("""{"secret":7,"name":"x"}""", "secret", "name")]
    public async Task What_is_no_secret_of_a_guest_signs_nobody_in(string body, params string[] fields)
    {
        using var game = await fixture.PlayAsync();
        (await game.Client.PostAsync($"{game.Path}/players/guest", body)).Blames(fields);
    }

    [Fact]
    public async Task A_server_makes_players_known_and_gives_them_tokens()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        var known = (await game.Server.PostAsync($"{game.Path}/players", """{"external_id":"o\u00e9😀"}""")).Is(200);
        Assert.Equal("oé😀", known["external_id"]);
        Assert.Equal(known["player"], (await game.Operator.PostAsync($"{game.Path}/players", """{"external_id":"oé😀"}""")).Is(200)["player"]);
        var token = (await game.Server.PostAsync($"{game.Path}/players/{known["player"]}/token")).Is(200);
        using var player = new V1Client(fixture.Server, token["token"]);
        Assert.Equal("oé😀", (await player.GetAsync($"{game.Path}/players/me")).Is(200)["external_id"]);
        (await game.Server.PostAsync($"{game.Path}/players", """{"external_id":" "}""")).Blames("external_id");
        (await game.Server.PostAsync($"{game.Path}/players", $$"""{"external_id":"{{new string('a', 129)}}"}""")).Blames("external_id");
        (await game.Server.PostAsync($"{game.Path}/players", """{"id":"a"}""")).Blames("external_id", "id");
        (await game.Server.PostAsync($"{game.Path}/players/0000000000000000/token")).Fails(404, "not_found");
        (await game.Client.PostAsync($"{game.Path}/players", """{"external_id":"oOne"}""")).Fails(403, "forbidden");
        (await player.PostAsync($"{game.Path}/players/me/token")).Fails(403, "forbidden");
    }

    [Fact]
    public async Task Only_the_trusted_and_the_player_himself_see_the_games_own_id()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        var (player, id) = await game.SignInAsync("oSecret");
        var (other, _) = await game.SignInAsync("oOther");
        var path = $"{game.Path}/players/{id}";
        foreach (var (client, sees) in ((V1Client, bool)[])[(game.Client, false), (other, false), (player, true), (game.Server, true), (game.Operator, true)])
        {
            var reply = (await client.GetAsync(path)).Is(200);
            Assert.Equal(sees, reply.Json.TryGetProperty("external_id", out _));
            Assert.Equal(sees, reply.Text.Contains("oSecret", StringComparison.Ordinal));
            Assert.Equal(JsonValueKind.Null, reply.Json.GetProperty("nickname").ValueKind);
        }

        (await game.Client.GetAsync($"{game.Path}/players/me")).Blames("player");
        (await game.Client.GetAsync($"{game.Path}/players/oSecret")).Fails(404, "not_found");
    }

    [Fact]
    public async Task A_profile_changes_field_by_field_and_is_removed_as_a_whole()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        var (player, id) = await game.SignInAsync("oOne");
        var path = $"{game.Path}/players/me";
        var full = (await player.SendAsync("PATCH", path, """{"nickname":"金榜","avatar":"https://a.example","sex":2,"province":"浙江","city":"杭州","country":"中国"}""")).Is(200);
        Assert.Equal(
            $$"""{"player":"{{id}}","external_id":"oOne","nickname":"金榜","avatar":"https://a.example","sex":2,"province":"浙江","city":"杭州","country":"中国"}""", full.Text);
        var changed = (await game.Server.SendAsync("PATCH", $"{game.Path}/players/{id}", """{"city":"","sex":0}""")).Is(200);
        Assert.Equal(("", 0, "金榜"), (changed["city"], changed.Json.GetProperty("sex").GetInt32(), changed["nickname"]));
        (await player.DeleteAsync($"{path}/profile")).Is(204);
        Assert.Null((await player.GetAsync(path)).Is(200)["nickname"]);
        (await player.DeleteAsync($"{path}/profile")).Is(204);
    }

    [Fact]
    public async Task The_limits_of_a_profile_are_those_of_the_classic_API()
    {
        using var game = await fixture.PlayAsync();
        var (player, _) = await game.SignInAsync("oOne");
        var path = $"{game.Path}/players/me";
        string Long(int count) => string.Concat(Enumerable.Repeat("😀", count));
        (await player.SendAsync("PATCH", path, $$"""{"nickname":"{{Long(255)}}","avatar":"{{Long(1024)}}"}""")).Is(200);
        (await player.SendAsync("PATCH", path, $$"""{"nickname":"{{Long(256)}}","avatar":"{{Long(1025)}}","province":"{{Long(256)}}","city":"{{Long(256)}}","country":"{{Long(256)}}"}"""))
            .Blames("nickname", "avatar", "province", "city", "country");
        (await player.SendAsync("PATCH", path, """{"nickname":"a\u0000","city":"\ud83d"}""")).Blames("nickname", "city");
        (await player.SendAsync("PATCH", path, """{"nickname":null,"sex":null}""")).Blames("nickname", "sex");
        (await player.SendAsync("PATCH", path, """{"sex":3}""")).Blames("sex");
        (await player.SendAsync("PATCH", path, """{"sex":"1","nickname":5}""")).Blames("sex", "nickname");
        (await player.SendAsync("PATCH", path, """{"gender":1}""")).Blames("gender", "nickname");
        (await player.SendAsync("PATCH", path, "{}")).Blames("nickname");
        (await player.SendAsync("PATCH", path, """{"sex":1}""", "application/merge-patch+json")).Fails(415, "unsupported_media_type");
    }

    [Fact]
    public async Task Nobody_changes_another()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        var (_, id) = await game.SignInAsync("oOne");
        var (other, _) = await game.SignInAsync("oOther");
        foreach (var client in (V1Client[])[other, game.Client])
        {
            (await client.SendAsync("PATCH", $"{game.Path}/players/{id}", """{"sex":1}""")).Fails(403, "forbidden");
            (await client.DeleteAsync($"{game.Path}/players/{id}")).Fails(403, "forbidden");
            (await client.DeleteAsync($"{game.Path}/players/{id}/profile")).Fails(403, "forbidden");
            (await client.GetAsync($"{game.Path}/players/{id}/export")).Fails(403, "forbidden");
        }
    }

    [Fact]
    public async Task An_export_holds_all_that_is_stored_about_a_player_and_nothing_of_others()
    {
        using var game = await fixture.PlayAsync(V1Game.Rich, V1Game.Plain);
        var (player, id) = await game.SignInAsync("oOne");
        await game.SubmitAsync("rich", "oOther", "9", ""","tie_breakers":{"moves":1}""");
        await player.SendAsync("PATCH", $"{game.Path}/players/me", """{"nickname":"me"}""");
        (await player.PostAsync($"{game.PathOf("rich")}/scores", """{"score":1,"tie_breakers":{"moves":1},"metadata":{"a":1},"idempotency_key":"k"}""")).Is(200);
        (await player.PostAsync($"{game.PathOf("plain")}/scores", """{"score":7}""")).Is(200);
        var export = (await player.GetAsync($"{game.Path}/players/me/export")).Is(200);
        Assert.Equal($"attachment; filename=\"player-{id}.json\"", export.ContentHeaders.ContentDisposition!.ToString());
        Assert.Equal((id, "oOne", "me"), (export["player"], export["external_id"], export["nickname"]));
        Assert.Equal(
            ["plain/all_time", "rich/all_time", $"rich/daily:{fixture.Clock.GetUtcNow():yyyy-MM-dd}"],
            export.Json.GetProperty("entries").EnumerateArray().Select(static entry => $"{entry.GetProperty("board").GetString()}/{entry.GetProperty("window").GetString()}").Order(StringComparer.Ordinal));
        var rich = export.Json.GetProperty("submissions").EnumerateArray().Single(static board => board.GetProperty("board").GetString() == "rich").GetProperty("lines")[0];
        Assert.Equal(("first", "1.00", "k", """{"a":1}"""), (rich.GetProperty("result").GetString(), rich.GetProperty("score").GetString(), rich.GetProperty("idempotency_key").GetString(), rich.GetProperty("metadata").GetRawText()));
        Assert.DoesNotContain("oOther", export.Text, StringComparison.Ordinal);
        Assert.Equal(export.Text, (await game.Server.GetAsync($"{game.Path}/players/{id}/export")).Is(200).Text);
    }

    [Fact]
    public async Task Who_is_forgotten_is_gone_and_a_new_player_when_he_comes_again()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        var (player, id) = await game.SignInAsync("oOne");
        (await player.PostAsync($"{game.PathOf("plain")}/scores", """{"score":7,"idempotency_key":"k"}""")).Is(200);
        (await player.DeleteAsync($"{game.Path}/players/me")).Is(204);
        (await player.GetAsync($"{game.Path}/players/me")).Fails(401, "unauthenticated");
        (await game.Server.GetAsync($"{game.Path}/players/{id}")).Fails(404, "not_found");
        (await game.Server.DeleteAsync($"{game.Path}/players/{id}")).Fails(404, "not_found");
        (await game.Server.PostAsync($"{game.PathOf("plain")}/scores", $$"""{"player":"{{id}}","score":1}""")).Fails(404, "not_found");
        Assert.Empty((await game.Client.GetAsync(game.Standings("plain"))).Json.GetProperty("lines").EnumerateArray());
        var again = await game.SubmitAsync("plain", "oOne", "5");
        Assert.Equal("first", again["result"]);
        Assert.NotEqual(id, again["player"]);
    }
}

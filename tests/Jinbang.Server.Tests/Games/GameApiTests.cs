using Jinbang.Server.Games;
using Jinbang.Server.Tests.Access;

namespace Jinbang.Server.Tests.Games;

public sealed class GameApiTests(CallersFixture fixture) : IClassFixture<CallersFixture>
{
    public static TheoryData<string> Reserved => [.. GameCatalog.ReservedWords];

    [Fact]
    public async Task The_operators_key_lists_the_games()
    {
        using var client = V1Client.Operator(fixture.Server);
        var games = (await client.GetAsync("/v1/games")).Is(200).Json.GetProperty("games").EnumerateArray().ToDictionary(static game => game.GetProperty("id").GetString()!);
        Assert.Equal("Guarded", games[CallersFixture.Game].GetProperty("name").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, games[CallersFixture.Game].GetProperty("origins").ValueKind);
    }

    [Fact]
    public async Task A_game_is_made_changed_read_and_deleted()
    {
        using var client = V1Client.Operator(fixture.Server);
        const string Path = "/v1/games/made-2";
        (await client.GetAsync(Path)).Fails(404, "not_found");
        Assert.Equal("""{"id":"made-2","name":"made-2","origins":null}""", (await client.PutAsync(Path, "{}")).Is(201).Text);
        Assert.Equal("""{"id":"made-2","name":"弹珠 <2>","origins":["https://game.example"]}""", (await client.PutAsync(Path, """{"id":"made-2","name":"弹珠 <2>","origins":["https://game.example"]}""")).Is(200).Text);
        Assert.Equal("""{"id":"made-2","name":"弹珠 <2>","origins":["https://game.example"]}""", (await client.GetAsync(Path)).Is(200).Text);
        Assert.Equal("""{"id":"made-2","name":"made-2","origins":null}""", (await client.PutAsync(Path, """{"origins":["*"]}""")).Is(200).Text);
        (await client.DeleteAsync(Path)).Blames("confirm");
        (await client.DeleteAsync($"{Path}?confirm=made")).Blames("confirm");
        (await client.DeleteAsync($"{Path}?confirm=made-2")).Is(204);
        (await client.GetAsync(Path)).Fails(404, "not_found");
        (await client.DeleteAsync($"{Path}?confirm=made-2")).Fails(404, "not_found");
    }

    [Theory]
    [MemberData(nameof(Reserved))]
    public async Task A_path_of_the_servers_own_is_no_game(string word)
    {
        using var client = V1Client.Operator(fixture.Server);
        (await client.PutAsync($"/v1/games/{word}", "{}")).Fails(400, "invalid");
        (await client.GetAsync($"/v1/games/{word}")).Fails(404, "not_found");
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("a.b")]
    [InlineData("a_b")]
    [InlineData("%E5%B0%8F")]
    [InlineData("a12345678901234567890123456789012345678901234567890123456789012345")]
    public async Task What_is_no_id_makes_no_game(string id)
    {
        using var client = V1Client.Operator(fixture.Server);
        (await client.PutAsync($"/v1/games/{id}", "{}")).Fails(400, "invalid");
        (await client.GetAsync($"/v1/games/{id}")).Fails(404, "not_found");
        (await client.DeleteAsync($"/v1/games/{id}?confirm={id}")).Fails(404, "not_found");
    }

    [Theory]
    [InlineData("""{"title":"x"}""", "title")]
    [InlineData("""{"id":"another"}""", "id")]
    [InlineData("""{"name":5}""", "name")]
    [InlineData("""{"origins":"https://game.example"}""", "origins")]
    [InlineData("""{"origins":[]}""", "origins")]
    [InlineData("""{"origins":["https://game.example/","*"]}""", "origins[0]", "origins[1]")]
    [InlineData("""{"origins":[null]}""", "origins[0]")]
    [InlineData("""{"origins":["ftp://game.example"],"colour":1,"boards":[]}""", "origins[0]", "colour", "boards")]
    public async Task A_game_that_makes_no_sense_is_refused(string body, params string[] fields)
    {
        using var client = V1Client.Operator(fixture.Server);
        (await client.PutAsync("/v1/games/senseless", body)).Blames(fields);
        (await client.GetAsync("/v1/games/senseless")).Fails(404, "not_found");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("{")]
    [InlineData("name=x")]
    public async Task A_body_that_is_no_object_is_refused(string body)
    {
        using var client = V1Client.Operator(fixture.Server);
        (await client.PutAsync("/v1/games/shapeless", body)).Fails(400, "invalid");
    }

    [Fact]
    public async Task A_body_of_another_type_or_too_large_is_refused()
    {
        using var client = V1Client.Operator(fixture.Server);
        (await client.SendAsync("PUT", "/v1/games/shapeless", "{}", "text/plain")).Fails(415, "unsupported_media_type");
        (await client.SendAsync("PUT", "/v1/games/shapeless")).Fails(415, "unsupported_media_type");
        (await client.PutAsync("/v1/games/shapeless", $$"""{"name":"{{new string('x', 70_000)}}"}""")).Fails(413, "too_large");
        (await client.PutAsync("/v1/games/shapeless", $$"""{"name":"{{new string('x', 256)}}"}""")).Blames("name");
    }
}

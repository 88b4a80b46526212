namespace Jinbang.Server.Tests.Rankings;

public sealed class WhatIfTests(V1Fixture fixture) : IClassFixture<V1Fixture>
{
    [Fact]
    public async Task A_score_a_rank_and_a_percentile_are_answered_together()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        await game.FillAsync("plain", 10);
        var reply = await game.Client.GetAsync($"{game.PathOf("plain")}/windows/all_time/what-if?score=5&rank=3&percentile=50");
        Assert.Equal("""{"rank":7,"better":5,"equal":1,"worse":4,"percentile":45}""", reply.Json.GetProperty("score").GetRawText());
        Assert.Equal("""{"kind":"at_least","score":"9","score_number":9}""", reply.Json.GetProperty("rank").GetRawText());
        Assert.Equal("all_time", reply.Json.GetProperty("window").GetProperty("name").GetString());
        Assert.NotEmpty(reply["version"]!);
        Assert.True(reply.Json.GetProperty("percentile").TryGetProperty("score", out _));
    }

    [Fact]
    public async Task The_present_entry_of_whose_if_it_is_does_not_count()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        await game.FillAsync("plain", 10);
        var (player, id) = await game.SignInAsync("o10");
        var path = $"{game.PathOf("plain")}/windows/all_time/what-if";
        Assert.Equal(7, (await game.Client.GetAsync($"{path}?score=5")).Json.GetProperty("score").GetProperty("rank").GetInt32());
        Assert.Equal(6, (await player.GetAsync($"{path}?score=5&player=me")).Json.GetProperty("score").GetProperty("rank").GetInt32());
        Assert.Equal("""{"kind":"already_there","score":null}""", (await game.Client.GetAsync($"{path}?rank=1&player={id}")).Json.GetProperty("rank").GetRawText());
        Assert.Equal("""{"kind":"any","score":null}""", (await game.Client.GetAsync($"{path}?rank=11")).Json.GetProperty("rank").GetRawText());
        (await game.Client.GetAsync($"{path}?rank=1&player=me")).Blames("player");
        (await game.Client.GetAsync($"{path}?rank=1&player=0000000000000000")).Fails(404, "not_found");
    }

    [Fact]
    public async Task What_cannot_be_reached_is_impossible()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        await game.SubmitAsync("plain", "oOne", "9223372036854775807");
        Assert.Equal(
            """{"kind":"impossible","score":null}""",
            (await game.Client.GetAsync($"{game.PathOf("plain")}/windows/all_time/what-if?rank=1")).Json.GetProperty("rank").GetRawText());
    }

    [Fact]
    public async Task An_empty_window_has_answers_too()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        var reply = await game.Client.GetAsync($"{game.PathOf("plain")}/windows/all_time/what-if?score=5&rank=1&percentile=99.5");
        Assert.Equal("""{"rank":1,"better":0,"equal":0,"worse":0,"percentile":null}""", reply.Json.GetProperty("score").GetRawText());
        Assert.Equal("""{"kind":"any","score":null}""", reply.Json.GetProperty("rank").GetRawText());
        Assert.Equal("""{"score":null}""", reply.Json.GetProperty("percentile").GetRawText());
    }

    [Fact]
    public async Task Tie_breakers_stand_beside_the_score()
    {
        using var game = await fixture.PlayAsync(V1Game.Rich);
        await game.SubmitAsync("rich", "oOne", "5", ""","tie_breakers":{"moves":7}""");
        var path = $"{game.PathOf("rich")}/windows/daily/what-if";
        Assert.Equal(1, (await game.Client.GetAsync($"{path}?score=5&tie_breakers.moves=6")).Json.GetProperty("score").GetProperty("rank").GetInt32());
        Assert.Equal(2, (await game.Client.GetAsync($"{path}?score=5&tie_breakers.moves=8")).Json.GetProperty("score").GetProperty("rank").GetInt32());
        var rank = (await game.Client.GetAsync($"{path}?rank=1")).Json.GetProperty("rank");
        Assert.Equal("at_least", rank.GetProperty("kind").GetString());
        Assert.True(rank.TryGetProperty("tie_breakers", out _));
        (await game.Client.GetAsync($"{path}?score=5")).Blames("tie_breakers.moves");
        (await game.Client.GetAsync($"{path}?score=5&tie_breakers.moves=x")).Blames("tie_breakers.moves");
    }

    [Theory]
    [InlineData("", "score")]
    [InlineData("?player=", "score")]
    [InlineData("?score=x", "score")]
    [InlineData("?rank=0", "rank")]
    [InlineData("?rank=1.5&percentile=101", "rank", "percentile")]
    [InlineData("?percentile=-1", "percentile")]
    [InlineData("?percentile=1e1", "percentile")]
    public async Task Wrong_questions_are_refused_by_their_parameters(string query, params string[] fields)
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        (await game.Client.GetAsync($"{game.PathOf("plain")}/windows/all_time/what-if{query}")).Blames(fields);
    }
}

using System.Globalization;
using Jinbang.Boards.Games;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;

namespace Jinbang.Server.Tests.Scores;

public sealed class SubmitTests(V1Fixture fixture) : IClassFixture<V1Fixture>
{
    [Fact]
    public async Task A_score_is_answered_with_what_it_did_in_every_window()
    {
        using var game = await fixture.PlayAsync(V1Game.Rich);
        await game.SubmitAsync("rich", "oOther", "20", ""","tie_breakers":{"moves":1}""");
        var first = await game.SubmitAsync("rich", "oOne", "12.5", ""","tie_breakers":{"moves":"30"}""");
        Assert.Equal("first", first["result"]);
        Assert.Equal(16, first["player"]!.Length);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", first["at"]);
        Assert.True(long.Parse(first["version"]!, CultureInfo.InvariantCulture) > 0);
        Assert.False(first.Json.GetProperty("repeated").GetBoolean());
        var windows = first.Json.GetProperty("windows").EnumerateArray().ToList();
        Assert.Equal("all_time", windows[0].GetProperty("window").GetString());
        Assert.Equal($"daily:{fixture.Clock.GetUtcNow():yyyy-MM-dd}", windows[1].GetProperty("window").GetString());
        Assert.Equal(
            """{"window":"all_time","result":"first","improved":true,"rank":2,"rank_before":null,"count":2,"score":"12.50","score_number":12.50,"tie_breakers":{"moves":"30"}}""",
            windows[0].GetRawText());

        var better = await game.SubmitAsync("rich", "oOne", "20.00", ""","tie_breakers":{"moves":1}""");
        Assert.Equal("improved", better["result"]);
        Assert.Equal(first["player"], better["player"]);
        Assert.Equal((1, 2), (better.Json.GetProperty("windows")[0].GetProperty("rank").GetInt32(), better.Json.GetProperty("windows")[0].GetProperty("rank_before").GetInt32()));
        var worse = await game.SubmitAsync("rich", "oOne", "19.99", ""","tie_breakers":{"moves":0}""");
        Assert.Equal("not_better", worse["result"]);
        Assert.Equal("20.00", worse.Json.GetProperty("windows")[0].GetProperty("score").GetString());
        Assert.False(worse.Json.GetProperty("windows")[0].GetProperty("improved").GetBoolean());
    }

    [Theory]
    [InlineData("\"12.50\"", "12.50", "12.50")]
    [InlineData("12.5", "12.50", "12.50")]
    [InlineData("12", "12.00", "12.00")]
    [InlineData("12.500000", "12.50", "12.50")]
    [InlineData("\"0012.5\"", "12.50", "12.50")]
    [InlineData("-0.01", "-0.01", "-0.01")]
    [InlineData("-0", "0.00", "0.00")]
    [InlineData("0.10", "0.10", "0.10")]
    [InlineData("90071992547409.91", "90071992547409.91", "90071992547409.91")]
    [InlineData("-90071992547409.91", "-90071992547409.91", "-90071992547409.91")]
    [InlineData("\"90071992547409.92\"", "90071992547409.92", null)]
    [InlineData("\"92233720368547758.07\"", "92233720368547758.07", null)]
    [InlineData("\"-92233720368547758.08\"", "-92233720368547758.08", null)]
    public async Task Scores_are_read_and_written_exactly(string given, string text, string? number)
    {
        using var game = await fixture.PlayAsync(V1Game.Plain with { Columns = [new ColumnDefinition { Decimals = 2 }] });
        var reply = (await game.Client.PostAsync($"{game.PathOf("plain")}/scores", $$"""{"external_id":"oOne","score":{{given}}}""")).Is(200).Json.GetProperty("windows")[0];
        Assert.Equal(text, reply.GetProperty("score").GetString());
        Assert.Equal(number, reply.TryGetProperty("score_number", out var written) ? written.GetRawText() : null);
    }

    [Theory]
    [InlineData("90071992547409.92")]
    [InlineData("1e3")]
    [InlineData("1E0")]
    [InlineData("12.505")]
    [InlineData("\"12.505\"")]
    [InlineData("\"1e3\"")]
    [InlineData("\"+1\"")]
    [InlineData("\" 1\"")]
    [InlineData("\"1,5\"")]
    [InlineData("\".5\"")]
    [InlineData("\"5.\"")]
    [InlineData("\"\"")]
    [InlineData("\"٣\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"92233720368547758.08\"")]
    [InlineData("true")]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task What_is_no_score_is_refused(string given)
    {
        using var game = await fixture.PlayAsync(V1Game.Plain with { Columns = [new ColumnDefinition { Decimals = 2 }] });
        (await game.Client.PostAsync($"{game.PathOf("plain")}/scores", $$"""{"external_id":"oOne","score":{{given}}}""")).Blames("score");
    }

    [Fact]
    public async Task A_number_beyond_what_is_safe_is_told_to_come_as_a_string()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        (await game.Client.PostAsync($"{game.PathOf("plain")}/scores", """{"external_id":"oOne","score":9007199254740991}""")).Is(200);
        var reply = await game.Client.PostAsync($"{game.PathOf("plain")}/scores", """{"external_id":"oOne","score":9007199254740992}""");
        reply.Blames("score");
        Assert.Contains("string", reply.Text, StringComparison.Ordinal);
        (await game.Client.PostAsync($"{game.PathOf("plain")}/scores", """{"external_id":"oOne","score":"9007199254740992"}""")).Is(200);
    }

    [Theory]
    [InlineData("""{"external_id":"oOne","score":1,"tie_breakers":{"moves":1},"extra":1}""", "extra")]
    [InlineData("""{"external_id":"oOne","score":1,"tie_breakers":{"moves":1},"Score":1,"mode":{"a":1}}""", "Score", "mode")]
    [InlineData("""{"external_id":"oOne"}""", "score", "tie_breakers.moves")]
    [InlineData("""{"external_id":"oOne","score":1}""", "tie_breakers.moves")]
    [InlineData("""{"external_id":"oOne","score":1,"tie_breakers":{}}""", "tie_breakers.moves")]
    [InlineData("""{"external_id":"oOne","score":1,"tie_breakers":[1]}""", "tie_breakers")]
    [InlineData("""{"external_id":"oOne","score":1,"tie_breakers":{"moves":1.5}}""", "tie_breakers.moves")]
    [InlineData("""{"external_id":"oOne","score":1,"tie_breakers":{"moves":1,"time":2}}""", "tie_breakers.time")]
    [InlineData("""{"score":1,"tie_breakers":{"moves":1}}""", "external_id")]
    [InlineData("""{"external_id":"","score":1,"tie_breakers":{"moves":1}}""", "external_id")]
    [InlineData("""{"external_id":" a","score":1,"tie_breakers":{"moves":1}}""", "external_id")]
    [InlineData("""{"external_id":"a\u0000b","score":1,"tie_breakers":{"moves":1}}""", "external_id")]
    [InlineData("""{"external_id":"\udc00","score":1,"tie_breakers":{"moves":1}}""", "external_id")]
    [InlineData("""{"external_id":7,"score":1,"tie_breakers":{"moves":1}}""", "external_id")]
    [InlineData("""{"player":"0000000000000000","score":1,"tie_breakers":{"moves":1}}""", "player")]
    [InlineData("""{"external_id":"oOne","score":1,"tie_breakers":{"moves":1},"idempotency_key":""}""", "idempotency_key")]
    [InlineData("""{"external_id":"oOne","score":1,"tie_breakers":{"moves":1},"idempotency_key":"a b"}""", "idempotency_key")]
    [InlineData("""{"external_id":"oOne","score":1,"tie_breakers":{"moves":1},"idempotency_key":"é"}""", "idempotency_key")]
    [InlineData("""{"external_id":"oOne","score":1,"tie_breakers":{"moves":1},"idempotency_key":"01234567890123456789012345678901234567890123456789012345678901234"}""", "idempotency_key")]
    [InlineData("""{"external_id":"oOne","score":1,"tie_breakers":{"moves":1},"metadata":"012345678901234567890123456789012345678901234567890123456789012"}""", "metadata")]
    [InlineData("""{"external_id":"oOne","score":1,"tie_breakers":{"moves":1},"window":"DAILY"}""", "window")]
    public async Task A_wrong_body_is_refused_by_its_fields(string body, params string[] fields)
    {
        using var game = await fixture.PlayAsync(V1Game.Rich);
        (await game.Client.PostAsync($"{game.PathOf("rich")}/scores", body)).Blames(fields);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"score\":1")]
    [InlineData("{\"score\":1,}")]
    [InlineData("{\"score\":1,\"score\":2}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{/**/\"score\":1}")]
    [InlineData("{\"score\":01}")]
    public async Task What_is_no_JSON_object_is_refused(string body)
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        (await game.Client.PostAsync($"{game.PathOf("plain")}/scores", body)).Fails(400, "invalid");
    }

    [Theory]
    [InlineData("text/plain", false)]
    [InlineData("application/x-www-form-urlencoded", false)]
    [InlineData("application/json; charset=gbk", false)]
    [InlineData("application/json;charset=UTF-8", true)]
    [InlineData("Application/JSON", true)]
    public async Task Only_JSON_is_taken(string contentType, bool isTaken)
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        var reply = await game.Client.SendAsync("POST", $"{game.PathOf("plain")}/scores", """{"external_id":"oOne","score":1}""", contentType);
        _ = isTaken ? reply.Is(200) : reply.Fails(415, "unsupported_media_type");
    }

    [Fact]
    public async Task A_body_of_64_KiB_is_taken_and_a_larger_one_is_not()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        var body = """{"external_id":"oOne","score":1}""";
        (await game.Client.PostAsync($"{game.PathOf("plain")}/scores", body.PadRight(64 * 1024))).Is(200);
        (await game.Client.PostAsync($"{game.PathOf("plain")}/scores", body.PadRight((64 * 1024) + 1))).Fails(413, "too_large");
        (await game.Client.PostAsync($"{game.Path}/scores/batch", """{"submissions":[{"board":"plain","external_id":"oOne","score":1}]}""".PadRight(256 * 1024))).Is(200);
        (await game.Client.PostAsync($"{game.Path}/scores/batch", """{"submissions":[{"board":"plain","external_id":"oOne","score":1}]}""".PadRight((256 * 1024) + 1))).Fails(413, "too_large");
    }

    [Fact]
    public async Task Who_may_submit_is_up_to_the_board()
    {
        using var game = await fixture.PlayAsync(
            V1Game.Plain with { Name = "client" }, V1Game.Plain with { Name = "player", Writers = Writers.Player }, V1Game.Plain with { Name = "server", Writers = Writers.Server });
        var (player, id) = await game.SignInAsync("oOne");
        foreach (var (board, takesClient, takesPlayer) in ((string, bool, bool)[])[("client", true, true), ("player", false, true), ("server", false, false)])
        {
            var path = $"{game.PathOf(board)}/scores";
            var byClient = await game.Client.PostAsync(path, """{"external_id":"oOne","score":1}""");
            _ = takesClient ? byClient.Is(200) : byClient.Fails(403, "forbidden");
            var byPlayer = await player.PostAsync(path, """{"score":1}""");
            _ = takesPlayer ? byPlayer.Is(200) : byPlayer.Fails(403, "forbidden");
            (await game.Server.PostAsync(path, $$"""{"player":"{{id}}","score":1}""")).Is(200);
            (await game.Operator.PostAsync(path, """{"external_id":"oOne","score":1}""")).Is(200);
        }
    }

    [Fact]
    public async Task A_token_speaks_for_its_own_player_only()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        var (player, id) = await game.SignInAsync("oOne");
        var (_, other) = await game.SignInAsync("oTwo");
        var path = $"{game.PathOf("plain")}/scores";
        Assert.Equal(id, (await player.PostAsync(path, """{"score":1}""")).Is(200)["player"]);
        Assert.Equal(id, (await player.PostAsync(path, $$"""{"score":1,"player":"{{id}}"}""")).Is(200)["player"]);
        Assert.Equal(id, (await player.PostAsync(path, """{"score":1,"player":"me"}""")).Is(200)["player"]);
        (await player.PostAsync(path, $$"""{"score":1,"player":"{{other}}"}""")).Fails(403, "forbidden");
        (await player.PostAsync(path, """{"score":1,"external_id":"oOne"}""")).Blames("external_id");
        (await game.Server.PostAsync(path, $$"""{"score":1,"player":"{{id}}","external_id":"oOne"}""")).Blames("player");
        (await game.Server.PostAsync(path, """{"score":1}""")).Blames("external_id");
        (await game.Server.PostAsync(path, """{"score":1,"player":"zzzzzzzzzzzzzzzz"}""")).Fails(404, "not_found");
        (await game.Server.PostAsync(path, """{"score":1,"player":"me"}""")).Blames("player");
    }

    [Fact]
    public async Task The_same_key_has_the_same_answer_and_another_score_with_it_is_refused()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        var path = $"{game.PathOf("plain")}/scores";
        var first = (await game.Client.PostAsync(path, """{"external_id":"oOne","score":5,"idempotency_key":"round-1"}""")).Is(200);
        await game.SubmitAsync("plain", "oTwo", "9");
        var again = (await game.Client.SendAsync("POST", path, """{"external_id":"oOne","score":5}""", headers: ("Idempotency-Key", "round-1"))).Is(200);
        Assert.True(again.Json.GetProperty("repeated").GetBoolean());
        Assert.Equal(first.Json.GetProperty("windows").GetRawText(), again.Json.GetProperty("windows").GetRawText());
        Assert.Equal(first["at"], again["at"]);
        (await game.Client.PostAsync(path, """{"external_id":"oOne","score":6,"idempotency_key":"round-1"}""")).Fails(409, "idempotency_conflict");
        (await game.Client.PostAsync(path, """{"external_id":"oTwo","score":6,"idempotency_key":"round-1"}""")).Is(200);
        (await game.Client.SendAsync("POST", path, """{"external_id":"oOne","score":5,"idempotency_key":"round-1"}""", headers: ("Idempotency-Key", "round-1"))).Is(200);
        (await game.Client.SendAsync("POST", path, """{"external_id":"oOne","score":5,"idempotency_key":"round-1"}""", headers: ("Idempotency-Key", "round-2"))).Blames("idempotency_key");
    }

    [Fact]
    public async Task Scores_out_of_bounds_and_sums_out_of_range_are_422()
    {
        using var game = await fixture.PlayAsync(
            V1Game.Plain with { Name = "bounded", Columns = [new ColumnDefinition { Lowest = -5, Highest = 10 }] }, V1Game.Plain with { Name = "sum", Keep = KeepRule.Sum });
        var reply = (await game.Client.PostAsync($"{game.PathOf("bounded")}/scores", """{"external_id":"oOne","score":11}""")).Fails(422, "out_of_bounds");
        Assert.Contains("-5 to 10", reply["detail"], StringComparison.Ordinal);
        (await game.Client.PostAsync($"{game.PathOf("bounded")}/scores", """{"external_id":"oOne","score":-6}""")).Fails(422, "out_of_bounds");
        await game.SubmitAsync("sum", "oOne", "9223372036854775807");
        (await game.Client.PostAsync($"{game.PathOf("sum")}/scores", """{"external_id":"oOne","score":1}""")).Fails(422, "overflow");
    }

    [Fact]
    public async Task Only_a_trusted_caller_may_name_the_window_and_only_while_it_is_open()
    {
        using var game = await fixture.PlayAsync(V1Game.Rich);
        var path = $"{game.PathOf("rich")}/scores";
        string Body(string window) => $$"""{"external_id":"oOne","score":1,"tie_breakers":{"moves":1},"window":"{{window}}"}""";
        (await game.Client.PostAsync(path, Body("daily"))).Fails(403, "forbidden");
        (await game.Server.PostAsync(path, Body("daily:2001-01-01"))).Fails(409, "window_closed");
        (await game.Server.PostAsync(path, Body("weekly"))).Fails(409, "window_closed");
    }

    [Fact]
    public async Task A_board_without_an_open_window_takes_nothing()
    {
        var season = new WindowRule { Name = "spring", Kind = WindowKind.Season, Starts = fixture.Clock.GetUtcNow().AddDays(400) };
        using var game = await fixture.PlayAsync(V1Game.Plain with { Windows = [season] });
        (await game.Client.PostAsync($"{game.PathOf("plain")}/scores", """{"external_id":"oOne","score":1}""")).Fails(409, "no_window");
    }

    [Theory]
    [InlineData("""{"replay": [1, 2.50,  "a \" b"], "note": "好😀"}""", """{"replay":[1,2.50,"a \" b"],"note":"好😀"}""")]
    [InlineData("\"\\u597d \\ud83d\\ude00\"", "\"\\u597d \\ud83d\\ude00\"")]
    [InlineData("12345678901234567890.123", "12345678901234567890.123")]
    [InlineData("false", "false")]
    [InlineData("[ ]", "[]")]
    public async Task Metadata_comes_back_as_it_was_written_but_for_white_space(string given, string kept)
    {
        using var game = await fixture.PlayAsync(V1Game.Rich);
        await game.SubmitAsync("rich", "oOne", "1", $$""","tie_breakers":{"moves":1},"metadata":{{given}}""");
        var line = (await game.Client.GetAsync(game.Standings("rich"))).Json.GetProperty("lines")[0];
        Assert.Equal(kept, line.GetProperty("metadata").GetRawText());
    }

    [Fact]
    public async Task A_board_without_metadata_takes_none()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        (await game.Client.PostAsync($"{game.PathOf("plain")}/scores", """{"external_id":"oOne","score":1,"metadata":1}""")).Blames("metadata");
        (await game.Client.PostAsync($"{game.PathOf("plain")}/scores", """{"external_id":"oOne","score":1,"metadata":null}""")).Is(200);
    }

    [Fact]
    public async Task A_batch_answers_each_submission_in_its_order()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain, V1Game.Plain with { Name = "server", Writers = Writers.Server });
        var reply = (await game.Client.PostAsync($"{game.Path}/scores/batch", """
            {"submissions":[
              {"board":"plain","external_id":"oOne","score":5},
              {"board":"none","external_id":"oOne","score":5},
              {"board":"plain","external_id":"oOne","score":"x"},
              {"board":"plain","external_id":"oOne","score":7},
              {"board":"server","external_id":"oOne","score":7},
              7,
              {"external_id":"oOne","score":7},
              {"board":"plain","external_id":"oOne","score":6},
              {"board":"plain","external_id":"oTwo","score":6,"extra":1}
            ]}
            """)).Is(200);
        var results = reply.Json.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal([200, 404, 400, 200, 403, 400, 400, 200, 400], results.Select(static result => result.GetProperty("status").GetInt32()));
        Assert.Equal(
            ["first", "not_found", "invalid", "improved", "forbidden", "invalid", "invalid", "not_better", "invalid"],
            results.Select(static result => result.TryGetProperty("submission", out var done) ? done.GetProperty("result").GetString() : result.GetProperty("problem").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Submissions_of_one_player_in_a_batch_are_decided_in_their_order()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain with { Keep = KeepRule.Latest });
        var items = string.Join(',', Enumerable.Range(1, 100).Select(static i => $$"""{"board":"plain","external_id":"o{{i % 3}}","score":{{i}}}"""));
        var reply = (await game.Client.PostAsync($"{game.Path}/scores/batch", $$"""{"submissions":[{{items}}]}""")).Is(200);
        Assert.Equal(
            Enumerable.Range(1, 100).Select(static i => i.ToString(CultureInfo.InvariantCulture)),
            reply.Json.GetProperty("results").EnumerateArray().Select(static result => result.GetProperty("submission").GetProperty("windows")[0].GetProperty("score").GetString()));
        Assert.Equal(["100", "99", "98"], (await game.Client.GetAsync(game.Standings("plain"))).Json.GetProperty("lines").EnumerateArray().Select(static line => line.GetProperty("score").GetString()));
        (await game.Client.PostAsync($"{game.Path}/scores/batch", $$"""{"submissions":[{{items}},{"board":"plain","external_id":"o","score":1}]}""")).Blames("submissions");
        (await game.Client.PostAsync($"{game.Path}/scores/batch", """{"submissions":[]}""")).Blames("submissions");
        (await game.Client.PostAsync($"{game.Path}/scores/batch", """{"submissions":{},"x":1}""")).Blames("submissions", "x");
    }

    [Fact]
    public async Task A_history_pages_through_all_submissions_of_a_player()
    {
        using var game = await fixture.PlayAsync(V1Game.Rich);
        var (player, id) = await game.SignInAsync("oOne");
        foreach (var score in (string[])["1", "3", "2"])
        {
            (await player.PostAsync($"{game.PathOf("rich")}/scores", $$"""{"score":{{score}},"tie_breakers":{"moves":4},"metadata":{"n":{{score}} } }""")).Is(200);
        }

        await game.SubmitAsync("rich", "oTwo", "9", ""","tie_breakers":{"moves":4}""");
        var path = $"{game.PathOf("rich")}/players/me/history";
        var page = (await player.GetAsync($"{path}?limit=2")).Is(200);
        var lines = page.Json.GetProperty("lines").EnumerateArray().ToList();
        Assert.Equal(["2.00", "3.00"], lines.Select(static line => line.GetProperty("score").GetString()));
        Assert.Equal(["not_better", "improved"], lines.Select(static line => line.GetProperty("result").GetString()));
        Assert.True(lines[0].GetProperty("accepted").GetBoolean());
        Assert.Equal("""{"n":2}""", lines[0].GetProperty("metadata").GetRawText());
        Assert.Equal("""{"moves":"4"}""", lines[0].GetProperty("tie_breakers").GetRawText());
        Assert.Equal("all_time", lines[1].GetProperty("windows")[0].GetProperty("window").GetString());
        var last = (await player.GetAsync($"{path}?limit=2&before={page["next"]}")).Is(200);
        Assert.Equal("1.00", Assert.Single(last.Json.GetProperty("lines").EnumerateArray()).GetProperty("score").GetString());
        Assert.Null(last["next"]);
        Assert.Equal(3, (await game.Server.GetAsync($"{game.PathOf("rich")}/players/{id}/history")).Is(200).Json.GetProperty("lines").GetArrayLength());
        (await player.GetAsync($"{path}?limit=0&before=x")).Blames("limit", "before");
        (await game.Client.GetAsync($"{game.PathOf("rich")}/players/{id}/history")).Fails(403, "forbidden");
        (await game.Server.GetAsync($"{game.PathOf("rich")}/players/0000000000000000/history")).Fails(404, "not_found");
    }

    [Fact]
    public async Task What_is_not_there_is_404()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        (await game.Client.PostAsync($"{game.PathOf("none")}/scores", "{}")).Fails(404, "not_found");
        (await game.Operator.PostAsync("/v1/games/none/boards/plain/scores", "{}")).Fails(404, "not_found");
        (await game.Operator.PostAsync("/v1/games/NONE/scores/batch", "{}")).Fails(404, "not_found");
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Jinbang.Boards.Games;
using Jinbang.Ranking;
using Jinbang.Server.Tests.Access;

namespace Jinbang.Server.Tests.Rankings;

public sealed class StandingsTests(V1Fixture fixture) : IClassFixture<V1Fixture>
{
    [Fact]
    public async Task A_page_has_the_window_the_version_and_its_lines()
    {
        using var game = await fixture.PlayAsync(V1Game.Rich);
        var (player, id) = await game.SignInAsync("oOne");
        await player.SendAsync("PATCH", $"{game.Path}/players/me", """{"nickname":"金榜😀\"<","avatar":"https://a.example/1"}""");
        var version = (await player.PostAsync($"{game.PathOf("rich")}/scores", """{"score":"12.5","tie_breakers":{"moves":3},"metadata":[1, 2]}"""))["version"];
        await game.SubmitAsync("rich", "oTwo", "92233720368547758.07", ""","tie_breakers":{"moves":-1}""");
        var page = await game.Client.GetAsync(game.Standings("rich"));
        Assert.Equal((200, "private, no-cache"), (page.Status, page.Headers.CacheControl!.ToString().Replace("no-cache, private", "private, no-cache", StringComparison.Ordinal)));
        Assert.Equal(
            """{"name":"all_time","kind":"all_time","state":"open","starts_at":null,"ends_at":null,"closes_at":null,"closed_at":null,"count":2}""",
            page.Json.GetProperty("window").GetRawText());
        Assert.True(long.Parse(page["version"]!, CultureInfo.InvariantCulture) >= long.Parse(version!, CultureInfo.InvariantCulture));
        Assert.Null(page["next"]);
        var lines = page.Json.GetProperty("lines");
        Assert.Equal("""{"moves":"-1"}""", lines[0].GetProperty("tie_breakers").GetRawText());
        Assert.False(lines[0].TryGetProperty("score_number", out _));
        Assert.Equal(
            $$"""{"rank":2,"player":"{{id}}","nickname":"金榜😀\"<","avatar":"https://a.example/1","score":"12.50","score_number":12.50,"tie_breakers":{"moves":"3"},"metadata":[1,2]}""",
            lines[1].GetRawText().Replace("\\uD83D\\uDE00", "😀", StringComparison.Ordinal));
        Assert.DoesNotContain("oOne", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_by_place_and_by_cursor_hold_everyone_once()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        await game.FillAsync("plain", 25);
        var byCursor = await PagesAsync(game.Client, game.Standings("plain"), 10);
        Assert.Equal(Enumerable.Range(1, 25).Reverse().Select(static i => i.ToString(CultureInfo.InvariantCulture)), byCursor.Select(static line => line.GetProperty("score").GetString()));
        var byPlace = (await game.Client.GetAsync(game.Standings("plain") + "?from=11&limit=10")).Json.GetProperty("lines");
        Assert.Equal(Enumerable.Range(11, 10), byPlace.EnumerateArray().Select(static line => line.GetProperty("rank").GetInt32()));
        Assert.Empty((await game.Client.GetAsync(game.Standings("plain") + "?from=2147483647")).Json.GetProperty("lines").EnumerateArray());
        Assert.Equal(25, (await game.Client.GetAsync(game.Standings("plain") + "?limit=1000")).Json.GetProperty("lines").GetArrayLength());
    }

    [Fact]
    public async Task Paging_by_cursor_neither_skips_nor_repeats_who_did_not_move_while_others_do()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain with { Keep = Boards.Submissions.KeepRule.Latest });
        await game.FillAsync("plain", 300);
        var random = new Random(5);
        using var stop = new CancellationTokenSource();
        var moving = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                // Only those of even numbers move.
                await game.SubmitAsync("plain", $"o{2 * random.Next(1, 151)}", random.Next(0, 400).ToString(CultureInfo.InvariantCulture));
            }
        });
        for (var round = 0; round < 5; round++)
        {
            var seen = (await PagesAsync(game.Client, game.Standings("plain"), 20)).Select(static line => line.GetProperty("player").GetString()).ToList();
            var odd = new List<string>();
            for (var i = 1; i < 300; i += 2)
            {
                odd.Add((await game.SignInAsync($"o{i}")).Id);
            }

            Assert.All(odd, id => Assert.Single(seen, id));
        }

        await stop.CancelAsync();
        await moving;
    }

    [Fact]
    public async Task A_cursor_of_another_window_or_board_or_a_garbled_one_is_refused()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain, V1Game.Plain with { Name = "second" });
        await game.FillAsync("plain", 3);
        await game.FillAsync("second", 3);
        var cursor = (await game.Client.GetAsync(game.Standings("plain") + "?limit=1"))["next"]!;
        Assert.Equal(200, (await game.Client.GetAsync($"{game.Standings("plain")}?cursor={cursor}")).Status);
        (await game.Client.GetAsync($"{game.Standings("second")}?cursor={cursor}")).Blames("cursor");
        (await game.Client.GetAsync($"{game.Standings("plain")}?cursor={cursor[..^1]}")).Blames("cursor");
        (await game.Client.GetAsync($"{game.Standings("plain")}?cursor={(cursor[0] == 'B' ? 'C' : 'B')}{cursor[1..]}")).Blames("cursor");
        (await game.Client.GetAsync($"{game.Standings("plain")}?cursor=%00")).Blames("cursor");
        (await game.Client.GetAsync($"{game.Standings("plain")}?cursor={cursor}&from=2")).Blames("cursor");
    }

    [Theory]
    [InlineData("?limit=0", "limit")]
    [InlineData("?limit=1001", "limit")]
    [InlineData("?from=0", "from")]
    [InlineData("?from=2147483648", "from")]
    [InlineData("?from=1.0&limit=+1x", "from", "limit")]
    [InlineData("?limit=1&limit=2", "limit")]
    [InlineData("?min_version=-1", "min_version")]
    [InlineData("?min_version=x", "min_version")]
    public async Task Wrong_parameters_are_named(string query, params string[] fields)
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        (await game.Client.GetAsync(game.Standings("plain") + query)).Blames(fields);
    }

    [Theory]
    [InlineData("weekly")]
    [InlineData("daily:2026-13-01")]
    [InlineData("daily:never")]
    [InlineData("DAILY")]
    [InlineData("a%2fb")]
    [InlineData("all_time:previous")]
    public async Task A_window_that_is_not_there_is_404(string window)
    {
        using var game = await fixture.PlayAsync(V1Game.Rich);
        foreach (var path in (string[])["", "/standings", "/standings?from=1&limit=7", "/standings/range", "/what-if?rank=1"])
        {
            (await game.Client.GetAsync($"{game.PathOf("rich")}/windows/{window}{path}")).Fails(404, "not_found");
        }
    }

    [Fact]
    public async Task A_day_that_nobody_played_yet_is_empty()
    {
        using var game = await fixture.PlayAsync(V1Game.Rich);
        var page = await game.Client.GetAsync(game.Standings("rich", "daily"));
        Assert.Equal(200, page.Status);
        Assert.Equal(("empty", 0), (page.Json.GetProperty("window").GetProperty("state").GetString(), page.Json.GetProperty("lines").GetArrayLength()));
        Assert.Equal($"daily:{fixture.Clock.GetUtcNow():yyyy-MM-dd}", page.Json.GetProperty("window").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Nothing_changed_is_304_and_any_change_is_not()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        var (player, id) = await game.SignInAsync("oOne");
        await game.FillAsync("plain", 150);
        await player.PostAsync($"{game.PathOf("plain")}/scores", """{"score":0}""");
        foreach (var path in (string[])
        [
            game.Standings("plain"), game.Standings("plain") + "?from=140&limit=20", game.Standings("plain") + $"/around/{id}", game.Standings("plain") + $"/players/{id}",
            game.Standings("plain") + "/range", $"{game.PathOf("plain")}/windows", $"{game.PathOf("plain")}/windows/all_time", $"{game.PathOf("plain")}/windows/all_time/what-if?rank=3",
        ])
        {
            var first = await game.Client.GetAsync(path);
            Assert.Equal(200, first.Status);
            var tag = first.Headers.ETag!.ToString();
            foreach (var known in (string[])[tag, $"W/{tag}", $"\"x\", {tag}", "*"])
            {
                var same = await game.Client.SendAsync("GET", path, headers: ("If-None-Match", known));
                Assert.Equal((304, "", tag), (same.Status, same.Text, same.Headers.ETag!.ToString()));
            }

            Assert.Equal(200, (await game.Client.SendAsync("GET", path, headers: ("If-None-Match", "\"x\""))).Status);
        }

        // A profile far below the head counts too, though the board's version does not tell.
        var low = game.Standings("plain") + "?from=140&limit=20";
        var before = await game.Client.GetAsync(low);
        await player.SendAsync("PATCH", $"{game.Path}/players/me", """{"nickname":"new"}""");
        var after = await game.Client.SendAsync("GET", low, headers: ("If-None-Match", before.Headers.ETag!.ToString()));
        Assert.Equal(200, after.Status);
        Assert.Contains("\"nickname\":\"new\"", after.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_page_shows_every_change_at_once()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        var (player, id) = await game.SignInAsync("oOne");
        for (var i = 1; i <= 20; i++)
        {
            await player.PostAsync($"{game.PathOf("plain")}/scores", $$"""{"score":{{i}}}""");
            Assert.Equal(i.ToString(CultureInfo.InvariantCulture), await FirstAsync("score"));
            await player.SendAsync("PATCH", $"{game.Path}/players/me", $$"""{"nickname":"n{{i}}"}""");
            Assert.Equal($"n{i}", await FirstAsync("nickname"));
        }

        await player.DeleteAsync($"{game.Path}/players/me/profile");
        Assert.Null(await FirstAsync("nickname"));
        (await game.Operator.PutAsync(game.PathOf("plain"), """{"title":"renamed","ledger":true}""")).Is(200);
        Assert.Equal("20", await FirstAsync("score"));
        Assert.Equal(id, await FirstAsync("player"));
        (await player.DeleteAsync($"{game.Path}/players/me")).Is(204);
        Assert.Empty((await game.Client.GetAsync(game.Standings("plain"))).Json.GetProperty("lines").EnumerateArray());

        async Task<string?> FirstAsync(string field) => (await game.Client.GetAsync(game.Standings("plain"))).Json.GetProperty("lines")[0].GetProperty(field).GetString();
    }

    [Fact]
    public async Task A_board_that_was_made_again_shows_nothing_of_the_old_one()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        await game.SubmitAsync("plain", "oOne", "1");
        Assert.Single((await game.Client.GetAsync(game.Standings("plain"))).Json.GetProperty("lines").EnumerateArray());
        (await game.Operator.DeleteAsync($"{game.PathOf("plain")}?confirm=plain")).Is(204);
        (await game.Client.GetAsync(game.Standings("plain"))).Fails(404, "not_found");
        (await game.Operator.PutAsync(game.PathOf("plain"), "{}")).Is(201);
        Assert.Empty((await game.Client.GetAsync(game.Standings("plain"))).Json.GetProperty("lines").EnumerateArray());
    }

    [Fact]
    public async Task A_version_is_waited_for_and_one_that_does_not_come_is_503()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        var version = long.Parse((await game.SubmitAsync("plain", "oOne", "1"))["version"]!, CultureInfo.InvariantCulture);
        Assert.Equal(200, (await game.Client.GetAsync($"{game.Standings("plain")}?min_version={version}")).Status);
        var waiting = game.Client.GetAsync($"{game.Standings("plain")}?min_version={version + 1}");
        await game.SubmitAsync("plain", "oOne", "2");
        Assert.Equal("2", (await waiting).Json.GetProperty("lines")[0].GetProperty("score").GetString());
        foreach (var path in (string[])["/windows", "/windows/all_time", "/windows/all_time/standings", "/windows/all_time/standings/range", "/windows/all_time/what-if?rank=1"])
        {
            var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            var late = game.Client.GetAsync($"{game.PathOf("plain")}{path}{separator}min_version={long.MaxValue}");
            while (!late.IsCompleted)
            {
                fixture.Clock.Pass(TimeSpan.FromMilliseconds(500));
                await Task.Yield();
                await Task.WhenAny(late, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System));
            }

            Assert.NotNull((await late).Fails(503, "version_not_reached").Headers.RetryAfter);
        }
    }

    [Fact]
    public async Task The_lines_around_a_player_and_his_own()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        await game.FillAsync("plain", 30);
        var (player, id) = await game.SignInAsync("o15");
        var around = await player.GetAsync(game.Standings("plain") + "/around/me?limit=5");
        Assert.Equal(["17", "16", "15", "14", "13"], ScoresOf(around));
        Assert.Equal(21, ScoresOf(await game.Client.GetAsync($"{game.Standings("plain")}/around/{id}")).Count);
        var (_, first) = await game.SignInAsync("o30");
        Assert.Equal(["30", "29", "28"], ScoresOf(await game.Client.GetAsync($"{game.Standings("plain")}/around/{first}?limit=3")));
        var line = await player.GetAsync(game.Standings("plain") + "/players/me");
        Assert.Equal((16, id), (line.Json.GetProperty("line").GetProperty("rank").GetInt32(), line.Json.GetProperty("line").GetProperty("player").GetString()));
        var (newcomer, other) = await game.SignInAsync("oNew");
        foreach (var kind in (string[])["around", "players"])
        {
            (await newcomer.GetAsync($"{game.Standings("plain")}/{kind}/me")).Fails(404, "not_found");
            (await game.Client.GetAsync($"{game.Standings("plain")}/{kind}/{other}")).Fails(404, "not_found");
            (await game.Client.GetAsync($"{game.Standings("plain")}/{kind}/o15")).Fails(404, "not_found");
            (await game.Client.GetAsync($"{game.Standings("plain")}/{kind}/me")).Blames("player");
        }

        (await player.GetAsync(game.Standings("plain") + "/around/me?limit=1001")).Blames("limit");
    }

    [Theory]
    [InlineData(TieRule.EarlierFirst, new[] { 1, 2, 3, 4 }, new[] { 2, 3, 4, 5 })]
    [InlineData(TieRule.EqualPlace, new[] { 1, 2, 2, 4 }, new[] { 2, 3, 3, 5 })]
    [InlineData(TieRule.EqualPlaceDense, new[] { 1, 2, 2, 3 }, new[] { 2, 3, 3, 4 })]
    public async Task Friends_are_ranked_among_all_and_among_themselves_by_the_boards_rule(TieRule ties, int[] among, int[] ranks)
    {
        using var game = await fixture.PlayAsync(V1Game.Plain with { Ties = ties });
        foreach (var (name, score) in ((string, string)[])[("oBest", "99"), ("oA", "50"), ("oB", "40"), ("oC", "40"), ("oD", "30")])
        {
            await game.SubmitAsync("plain", name, score);
        }

        var ids = new ConcurrentDictionary<string, string>();
        foreach (var name in (string[])["oA", "oB", "oC", "oNone"])
        {
            ids[name] = (await game.SignInAsync(name)).Id;
        }

        var (me, _) = await game.SignInAsync("oD");
        var body = $$"""{"players":["me","{{ids["oC"]}}","{{ids["oB"]}}","{{ids["oA"]}}","{{ids["oA"]}}","{{ids["oNone"]}}","0000000000000000"]}""";
        var reply = await me.PostAsync(game.Standings("plain") + "/players", body);
        Assert.Equal(["50", "40", "40", "30"], ScoresOf(reply));
        Assert.Equal(among, reply.Json.GetProperty("lines").EnumerateArray().Select(static line => line.GetProperty("rank_among").GetInt32()));
        Assert.Equal(ranks, reply.Json.GetProperty("lines").EnumerateArray().Select(static line => line.GetProperty("rank").GetInt32()));
    }

    [Fact]
    public async Task A_list_of_friends_has_its_limits()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        var path = game.Standings("plain") + "/players";
        string Body(int count) => $$"""{"players":[{{string.Join(',', Enumerable.Repeat("\"0000000000000000\"", count))}}]}""";
        Assert.Equal(0, (await game.Client.PostAsync(path, Body(200))).Is(200).Json.GetProperty("lines").GetArrayLength());
        (await game.Client.PostAsync(path, Body(201))).Blames("players");
        (await game.Client.PostAsync(path, Body(0))).Blames("players");
        (await game.Client.PostAsync(path, """{"players":"me"}""")).Blames("players");
        (await game.Client.PostAsync(path, """{"players":["me","x",7,null],"y":1}""")).Blames("players[0]", "players[1]", "players[2]", "players[3]", "y");
        (await game.Client.SendAsync("POST", path, Body(1), "text/plain")).Fails(415, "unsupported_media_type");
    }

    [Fact]
    public async Task A_range_of_scores_includes_both_ends()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain, V1Game.Rich, V1Game.Plain with { Name = "time", Columns = [new ColumnDefinition { Order = ScoreOrder.LowerIsBetter }] });
        await game.FillAsync("plain", 20);
        await game.FillAsync("time", 20);
        Assert.Equal(["12", "11", "10"], ScoresOf(await game.Client.GetAsync(game.Standings("plain") + "/range?best=12&worst=10")));
        Assert.Equal(["11"], ScoresOf(await game.Client.GetAsync(game.Standings("plain") + "/range?best=12&worst=10&skip=1&limit=1")));
        Assert.Equal(["20", "19"], ScoresOf(await game.Client.GetAsync(game.Standings("plain") + "/range?worst=19")));
        Assert.Equal(20, ScoresOf(await game.Client.GetAsync(game.Standings("plain") + "/range")).Count);
        Assert.Equal(["10", "11", "12"], ScoresOf(await game.Client.GetAsync(game.Standings("time") + "/range?best=10&worst=12")));
        (await game.Client.GetAsync(game.Standings("plain") + "/range?best=10&worst=12")).Blames("worst");
        (await game.Client.GetAsync(game.Standings("plain") + "/range?best=x&skip=-1&limit=1001")).Blames("best", "skip", "limit");
        await game.SubmitAsync("rich", "oOne", "5", ""","tie_breakers":{"moves":7}""");
        await game.SubmitAsync("rich", "oTwo", "5", ""","tie_breakers":{"moves":-7}""");
        Assert.Equal(["5.00", "5.00"], ScoresOf(await game.Client.GetAsync(game.Standings("rich") + "/range?best=5&worst=5")));
    }

    [Fact]
    public async Task HEAD_is_GET_without_the_body()
    {
        using var game = await fixture.PlayAsync(V1Game.Plain);
        await game.FillAsync("plain", 3);
        var get = await game.Client.GetAsync(game.Standings("plain"));
        var head = await game.Client.SendAsync("HEAD", game.Standings("plain"));
        Assert.Equal((200, "", get.ContentHeaders.ContentLength, get.Headers.ETag), (head.Status, head.Text, head.ContentHeaders.ContentLength, head.Headers.ETag));
    }

    private static List<string?> ScoresOf(V1Reply reply)
    {
        Assert.True(reply.Status == 200, reply.Text);
        return [.. reply.Json.GetProperty("lines").EnumerateArray().Select(static line => line.GetProperty("score").GetString())];
    }

    private static async Task<List<JsonElement>> PagesAsync(V1Client client, string path, int limit)
    {
        var lines = new List<JsonElement>();
        for (var next = ""; next is not null;)
        {
            var page = await client.GetAsync($"{path}?limit={limit}&cursor={next}");
            Assert.True(page.Status == 200, page.Text);
            lines.AddRange(page.Json.GetProperty("lines").EnumerateArray());
            next = page["next"];
        }

        return lines;
    }
}

using System.Text.RegularExpressions;
using Jinbang.Server.Operating;
using Jinbang.Server.Tests.Access;
using Jinbang.Server.Tests.Classic;

namespace Jinbang.Server.Tests.Pages;

public sealed class PagesTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string Html = "text/html; charset=utf-8";
    private const string Css = "text/css; charset=utf-8";
    private const string Js = "text/javascript; charset=utf-8";

    [Theory]
    [InlineData("/", Html)]
    [InlineData($"/play/{ServerFixture.DocumentGame}", Html)]
    [InlineData("/play/BOUNDED", Html)]
    [InlineData("/play/assets/play.css", Css)]
    [InlineData("/play/assets/play.js", Js)]
    [InlineData("/play/assets/pinball.js", Js)]
    [InlineData("/play/assets/stage.js", Js)]
    [InlineData("/play/assets/view.js", Js)]
    [InlineData("/play/assets/ticker.js", Js)]
    [InlineData("/play/assets/player.js", Js)]
    [InlineData("/play/assets/strings.js", Js)]
    [InlineData("/play/assets/sound.js", Js)]
    [InlineData("/boards.css", Css)]
    [InlineData("/boards/board.js", Js)]
    [InlineData("/boards/lines.js", Js)]
    [InlineData("/boards/screen.js", Js)]
    [InlineData("/sdk/jinbang.js", Js)]
    public async Task A_page_comes_with_its_type_its_tag_and_its_guards(string path, string contentType)
    {
        var reply = await fixture.Server.AskAsync(RawRequest.Get(path));
        Assert.Equal(200, reply.Status);
        Assert.NotEmpty(reply.Body);
        Assert.Equal(contentType, reply.Header("Content-Type"));
        Assert.Equal("nosniff", reply.Header("X-Content-Type-Options"));
        Assert.Equal("no-referrer", reply.Header("Referrer-Policy"));
        Assert.Equal("no-cache", reply.Header("Cache-Control"));
        Assert.Null(reply.Header("Set-Cookie"));
        Assert.Matches("^\"[0-9a-f]{24}\"$", reply.Header("ETag"));
        var policy = reply.Header("Content-Security-Policy")!.Split("; ");
        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("script-src 'self'", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.DoesNotContain("unsafe", reply.Header("Content-Security-Policy")!, StringComparison.Ordinal);

        var head = await fixture.Server.AskAsync(RawRequest.WithoutBody("HEAD", path));
        Assert.Equal(reply.Lines, head.Lines);
    }

    [Fact]
    public async Task Games_on_other_hosts_may_load_the_client()
    {
        var reply = await fixture.Server.AskAsync(RawRequest.Get("/sdk/jinbang.js", "Origin: https://elsewhere.example"));
        Assert.Equal("*", reply.Header("Access-Control-Allow-Origin"));
        Assert.Equal("cross-origin", reply.Header("Cross-Origin-Resource-Policy"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData($"/play/{ServerFixture.DocumentGame}")]
    [InlineData("/play/assets/play.js")]
    public async Task Who_has_the_page_is_told_that_it_has_not_changed(string path)
    {
        var tag = (await fixture.Server.AskAsync(RawRequest.Get(path))).Header("ETag")!;
        foreach (var known in (string[])[tag, $"W/{tag}", $"\"older\", {tag}", "*"])
        {
            var reply = await fixture.Server.AskAsync(RawRequest.Get(path, $"If-None-Match: {known}"));
            Assert.True(reply.Status == 304, $"{known}: HTTP {reply.Status}");
            Assert.Equal(tag, reply.Header("ETag"));
        }

        Assert.Equal(200, (await fixture.Server.AskAsync(RawRequest.Get(path, "If-None-Match: \"older\""))).Status);
    }

    [Theory]
    [InlineData("/play/nobody")]
    [InlineData("/play/nobody/more")]
    [InlineData("/play/not_a_game")]
    [InlineData("/play/%3Cscript%3E")]
    public async Task Without_such_a_game_there_is_no_page(string path) => Contract.Fails(404, await fixture.Server.AskAsync(RawRequest.Get(path)));

    [Fact]
    public async Task The_home_page_lists_the_games_as_text()
    {
        await using var server = await TestServer.StartAsync(new Dictionary<string, string?> { ["Games:marked-up:Name"] = "<b>Pin</b> & \"ball\"", ["Games:other:Name"] = "Other" });
        var html = (await server.AskAsync(RawRequest.Get("/"))).Text;
        Assert.Contains("&lt;b&gt;Pin&lt;/b&gt; &amp; &quot;ball&quot;", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/play/marked-up\"", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/play/other\"", html, StringComparison.Ordinal);

        // None of them is the default.
        Contract.Fails(404, await server.AskAsync(RawRequest.Get("/play")));
        Contract.Fails(404, await server.AskAsync(RawRequest.Get("/api/tpinball_score")));
    }

    [Fact]
    public async Task With_a_default_game_play_leads_to_it()
    {
        await using var server = await TestServer.StartAsync();
        var reply = await server.AskAsync(RawRequest.Get("/play"));
        Assert.Equal((302, $"/play/{ServerFixture.DocumentGame}"), (reply.Status, reply.Header("Location")));
    }

    [Fact]
    public async Task The_page_holds_a_client_key_of_its_game_that_outlives_a_restart_and_fits_no_other_game()
    {
        var settings = new Dictionary<string, string?> { ["Games:one:Name"] = "One", ["Games:two:Name"] = "Two" };
        var server = await TestServer.StartAsync(settings);
        var key = await KeyAsync(server, "one");
        Assert.StartsWith("jbc_", key, StringComparison.Ordinal);
        Assert.NotEqual(key, await KeyAsync(server, "two"));
        Assert.Equal(200, await GuestAsync(server, "one", key));
        Assert.Equal(403, await GuestAsync(server, "two", key));

        // It is no more than any client key.
        Assert.Equal(403, (await server.AskAsync(RawRequest.Get("/v1/games/one/keys", $"Authorization: Bearer {key}"))).Status);

        server = await TestServer.StartAsync(settings, folder: await server.LeaveAsync());
        Assert.Equal(key, await KeyAsync(server, "one"));

        await using var without = await TestServer.StartAsync(new Dictionary<string, string?>(settings) { ["Pages:Play"] = "false" }, folder: await server.LeaveAsync());
        Contract.Fails(404, await without.AskAsync(RawRequest.Get("/play/one")));
        Assert.Equal(401, await GuestAsync(without, "one", key));
        Assert.DoesNotContain("/play/", (await without.AskAsync(RawRequest.Get("/"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_a_page_ends_with_its_game()
    {
        await using var server = await TestServer.StartAsync(new Dictionary<string, string?> { ["Games:one:Name"] = "One", ["Games:two:Name"] = "Two" });
        var key = await KeyAsync(server, "one");
        using var client = V1Client.Operator(server);
        (await client.DeleteAsync("/v1/games/one?confirm=one")).Is(204);
        Assert.Equal(401, await GuestAsync(server, "one", key));
        Contract.Fails(404, await server.AskAsync(RawRequest.Get("/play/one")));
        var home = (await server.AskAsync(RawRequest.Get("/"))).Text;
        Assert.DoesNotContain("/play/one", home, StringComparison.Ordinal);
        Assert.Contains("/play/two", home, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_code_on_the_screen_leads_to_where_visitors_reach_the_server()
    {
        await using var server = await TestServer.StartAsync(new Dictionary<string, string?> { ["Games:one:Name"] = "One", ["Pages:Url"] = "https://scores.example" });
        Assert.Contains("aria-label=\"https://scores.example/play/one\"", (await server.AskAsync(RawRequest.Get("/screen/one/main"))).Text, StringComparison.Ordinal);
        await using var other = await TestServer.StartAsync(new Dictionary<string, string?> { ["Games:one:Name"] = "One", ["Pages:Play"] = "false" });
        Assert.DoesNotContain("<svg", (await other.AskAsync(RawRequest.Get("/screen/one/main"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_game_that_is_played_elsewhere_is_linked_there()
    {
        await using var server = await TestServer.StartAsync(new Dictionary<string, string?> { ["Games:one:Name"] = "One", ["Pages:GameUrls:ONE"] = "https://games.example/one?from=board" });
        foreach (var path in (string[])["/", "/boards/one/main", "/screen/one/main"])
        {
            Assert.Contains("https://games.example/one?from=board", (await server.AskAsync(RawRequest.Get(path))).Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Pages:Play", "maybe", "Pages:Play is 'maybe'")]
    [InlineData("Pages:GameUrls:one", "javascript:alert(1)", "Pages:GameUrls:one is 'javascript:alert(1)'")]
    [InlineData("Pages:GameUrls:one", "/play", "Pages:GameUrls:one is '/play'")]
    [InlineData("Pages:GameUrls:no_game", "https://games.example", "'no_game' is no game id")]
    [InlineData("Pages:Else", "1", "Pages:Else")]
    public async Task Wrong_settings_stop_the_start_and_say_why(string key, string value, string says)
    {
        var fault = await Assert.ThrowsAsync<SettingsException>(() => TestServer.StartAsync(new Dictionary<string, string?> { [key] = value }));
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
    }

    private static async Task<string> KeyAsync(TestServer server, string game) =>
        Regex.Match((await server.AskAsync(RawRequest.Get($"/play/{game}"))).Text, "name=\"jinbang\" content=\"([^\"]+)\"").Groups[1].Value;

    private static async Task<int> GuestAsync(TestServer server, string game, string key) =>
        (await server.AskAsync(RawRequest.Post($"/v1/games/{game}/players/guest", RawRequest.Json, RawRequest.Of("{}"), $"Authorization: Bearer {key}"))).Status;
}

using Jinbang.Server.Tests.Classic;

namespace Jinbang.Server.Tests.Pages;

public sealed class PagesTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string Html = "text/html; charset=utf-8";
    private const string Css = "text/css; charset=utf-8";
    private const string Js = "text/javascript; charset=utf-8";

    [Theory]
    [InlineData("/", Html)]
    [InlineData("/home.css", Css)]
    [InlineData($"/play/{ServerFixture.DocumentGame}", Html)]
    [InlineData("/play/BOUNDED", Html)]
    [InlineData("/play/assets/play.css", Css)]
    [InlineData("/play/assets/play.js", Js)]
    [InlineData("/play/assets/classic.js", Js)]
    [InlineData("/play/assets/pinball.js", Js)]
    [InlineData("/play/assets/stage.js", Js)]
    [InlineData("/play/assets/list.js", Js)]
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
        Assert.DoesNotContain("{{", html, StringComparison.Ordinal);

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
}

using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Jinbang.Server.Pages;
using Jinbang.Server.Tests.Access;
using Microsoft.Playwright;

namespace Jinbang.Server.Tests.Pages;

/// <summary>The pages that anybody may look at, in a real browser: a board, its embeddable version, the big screen.</summary>
public sealed class PublicPageTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";
    private const string Game = "harvest";
    private const string MarkedUp = "<img src=x onerror=alert(1)>";
    private const string WeChat =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/zh_CN";

    private static readonly string[] Names = ["小明", "月光下的猫", "Ann", "A Rather Long Nickname That Does Not Fit", "李雷", "🎉彩虹", MarkedUp, "Zoë", "一只会飞的鱼在天上慢慢地游", "Kim"];

    private readonly List<string> complaints = [];
    private TestServer? server;
    private V1Client? client;
    private IPlaywright? playwright;
    private IBrowser? browser;
    private string pictures = "";

    public async ValueTask InitializeAsync()
    {
        Assert.True(File.Exists(Chromium), $"{Chromium} is missing: these tests need it.");
        pictures = Directory.CreateTempSubdirectory("jinbang-pictures-").FullName;
        output.WriteLine($"Pictures in {pictures}");
        server = await TestServer.StartAsync(new Dictionary<string, string?> { ["Pages:Boards:0"] = $"{Game}/main", ["Pages:EmbedHosts:0"] = "https://campaign.example", ["Pages:GameUrls:harvest"] = "https://lantern.example/run" });
        client = V1Client.Operator(server);
        (await client.PutAsync($"/v1/games/{Game}", """{"name":"Harvest"}""")).Is(201);
        (await client.PutAsync($"/v1/games/{Game}/boards/main", $$"""{"title":"中秋灯笼快跑","windows":[{"kind":"all_time"},{"kind":"daily","zone":"Asia/Shanghai"},{"name":"cup","kind":"season","starts_at":"2026-01-01T00:00:00Z","ends_at":"{{TimeProvider.System.GetUtcNow().AddHours(3):O}}"}]}""")).Is(201);
        (await client.PutAsync($"/v1/games/{Game}/boards/hidden", "{}")).Is(201);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
        client?.Dispose();
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Every_page_fits_every_screen_in_both_languages_and_axe_finds_nothing_serious()
    {
        await FillAsync(130);
        foreach (var (width, height) in ((int, int)[])[(375, 667), (1280, 800), (1920, 1080), (3840, 2160)])
        {
            foreach (var language in (string[])["zh", "en"])
            {
                foreach (var path in (string[])["/", $"/boards/{Game}/main", $"/boards/{Game}/main?window=daily&from=101", $"/embed/{Game}/main", $"/screen/{Game}/main?window=cup", "/boards/nowhere/main"])
                {
                    await using var context = await ContextAsync(new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = width == 1280 ? ColorScheme.Dark : ColorScheme.Light });
                    var page = await OpenAsync(context, $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}lang={language}");
                    Assert.Equal(language == "zh" ? "zh-CN" : "en", await page.EvaluateAsync<string>("document.documentElement.lang"));
                    Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"), $"{path} is wider than {width}.");
                    await page.ScreenshotAsync(new() { Path = Path.Combine(pictures, $"{width}-{language}-{(path == "/" ? "home" : path.Split('/')[1])}.png") });
                    if (width == 375)
                    {
                        await Axe.AssertAccessibleAsync(page, $"{path} {language}");
                    }
                }
            }
        }

        Assert.All(complaints, static complaint => Assert.Contains("404", complaint, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_score_is_seen_on_the_board_and_on_the_big_screen_within_a_moment()
    {
        await FillAsync(30);
        await using var context = await ContextAsync(new() { ViewportSize = new() { Width = 1920, Height = 1080 } });
        var (board, screen) = (await OpenAsync(context, $"/boards/{Game}/main"), await OpenAsync(context, $"/screen/{Game}/main?window=cup"));
        await board.Locator("#status", new() { HasText = "实时更新" }).WaitForAsync();
        await screen.Locator("#status", new() { HasText = "实时更新" }).WaitForAsync();
        var began = TimeProvider.System.GetTimestamp();
        await SubmitAsync("newcomer", 9_999_999, "新人");
        await Task.WhenAll(FirstIsAsync(board, "新人"), FirstIsAsync(screen, "新人"));
        output.WriteLine($"Seen after {TimeProvider.System.GetElapsedTime(began).TotalMilliseconds:0} ms.");
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(3));
        Assert.Equal("9,999,999", await board.Locator("#lines tr").First.Locator(".score").TextContentAsync());
        Assert.Equal(20, await screen.Locator("#lines tr").CountAsync());
        Assert.Matches(@"^\d\d:\d\d:\d\d$", await screen.Locator("#countdown").TextContentAsync());
        Assert.Equal("https://lantern.example/run", await screen.Locator(".code svg").GetAttributeAsync("aria-label"));
        Assert.Empty(complaints);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task In_WeChat_and_without_event_streams_changes_are_seen_too(bool hasStreams)
    {
        await FillAsync(3);
        await using var context = await ContextAsync(new() { UserAgent = WeChat, ViewportSize = new() { Width = 375, Height = 667 }, HasTouch = true, IsMobile = true });
        if (!hasStreams)
        {
            await context.AddInitScriptAsync("delete window.EventSource");
        }

        var page = await OpenAsync(context, $"/boards/{Game}/main");
        await page.Locator("#status", new() { HasText = "实时更新" }).WaitForAsync();
        await SubmitAsync("newcomer", 9_999_999, "新人");
        await FirstIsAsync(page, "新人");
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task A_big_screen_does_not_grow_however_much_changes()
    {
        await FillAsync(40);
        await using var context = await ContextAsync(new() { ViewportSize = new() { Width = 1920, Height = 1080 } });
        var page = await OpenAsync(context, $"/screen/{Game}/main?window=cup");
        await page.Locator("#status", new() { HasText = "实时更新" }).WaitForAsync();

        // As the stream would, 2,000 times: everybody moves, people come and go.
        const string Shuffle = """
            async (rounds) => {
              const { show } = await import('/boards/lines.js');
              const body = document.getElementById('lines');
              for (let round = 0; round < rounds; round++) {
                show(body, Array.from({ length: 20 }, (_, i) => ({ rank: i + 1, player: 'p' + ((i * 7 + round * 3) % 61), nickname: 'n' + round, score: String(1e6 - i) })));
                if (round % 50 === 0) await new Promise(requestAnimationFrame);
              }
              // What was begun ends.
              await new Promise((done) => setTimeout(done, 3000));
              return document.getElementsByTagName('*').length;
            }
            """;
        var session = await context.NewCDPSessionAsync(page);
        var nodes = await page.EvaluateAsync<int>(Shuffle, 300);
        var before = await HeapAsync(session);
        Assert.Equal(nodes, await page.EvaluateAsync<int>(Shuffle, 1_700));
        var after = await HeapAsync(session);
        output.WriteLine($"{before:N0} bytes, then {after:N0}");
        Assert.True(after < before + 1_000_000, $"The heap grew from {before:N0} to {after:N0} bytes.");
    }

    [Fact]
    public async Task A_board_is_whole_without_a_script_and_names_are_text()
    {
        await FillAsync(130);
        var html = await GetAsync($"/boards/{Game}/main?lang=en");
        Assert.Equal(100, html.Split("<tr data-player=").Length - 1);
        Assert.Contains("&lt;img src=x onerror=alert(1)&gt;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.Contains("rel=\"next\"", html, StringComparison.Ordinal);
        var next = await GetAsync($"/boards/{Game}/main?from=101&lang=en");
        Assert.Equal(30, next.Split("<tr data-player=").Length - 1);
        Assert.DoesNotContain("<script", next, StringComparison.Ordinal);
        Assert.Contains("rel=\"prev\"", next, StringComparison.Ordinal);

        var player = html.Split("<tr data-player=\"")[2][..16];
        Assert.Contains("<span>My place</span> <strong>2</strong>", await GetAsync($"/boards/{Game}/main?player={player}&lang=en"), StringComparison.Ordinal);
        Assert.Contains("You are not on this board yet.", await GetAsync($"/boards/{Game}/main?player=0000000000000000&lang=en"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_window_stays_readable_among_the_past_ones()
    {
        await FillAsync(3);
        (await client!.PostAsync($"/v1/games/{Game}/boards/main/windows/cup/close")).Is(204);
        var html = await GetAsync($"/boards/{Game}/main?window=cup&lang=en");
        Assert.Contains(">final<", html, StringComparison.Ordinal);
        Assert.DoesNotContain("data-live=\"/boards", html, StringComparison.Ordinal);
        Assert.Contains("window=cup", (await GetAsync($"/boards/{Game}/main?lang=en")).Split("class=\"past\"")[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_listed_hosts_may_show_the_embeddable_page_in_a_frame()
    {
        Assert.EndsWith("frame-ancestors https://campaign.example", await PolicyAsync($"/embed/{Game}/main"), StringComparison.Ordinal);
        Assert.EndsWith("frame-ancestors 'none'", await PolicyAsync($"/boards/{Game}/main"), StringComparison.Ordinal);
        Assert.EndsWith("frame-ancestors 'none'", await PolicyAsync($"/screen/{Game}/main"), StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", await PolicyAsync($"/embed/{Game}/main"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/boards/nowhere/main")]
    [InlineData("/boards/harvest/nothing")]
    [InlineData("/boards/harvest/hidden")]
    [InlineData("/boards/harvest/main?window=weekly")]
    [InlineData("/embed/harvest/hidden")]
    [InlineData("/screen/harvest/hidden")]
    public async Task What_is_not_there_or_not_public_is_said_in_the_visitors_language(string path)
    {
        foreach (var (language, words) in ((string, string)[])[("zh-CN", "没有这个榜单"), ("en-GB", "There is no such board"), ("fr", "There is no such board"), ("", "没有这个榜单")])
        {
            var reply = await server!.AskAsync(RawRequest.Get(path, $"Accept-Language: {language}"));
            Assert.Equal(404, reply.Status);
            Assert.Contains(words, System.Net.WebUtility.HtmlDecode(Encoding.UTF8.GetString(reply.Body)), StringComparison.Ordinal);
        }

        Assert.Equal(404, (await server!.AskAsync(RawRequest.Get("/boards/harvest/hidden/live?window=all_time"))).Status);
        Assert.Equal(404, (await server!.AskAsync(RawRequest.Get("/boards/harvest/hidden/lines?window=all_time"))).Status);
    }

    [Fact]
    public async Task Who_has_the_page_is_told_so_until_somebody_scores()
    {
        await FillAsync(2);
        foreach (var path in (string[])[$"/boards/{Game}/main", $"/boards/{Game}/main/lines?window=all_time&top=10"])
        {
            var reply = await server!.AskAsync(RawRequest.Get(path));
            var known = RawRequest.Get(path, $"If-None-Match: {reply.Header("ETag")}");
            Assert.Equal(304, (await server.AskAsync(known)).Status);
            await SubmitAsync($"newcomer {path.Length}", 9_999_999, "新人");
            Assert.Equal(200, (await server.AskAsync(known)).Status);
        }

        Assert.Empty((await server!.AskAsync(RawRequest.WithoutBody("HEAD", $"/boards/{Game}/main"))).Body);
    }

    [Fact]
    public async Task The_first_load_of_a_full_board_is_at_most_60_KB()
    {
        await FillAsync(130);
        var bytes = 0;
        foreach (var path in (string[])[$"/boards/{Game}/main", "/boards.css", "/boards/board.js", "/boards/lines.js"])
        {
            bytes += (await server!.AskAsync(RawRequest.Get(path))).Body.Length;
        }

        output.WriteLine($"{bytes:N0} bytes");
        Assert.True(bytes <= 60 * 1024, $"{bytes:N0} bytes");
    }

    [Fact]
    public void Every_text_exists_in_both_languages_with_the_same_holes()
    {
        foreach (var (chinese, english) in PageTexts.Chinese.All.Zip(PageTexts.English.All))
        {
            Assert.False(string.IsNullOrWhiteSpace(chinese.Value) || string.IsNullOrWhiteSpace(english.Value), chinese.Key);
            Assert.Equal(chinese.Value.Contains("{0}", StringComparison.Ordinal), english.Value.Contains("{0}", StringComparison.Ordinal));
            Assert.True(chinese.Key == nameof(PageTexts.Other) || !english.Value.Any(static letter => letter is >= '\u3000' and <= '\u9fff'), english.Key);
        }
    }

    [Fact]
    public void Every_text_is_said_somewhere()
    {
        var pages = string.Concat(Directory.EnumerateFiles(PagesPath()).Where(static file => Path.GetFileName(file) != "PageTexts.cs").Select(File.ReadAllText));
        Assert.All(PageTexts.English.All, text => Assert.Matches($@"(?i:texts)\.{text.Key}\b", pages));
    }

    private static Task FirstIsAsync(IPage page, string name) => page.Locator("#lines tr:first-child .name", new() { HasText = name }).WaitForAsync(new() { Timeout = 10_000 });

    private async Task FillAsync(int players)
    {
        for (var player = 0; player < players; player++)
        {
            await SubmitAsync($"player {player}", 1_000_000 - (player / 2 * 1_234), player % 9 == 8 ? null : $"{Names[player % Names.Length]}{(player < Names.Length ? "" : player.ToString(CultureInfo.InvariantCulture))}");
        }
    }

    private async Task SubmitAsync(string player, long score, string? nickname)
    {
        var reply = (await client!.PostAsync($"/v1/games/{Game}/boards/main/scores", JsonSerializer.Serialize(new { external_id = player, score }))).Is(200);
        if (nickname is not null)
        {
            (await client.SendAsync("PATCH", $"/v1/games/{Game}/players/{reply["player"]}", JsonSerializer.Serialize(new { nickname }))).Is(200);
        }
    }

    private async Task<IBrowserContext> ContextAsync(BrowserNewContextOptions options)
    {
        options.Locale ??= "zh-CN";
        var context = await browser!.NewContextAsync(options);
        context.SetDefaultTimeout(20_000);
        return context;
    }

    private async Task<IPage> OpenAsync(IBrowserContext context, string path)
    {
        var page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                complaints.Add($"{path}: {message.Text}");
            }
        };
        page.PageError += (_, fault) => complaints.Add($"{path}: {fault}");
        await page.GotoAsync(server!.Url + path, new() { WaitUntil = WaitUntilState.Load });
        return page;
    }

    private static string PagesPath([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../src/Jinbang.Server/Pages"));

    private static async Task<double> HeapAsync(ICDPSession session)
    {
        await session.SendAsync("HeapProfiler.collectGarbage");
        var usage = await session.SendAsync("Runtime.getHeapUsage");
        return usage!.Value.GetProperty("usedSize").GetDouble();
    }

    private async Task<string> GetAsync(string path)
    {
        var reply = await server!.AskAsync(RawRequest.Get(path));
        Assert.Equal(200, reply.Status);
        return Encoding.UTF8.GetString(reply.Body);
    }

    private async Task<string> PolicyAsync(string path) => (await server!.AskAsync(RawRequest.Get(path))).Header("Content-Security-Policy")!;
}

using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Jinbang.Server.Tests.Classic;
using Microsoft.Playwright;

namespace Jinbang.Server.Tests.Pages;

/// <summary>The page as a player has it on a small phone, in a real browser.</summary>
public sealed class PlayPageTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";
    private const string Game = ServerFixture.DocumentGame;
    private const string MarkedUp = "<img src=x onerror=alert(1)>😀";

    private readonly List<string> complaints = [];
    private TestServer? server;
    private IPlaywright? playwright;
    private IBrowser? browser;
    private IBrowserContext? context;
    private string pictures = "";

    public async ValueTask InitializeAsync()
    {
        Assert.True(File.Exists(Chromium), $"{Chromium} is missing: these tests need it.");
        pictures = Directory.CreateTempSubdirectory("jinbang-pictures-").FullName;
        output.WriteLine($"Pictures in {pictures}");
        server = await TestServer.StartAsync();
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        });
        context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = 375, Height = 667 }, Locale = "zh-CN" });
        context.SetDefaultTimeout(20_000);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_player_enters_plays_and_finds_himself_on_the_board()
    {
        var page = await OpenAsync("?autoplay=1&seed=7");
        await PictureAsync(page, "1-profile");
        await Axe.AssertAccessibleAsync(page, "the profile");
        await PlayAsync(page, "小明");
        var score = await ScoreAsync(page);
        await PictureAsync(page, "2-result");
        await Axe.AssertAccessibleAsync(page, "the result");
        Assert.Contains("首次上榜", await Part(page, "outcome").TextContentAsync(), StringComparison.Ordinal);
        Assert.Equal(score, await BestAsync(page));
        await HasRowAsync(page, "小明", score);
        Assert.False(await IsWiderThanTheScreenAsync(page));

        // What the page shows is what the server says.
        await using var game = await server!.PlayAsync(Game);
        Contract.Replies(
            Contract.List(Contract.Row(score.ToString(CultureInfo.InvariantCulture), "\"小明\"", "\"\"")), await game.ListAsync(), "Vary: Accept-Encoding");
        Assert.Equal("第 1 名，共 1 人", await Part(page, "place").TextContentAsync());
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task A_second_visit_knows_the_player_and_keeps_the_best_score()
    {
        var first = await OpenAsync("?autoplay=1&seed=7");
        await PlayAsync(first, "小红");
        var best = await ScoreAsync(first);
        await first.CloseAsync();
        for (var seed = 8; seed < 11; seed++)
        {
            var page = await OpenAsync($"?autoplay=1&seed={seed}");
            Assert.Equal("小红", await Part(page, "nickname").InputValueAsync());
            Assert.Equal(best, await BestAsync(page));
            Assert.Equal(1, await page.Locator("#lines tr.me").CountAsync());
            await PlayAsync(page, nickname: null);
            var score = await ScoreAsync(page);
            Assert.Contains(score > best ? "新纪录" : "最好成绩不变", await Part(page, "outcome").TextContentAsync(), StringComparison.Ordinal);
            best = Math.Max(best, score);
            Assert.Equal(best, await BestAsync(page));
            await HasRowAsync(page, "小红", best);
            await PictureAsync(page, $"3-again-{seed}");
            await page.CloseAsync();
        }

        Assert.Empty(complaints);
    }

    [Fact]
    public async Task The_committed_games_and_the_one_just_played_end_the_same_in_the_browser()
    {
        var page = await OpenAsync("?autoplay=1&seed=7");
        const string Replay = """
            async (games) => {
              const { digest, replay } = await import('/play/assets/pinball.js');
              return JSON.parse(games).map((game) => { const table = replay(game); return [table.score, table.steps, digest(table)].join(' '); });
            }
            """;
        var games = await File.ReadAllTextAsync(GamesPath());
        using var committed = JsonDocument.Parse(games);
        Assert.Equal(
            committed.RootElement.EnumerateArray().Select(static game => $"{game.GetProperty("score")} {game.GetProperty("steps")} {game.GetProperty("end")}"),
            await page.EvaluateAsync<string[]>(Replay, games));

        await PlayAsync(page, "小明");
        var recording = (await Part(page, "score").GetAttributeAsync("data-recording"))!;
        var again = Assert.Single(await page.EvaluateAsync<string[]>(Replay, $"[{recording}]"));
        Assert.StartsWith($"{await ScoreAsync(page)} ", again, StringComparison.Ordinal);
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task Whoever_mutes_the_game_stays_unbothered_next_time()
    {
        var page = await OpenAsync("?autoplay=1&seed=7");
        await PlayAsync(page, "小明");
        await page.EvaluateAsync("document.body.className = 'show-play'");
        Assert.Equal("true", await Part(page, "mute").GetAttributeAsync("aria-pressed"));
        await Part(page, "mute").ClickAsync();
        Assert.Equal("false", await Part(page, "mute").GetAttributeAsync("aria-pressed"));
        Assert.Equal("false", await Part(await OpenAsync(""), "mute").GetAttributeAsync("aria-pressed"));
    }

    [Fact]
    public async Task A_player_finds_himself_on_the_big_screen_within_a_second()
    {
        var screen = await context!.NewPageAsync();
        await screen.GotoAsync($"{server!.Url}/screen/{Game}/main");
        await screen.Locator("#status", new() { HasText = "实时更新" }).WaitForAsync();

        // When the page sends the score and when the screen shows it, by the clock that both have.
        await screen.EvaluateAsync("new MutationObserver(() => { if (document.querySelector('#lines .name')) window.seenAt = window.seenAt || Date.now(); }).observe(document.getElementById('lines'), { childList: true, subtree: true })");
        var sentAt = 0.0;
        context.Request += (_, request) => sentAt = request.Url.EndsWith("/scores", StringComparison.Ordinal) ? TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() : sentAt;
        var page = await OpenAsync("?autoplay=1&seed=7");
        await PlayAsync(page, "小明");
        await screen.Locator("#lines tr:first-child .name", new() { HasText = "小明" }).WaitForAsync();
        var took = await screen.EvaluateAsync<double>("window.seenAt") - sentAt;
        output.WriteLine($"Seen after {took:0} ms.");
        Assert.InRange(took, -50, 1_000);
    }

    [Fact]
    public async Task What_happens_around_the_player_is_told()
    {
        await using var game = await server!.PlayAsync(Game);
        await game.PostProfileAsync("openid=oOther&nickname=Ann");
        await game.PostScoreAsync("openid=oOther&score=5");
        var page = await OpenAsync("?autoplay=1&seed=7");
        await PlayAsync(page, "小明");
        await Part(page, "place").GetByText("第 1 名，共 2 人").WaitForAsync();
        await HasRowAsync(page, "小明", await ScoreAsync(page));
        await game.PostScoreAsync("openid=oOther&score=999999");
        await Part(page, "ticker").GetByText("Ann 以 999,999 分超过了你").WaitForAsync();
        await Part(page, "ticker").GetByText("你现在是第 2 名").WaitForAsync();
        await page.GetByTestId("board").Locator("tr").First.Filter(new() { HasText = "Ann" }).WaitForAsync();
        await PictureAsync(page, "7-ticker");
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task A_score_that_cannot_be_sent_is_kept_and_arrives_when_the_network_is_back()
    {
        var page = await OpenAsync("?autoplay=1&seed=7");
        await page.RouteAsync("**/scores", static route => route.AbortAsync());
        await Part(page, "nickname").FillAsync("小明");
        await Part(page, "start").ClickAsync();
        await Part(page, "error").GetByText("还没有送到").WaitForAsync();
        var score = await ScoreAsync(page);

        // Before the network is back: afterwards the page may have sent it by itself.
        await Part(page, "retry").ClickAsync();
        await page.UnrouteAsync("**/scores");
        await Part(page, "board-note").GetByText("已经送到").WaitForAsync();
        await HasRowAsync(page, "小明", score);
        Assert.False(await Part(page, "error").IsVisibleAsync());
    }

    [Fact]
    public async Task Who_asks_twice_to_be_forgotten_is_gone_from_the_board_and_the_device()
    {
        var page = await OpenAsync("?autoplay=1&seed=7");
        Assert.False(await Part(page, "forget").IsVisibleAsync());
        await PlayAsync(page, "小明");
        await Part(page, "edit").ClickAsync();
        await Part(page, "forget").ClickAsync();
        await Part(page, "forget").GetByText("再按一次").WaitForAsync();
        await Part(page, "forget").ClickAsync();
        await Part(page, "board-note").GetByText("还没有人").WaitForAsync();
        Assert.Equal("", await Part(page, "nickname").InputValueAsync());
        await using var game = await server!.PlayAsync(Game);
        Contract.Replies(Contract.List(), await game.ListAsync(), "Vary: Accept-Encoding");
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task Keys_and_fingers_play_it_and_all_of_it_fits_the_screen()
    {
        foreach (var (width, height) in ((int, int)[])[(375, 667), (1280, 800), (1920, 1080)])
        {
            await using var wide = await browser!.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = height }, Locale = "en-US", HasTouch = true, ColorScheme = width == 1280 ? ColorScheme.Dark : ColorScheme.Light });
            wide.SetDefaultTimeout(20_000);
            var page = await wide.NewPageAsync();
            Watch(page);
            await page.GotoAsync($"{server!.Url}/play/{Game}");
            await Part(page, "nickname").FillAsync("Ann");
            await Part(page, "start").ClickAsync();
            await Part(page, "canvas").WaitForAsync();
            var table = (await Part(page, "canvas").BoundingBoxAsync())!;
            Assert.True(table.Y >= 0 && table.Y + table.Height <= height, $"{width}x{height}: the table ends at {table.Y + table.Height}");
            await page.Keyboard.DownAsync("Space");
            await page.WaitForTimeoutAsync(300);
            await page.Keyboard.UpAsync("Space");
            await page.Touchscreen.TapAsync(table.X + 20, table.Y + (table.Height / 2));
            await page.Keyboard.PressAsync("ArrowRight", new() { Delay = 120 });
            await page.Locator("#live-score", new() { HasTextRegex = new("[1-9]") }).WaitForAsync();
            Assert.False(await IsWiderThanTheScreenAsync(page));
            await PictureAsync(page, $"8-table-{width}");
            await Axe.AssertAccessibleAsync(page, $"the table at {width}");
        }

        Assert.Empty(complaints);
    }

    [Fact]
    public async Task Markup_in_a_nickname_is_shown_as_text()
    {
        await using var game = await server!.PlayAsync(Game);
        await game.PostScoreAsync("openid=oMarkup&score=999999");
        await game.PostProfileAsync($"openid=oMarkup&nickname={Uri.EscapeDataString(MarkedUp)}&headimgurl=javascript:alert(1)");
        await game.PostScoreAsync("openid=oNameless&score=5");
        var page = await OpenAsync("");
        var rows = page.GetByTestId("board").Locator("tr");
        Assert.Equal(2, await rows.CountAsync());
        Assert.Contains(MarkedUp, await rows.Nth(0).TextContentAsync(), StringComparison.Ordinal);
        Assert.Contains("无名玩家", await rows.Nth(1).TextContentAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await rows.Locator("script, img:not([src^='/avatars/'])").CountAsync());
        await rows.Nth(1).ScrollIntoViewIfNeededAsync();
        await PictureAsync(page, "4-markup");
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task An_empty_nickname_is_asked_for()
    {
        var page = await OpenAsync("");
        await Part(page, "start").ClickAsync();
        Assert.Equal("请先填写昵称", await Part(page, "error").TextContentAsync());
        await PictureAsync(page, "5-empty-nickname");
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task The_home_page_leads_to_the_game()
    {
        var page = await context!.NewPageAsync();
        Watch(page);
        await page.GotoAsync(server!.Url);
        await PictureAsync(page, "6-home");
        await page.Locator($"a[href='/play/{Game}']").First.ClickAsync();
        await Part(page, "nickname").WaitForAsync();
        Assert.Empty(complaints);
    }

    private async Task<IPage> OpenAsync(string query)
    {
        var page = await context!.NewPageAsync();
        Watch(page);
        await page.GotoAsync($"{server!.Url}/play/{Game}{query}");
        await page.Locator("html[data-ready=true]").WaitForAsync();
        return page;
    }

    private void Watch(IPage page)
    {
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                complaints.Add(message.Text);
            }
        };
        page.PageError += (_, fault) => complaints.Add(fault);
        page.Dialog += (_, dialog) =>
        {
            complaints.Add($"dialog: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
        page.RequestFailed += (_, request) =>
        {
            // A stream ends when the page takes another one.
            if (!request.Url.Contains("/v1/live?", StringComparison.Ordinal))
            {
                complaints.Add($"{request.Url}: {request.Failure}");
            }
        };
    }

    private static async Task PlayAsync(IPage page, string? nickname)
    {
        if (nickname is not null)
        {
            await Part(page, "nickname").FillAsync(nickname);
        }

        await Part(page, "start").ClickAsync();
        await Part(page, "result").WaitForAsync();
        await page.WaitForFunctionAsync("""
            () => {
              const text = (name) => document.querySelector(`[data-testid="${name}"]`).textContent;
              return text('outcome') && !text('outcome').includes('正在') && text('best') !== '–';
            }
            """);
    }

    private static async Task<long> ScoreAsync(IPage page) => long.Parse((await Part(page, "score").GetAttributeAsync("data-value"))!, CultureInfo.InvariantCulture);

    private static async Task<long> BestAsync(IPage page) => long.Parse((await Part(page, "best").TextContentAsync())!, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    private static async Task HasRowAsync(IPage page, string nickname, long score)
    {
        var row = page.GetByTestId("board").Locator("tr").First;
        await row.Filter(new() { HasText = nickname }).Filter(new() { HasText = score.ToString("N0", CultureInfo.InvariantCulture) }).WaitForAsync();
    }

    private static Task<bool> IsWiderThanTheScreenAsync(IPage page) => page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth");

    private static ILocator Part(IPage page, string name) => page.GetByTestId(name);

    private Task<byte[]> PictureAsync(IPage page, string name) => page.ScreenshotAsync(new() { Path = Path.Combine(pictures, $"{name}.png") });

    private static string GamesPath([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../pages/games.json"));
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Jinbang.Server.Avatars;
using Jinbang.Server.Operating;
using Jinbang.Server.Tests.Access;
using Jinbang.Server.Tests.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using SkiaSharp;

namespace Jinbang.Server.Tests.Avatars;

/// <summary>Pictures from a real host on loopback, which is let through here as an operator would let his own network through.</summary>
public sealed class AvatarTests : IAsyncLifetime
{
    private const string Game = "faces";

    private readonly Dictionary<string, Func<HttpContext, Task>> files = [];
    private WebApplication? host;
    private TestServer? server;
    private V1Client? client;
    private int players;
    private int asked;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        host = builder.Build();
        host.Run(context =>
        {
            Interlocked.Increment(ref asked);
            return files[$"{context.Request.Path}{context.Request.QueryString}"](context);
        });
        await host.StartAsync();
        server = await StartAsync("127.0.0.0/8");
    }

    public async ValueTask DisposeAsync()
    {
        client!.Dispose();
        await server!.DisposeAsync();
        await host!.DisposeAsync();
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public async Task A_picture_is_cut_to_a_square_and_written_anew(SKEncodedImageFormat format)
    {
        var path = await PlayerAsync("小明", Serve("/face", Picture(300, 200, format)));
        foreach (var side in (int[])[48, 96, 192])
        {
            var reply = await GetAsync($"{path}?s={side}");
            Assert.Equal(("image/png", "nosniff"), (reply.Header("Content-Type"), reply.Header("X-Content-Type-Options")));
            using var shown = SKBitmap.Decode(reply.Body);
            Assert.Equal((side, side), (shown.Width, shown.Height));

            // The middle was red, the edges blue.
            Assert.True(shown.GetPixel(side / 2, side / 2).Red > 200, "The middle is not the picture's.");
        }

        // Once for each size, however often it is asked for.
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => GetAsync($"{path}?s=48")));
        Assert.Equal(3, asked);
        var tag = (await GetAsync($"{path}?s=48")).Header("ETag");
        Assert.Equal(304, (await server!.AskAsync(RawRequest.Get($"{path}?s=48", $"If-None-Match: {tag}"))).Status);
    }

    [Fact]
    public async Task Whoever_has_no_picture_that_may_be_shown_gets_a_disc_with_his_initial()
    {
        await AssertDiscAsync("小", await PlayerAsync("小明", null));
        await AssertDiscAsync("A", await PlayerAsync("ann", Serve("/text", "no picture"u8.ToArray())));
        await AssertDiscAsync("👨‍👩‍👧", await PlayerAsync("👨‍👩‍👧 family", Serve("/cut", Picture(80, 80)[..40])));
        await AssertDiscAsync("B", await PlayerAsync("Bob", Serve("/large", new byte[(1 << 20) + 1])));
        await AssertDiscAsync("B", await PlayerAsync("Bob", Serve("/wide", Picture(AvatarPicture.MostSide + 1, 1))));
        await AssertDiscAsync("B", await PlayerAsync("Bob", Serve("/gone", static context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        })));
        await AssertDiscAsync("B", await PlayerAsync("Bob", "http://elsewhere.example/face"));
        await AssertDiscAsync("B", await PlayerAsync("Bob", "https://user:password@127.0.0.1/face"));
        await AssertDiscAsync("·", await PlayerAsync("", null));
        await AssertDiscAsync("·", $"/avatars/{Game}/0000000000000000");
        await AssertDiscAsync("·", "/avatars/nowhere/0000000000000000");
    }

    [Fact]
    public async Task Markup_in_a_nickname_stays_text()
    {
        var text = Encoding.UTF8.GetString((await GetAsync(await PlayerAsync("<script>", null))).Body);
        Assert.Contains(">&lt;</text>", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirects_are_followed_only_to_listed_hosts_and_not_for_ever()
    {
        Serve("/end", Picture(50, 50));
        await AssertPictureAsync(await PlayerAsync("Ann", Serve("/moved", To("/end"))));
        await AssertDiscAsync("A", await PlayerAsync("Ann", Serve("/away", To("http://elsewhere.example/face"))));
        await AssertDiscAsync("A", await PlayerAsync("Ann", Serve("/loop", To("/loop"))));
    }

    [Fact]
    public async Task A_host_whose_address_is_not_public_is_not_asked()
    {
        await using var careful = await TestServer.StartAsync(new Dictionary<string, string?> { ["Avatars:Hosts:0"] = $"127.0.0.1:{Port}", ["Avatars:Hosts:1"] = $"localhost:{Port}", ["Avatars:AllowInsecure"] = "true" });
        using var operating = V1Client.Operator(careful);
        (await operating.PutAsync($"/v1/games/{Game}", "{}")).Is(201);
        Serve("/face", Picture(50, 50));
        foreach (var name in (string[])["127.0.0.1", "localhost"])
        {
            var id = (await operating.PostAsync($"/v1/games/{Game}/players", $$"""{"external_id":"{{name}}"}""")).Is(200)["player"];
            (await operating.SendAsync("PATCH", $"/v1/games/{Game}/players/{id}", $$"""{"nickname":"Ann","avatar":"http://{{name}}:{{Port}}/face"}""")).Is(200);
            Assert.StartsWith("image/svg+xml", (await careful.AskAsync(RawRequest.Get($"/avatars/{Game}/{id}"))).Header("Content-Type"), StringComparison.Ordinal);
        }

        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task A_host_that_never_ends_is_left_after_five_seconds()
    {
        var path = await PlayerAsync("Ann", Serve("/slow", static context => Task.Delay(TimeSpan.FromSeconds(30), TimeProvider.System, context.RequestAborted)));
        var began = TimeProvider.System.GetTimestamp();
        await AssertDiscAsync("A", path);
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task A_player_who_is_deleted_is_no_longer_shown()
    {
        var path = await PlayerAsync("Ann", Serve("/face", Picture(50, 50)));
        await AssertPictureAsync(path);
        (await client!.DeleteAsync($"/v1/games/{Game}/players/{path[^16..]}")).Is(204);
        await AssertDiscAsync("·", path);
    }

    [Fact]
    public async Task A_picture_that_could_not_be_had_is_kept_by_browsers_for_a_minute_alone_and_said_once_without_the_address()
    {
        var path = await PlayerAsync("Ann", Serve("/text?hidden-query", "no picture"u8.ToArray()));
        Assert.Equal("public, max-age=60", (await GetAsync(path)).Header("Cache-Control"));
        Assert.Equal("public, max-age=300, stale-while-revalidate=3600", (await GetAsync(await PlayerAsync("Bob", null))).Header("Cache-Control"));
        await GetAsync($"{path}?s=48");
        var warning = Assert.Single(server!.Log.Lines, static line => line.Category.EndsWith("AvatarEndpoints", StringComparison.Ordinal));
        Assert.Equal(LogLevel.Warning, warning.Level);
        Assert.DoesNotContain(server.Log.Lines, static line => line.Text.Contains("hidden-query", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_comes_when_all_hands_are_busy_gets_a_disc_at_once_and_may_ask_again_soon()
    {
        var release = new TaskCompletionSource();
        var picture = Picture(50, 50);
        async Task WaitAsync(HttpContext context)
        {
            await release.Task;
            await context.Response.Body.WriteAsync(picture);
        }

        string[] paths = [await PlayerAsync("Ann", Serve("/1", WaitAsync)), await PlayerAsync("Bob", Serve("/2", WaitAsync)), await PlayerAsync("Cid", Serve("/3", WaitAsync))];
        var waiting = paths.Take(2).Select(GetAsync).ToArray();
        await Eventually.HoldsAsync(() => Volatile.Read(ref asked) == 2);
        Assert.Equal("public, max-age=5", (await GetAsync(paths[2])).Header("Cache-Control"));
        await AssertDiscAsync("C", paths[2]);
        release.SetResult();
        Assert.All(await Task.WhenAll(waiting), static reply => Assert.Equal("image/png", reply.Header("Content-Type")));
        await AssertPictureAsync(paths[2]);
    }

    [Fact]
    public async Task A_new_picture_is_shown_at_once()
    {
        var path = await PlayerAsync("Ann", Serve("/old", Picture(50, 50)));
        await AssertPictureAsync(path);
        (await client!.SendAsync("PATCH", $"/v1/games/{Game}/players/{path[^16..]}", JsonSerializer.Serialize(new { avatar = "" }))).Is(200);
        await AssertDiscAsync("A", path);
    }

    [Theory]
    [InlineData("\u0001\u200bhidden", "H")]
    [InlineData("\ufffe\uffffz", "Z")]
    [InlineData("\ue415旧", "旧")]
    [InlineData("&amp;", "&")]
    [InlineData(" \u3000\u200b", "·")]
    [InlineData("𠮷野", "𠮷")]
    public void A_disc_is_well_formed_whatever_the_nickname_is(string nickname, string initial) =>
        Assert.Equal(initial, XDocument.Parse(Encoding.UTF8.GetString(AvatarPicture.Initial(nickname, "").Bytes)).Root!.Value);

    [Fact]
    public void Settings_that_cannot_be_meant_are_refused()
    {
        var fault = Assert.Throws<SettingsException>(() => JinbangServer.Build(new StartOptions { Data = "never", Settings = new Dictionary<string, string?> { ["Avatars:Hosts:0"] = "http://a/b", ["Avatars:AllowedNetworks:0"] = "all", ["Avatars:Speed"] = "1" } }));
        Assert.Equal(3, fault.Faults.Count);
    }

    private int Port => new Uri(host!.Urls.Single()).Port;

    private static Func<HttpContext, Task> To(string place) => context =>
    {
        context.Response.Redirect(place);
        return Task.CompletedTask;
    };

    private static byte[] Picture(int width, int height, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using var bitmap = new SKBitmap(width, height);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.Blue);
        using var paint = new SKPaint { Color = SKColors.Red };
        canvas.DrawRect(width / 4f, height / 4f, width / 2f, height / 2f, paint);
        return bitmap.Encode(format, 90).ToArray();
    }

    [Fact]
    public async Task A_board_in_a_browser_shows_the_picture_and_loads_nothing_from_its_host()
    {
        (await client!.PutAsync($"/v1/games/{Game}/boards/main", "{}")).Is(201);
        await PlayerAsync("小明", Serve("/face", Picture(300, 200)));
        await PlayerAsync("Ann", null);
        (await client.PostAsync($"/v1/games/{Game}/boards/main/scores", """{"external_id":"player-1","score":20}""")).Is(200);
        (await client.PostAsync($"/v1/games/{Game}/boards/main/scores", """{"external_id":"player-2","score":10}""")).Is(200);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu"] });
        var page = await browser.NewPageAsync();
        var hosts = new ConcurrentBag<string>();
        page.Request += (_, request) => hosts.Add(new Uri(request.Url).GetLeftPart(UriPartial.Authority));
        await page.GotoAsync($"{server!.Url}/boards/{Game}/main");
        await page.WaitForFunctionAsync("document.querySelector('#lines img')?.naturalWidth === 96");
        Assert.Equal(1, await page.Locator("#lines img").CountAsync());
        Assert.Equal(["小", "A"], await page.Locator("#lines .face").AllTextContentsAsync());
        Assert.Equal(server.Url, Assert.Single(hosts.Where(static host => host != "data:").Distinct()));
    }

    private string Serve(string path, byte[] file) => Serve(path, context => context.Response.Body.WriteAsync(file).AsTask());

    private string Serve(string path, Func<HttpContext, Task> answer)
    {
        files[path] = answer;
        return string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}{path}");
    }

    private async Task<TestServer> StartAsync(string allowed)
    {
        var started = await TestServer.StartAsync(new Dictionary<string, string?> { ["Avatars:Hosts:0"] = $"127.0.0.1:{Port}", ["Avatars:AllowInsecure"] = "true", ["Avatars:AllowedNetworks:0"] = allowed, ["Avatars:Concurrency"] = "2", ["Pages:Boards:0"] = "*" });
        client = V1Client.Operator(started);
        (await client.PutAsync($"/v1/games/{Game}", "{}")).Is(201);
        return started;
    }

    /// <summary>A player with a profile, and the path of his picture.</summary>
    private async Task<string> PlayerAsync(string nickname, string? avatar)
    {
        var id = (await client!.PostAsync($"/v1/games/{Game}/players", $$"""{"external_id":"player-{{++players}}"}""")).Is(200)["player"];
        (await client.SendAsync("PATCH", $"/v1/games/{Game}/players/{id}", JsonSerializer.Serialize(new { nickname, avatar = avatar ?? "" }))).Is(200);
        return $"/avatars/{Game}/{id}";
    }

    private async Task AssertPictureAsync(string path) => Assert.Equal("image/png", (await GetAsync(path)).Header("Content-Type"));

    private async Task AssertDiscAsync(string initial, string path)
    {
        var reply = await GetAsync(path);
        Assert.Equal("image/svg+xml; charset=utf-8", reply.Header("Content-Type"));
        Assert.Contains($">{initial}</text>", WebUtility.HtmlDecode(Encoding.UTF8.GetString(reply.Body)), StringComparison.Ordinal);
    }

    private async Task<RawReply> GetAsync(string path)
    {
        var reply = await server!.AskAsync(RawRequest.Get(path));
        Assert.Equal(200, reply.Status);
        return reply;
    }
}

using System.Collections.Frozen;
using System.Net;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Jinbang.Boards.Games;
using Jinbang.Server.Classic;
using Jinbang.Server.Games;

namespace Jinbang.Server.Pages;

/// <summary>The pages, embedded in the program as they stand.</summary>
internal static class PageEndpoints
{
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: http: https:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'self'; frame-ancestors ";

    public static IEndpointRouteBuilder MapPages(this IEndpointRouteBuilder routes, GameCatalog games, string version)
    {
        var assets = ReadAssets();
        var home = Home(assets["home/home.html"], games, version);
        var play = assets["play/play.html"];
        Map(routes, "/", home);
        Map(routes, "/home.css", assets["home/home.css"]);
        foreach (var name in (string[])["boards.css", "boards/board.js", "boards/screen.js", "boards/lines.js"])
        {
            Map(routes, $"/{name}", assets[name.Contains('/', StringComparison.Ordinal) ? name : $"boards/{name}"]);
        }

        foreach (var (name, asset) in assets.Where(static asset => asset.Key.StartsWith("play/", StringComparison.Ordinal) && asset.Key != "play/play.html"))
        {
            Map(routes, $"/play/assets/{name["play/".Length..]}", asset);
        }

        // Games on other hosts load it too.
        var client = assets["sdk/jinbang.js"];
        routes.MapMethods("/sdk/jinbang.js", ["GET", "HEAD"], context =>
        {
            context.Response.Headers.AccessControlAllowOrigin = "*";
            context.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
            return WriteAsync(context, client);
        });

        routes.MapMethods("/play/{game}", ["GET", "HEAD"], context =>
            GameId.TryParse(((string)context.GetRouteValue("game")!).ToLowerInvariant(), out var id) && games.Find(id) is not null
                ? WriteAsync(context, play)
                : ClassicReplies.WriteErrorAsync(context, StatusCodes.Status404NotFound, "没有这个游戏"));
        if (games.Default is { } game)
        {
            routes.MapMethods("/play", ["GET", "HEAD"], context =>
            {
                context.Response.Redirect($"/play/{game.Id}");
                return Task.CompletedTask;
            });
        }

        return routes;
    }

    private static Asset Home(Asset template, GameCatalog games, string version)
    {
        var list = string.Concat(games.Games.Select(static game =>
            $"<li><a href=\"/play/{game.Id}\">{WebUtility.HtmlEncode(game.Name)}</a> <a href=\"/boards/{game.Board}\">榜单 Board</a> "
            + $"<a href=\"/screen/{game.Board}\">大屏 Big screen</a> <code>/{game.Id}/api/</code></li>"));
        var html = Encoding.UTF8.GetString(template.Bytes)
            .Replace("{{games}}", list, StringComparison.Ordinal).Replace("{{version}}", WebUtility.HtmlEncode(version), StringComparison.Ordinal);
        return new Asset(Encoding.UTF8.GetBytes(html), template.ContentType);
    }

    private static void Map(IEndpointRouteBuilder routes, string path, Asset asset) =>
        routes.MapMethods(path, ["GET", "HEAD"], context => WriteAsync(context, asset));

    private static Task WriteAsync(HttpContext context, Asset asset) =>
        WriteAsync(context, new RenderedPage(asset.Bytes, asset.Tag, 0, DateTimeOffset.MaxValue) { ContentType = asset.ContentType });

    /// <summary>Writes a page with the headers that all of them have, or says that the visitor has it.</summary>
    public static Task WriteAsync(HttpContext context, RenderedPage page)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-cache";
        headers.ETag = page.Tag;
        headers.ContentSecurityPolicy = ContentPolicy + (page.Frames.Count == 0 ? "'none'" : string.Join(' ', page.Frames));
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        context.Response.StatusCode = page.Status;
        if (page.Status == StatusCodes.Status200OK && context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Tag == "*" || known.Tag == page.Tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        if (page.Status == StatusCodes.Status503ServiceUnavailable)
        {
            headers.RetryAfter = "2";
        }

        context.Response.ContentType = page.ContentType;
        context.Response.ContentLength = page.Bytes.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(page.Bytes).AsTask();
    }

    private static FrozenDictionary<string, Asset> ReadAssets()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames().Where(static name => name.Contains('/', StringComparison.Ordinal)).ToFrozenDictionary(static name => name, name =>
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return new Asset(bytes, Path.GetExtension(name) switch
            {
                ".html" => "text/html; charset=utf-8",
                ".css" => "text/css; charset=utf-8",
                ".js" => "text/javascript; charset=utf-8",
                var other => throw new NotSupportedException($"No content type is known for embedded files ending in {other}."),
            });
        });
    }

    private sealed record Asset(byte[] Bytes, string ContentType)
    {
        public string Tag { get; } = $"\"{Convert.ToHexStringLower(SHA256.HashData(Bytes).AsSpan(0, 12))}\"";
    }
}

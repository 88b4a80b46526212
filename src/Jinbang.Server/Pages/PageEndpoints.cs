using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Server.Access;
using Jinbang.Server.Classic;
using Jinbang.Server.Games;

namespace Jinbang.Server.Pages;

/// <summary>The pages, embedded in the program as they stand.</summary>
internal static class PageEndpoints
{
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'self'; frame-ancestors ";

    public static IEndpointRouteBuilder MapPages(this IEndpointRouteBuilder routes, IBoards boards, GameCatalog games, PageSettings settings, PlayKeys keys)
    {
        var assets = ReadAssets();
        foreach (var name in (string[])["boards.css", "boards/board.js", "boards/screen.js", "boards/lines.js"])
        {
            Map(routes, $"/{name}", assets[name.Contains('/', StringComparison.Ordinal) ? name : $"boards/{name}"]);
        }

        // Games on other hosts load it too.
        var client = assets["sdk/jinbang.js"];
        routes.MapMethods("/sdk/jinbang.js", ["GET", "HEAD"], context =>
        {
            context.Response.Headers.AccessControlAllowOrigin = "*";
            context.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
            return WriteAsync(context, client);
        });

        if (settings.Play)
        {
            MapPlay(routes, boards, games, keys, assets);
        }

        return routes;
    }

    private static void MapPlay(IEndpointRouteBuilder routes, IBoards boards, GameCatalog games, PlayKeys keys, FrozenDictionary<string, Asset> assets)
    {
        var template = assets["play/play.html"];
        var pages = new ConcurrentDictionary<GameId, Asset>();
        foreach (var (name, asset) in assets.Where(asset => asset.Key.StartsWith("play/", StringComparison.Ordinal) && asset.Value != template))
        {
            Map(routes, $"/play/assets/{name["play/".Length..]}", asset);
        }

        routes.MapMethods("/play/{game}", ["GET", "HEAD"], context =>
        {
            if (!GameId.TryParse(((string)context.GetRouteValue("game")!).ToLowerInvariant(), out var id) || games.Find(id) is not { } game || (boards.IsReady && boards.FindGame(id) is null))
            {
                return ClassicReplies.WriteErrorAsync(context, StatusCodes.Status404NotFound, "没有这个游戏");
            }

            // The key follows from the store's secret.
            return boards.IsReady
                ? WriteAsync(context, pages.GetOrAdd(id, id => Fill(template, game, keys.Of(id))))
                : ClassicReplies.WriteErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "服务器正在启动，请稍后再试");
        });
        if (games.Default is { } game)
        {
            routes.MapMethods("/play", ["GET", "HEAD"], context =>
            {
                context.Response.Redirect($"/play/{game.Id}");
                return Task.CompletedTask;
            });
        }
    }

    private static Asset Fill(Asset template, GameSettings game, string key) => new(
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(template.Bytes)
            .Replace("{{game}}", game.Id.ToString(), StringComparison.Ordinal)
            .Replace("{{board}}", BoardDefinition.ClassicName, StringComparison.Ordinal)
            .Replace("{{key}}", key, StringComparison.Ordinal)),
        template.ContentType);

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

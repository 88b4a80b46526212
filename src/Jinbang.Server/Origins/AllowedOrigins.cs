using Jinbang.Boards;
using Jinbang.Boards.Games;

namespace Jinbang.Server.Origins;

/// <summary>
/// Says which pages may call the v1 API (CORS), also for what is refused, and answers the questions that browsers ask beforehand. Every route is answered alike: what a
/// path takes is said by its own answer. A game that lists no origins, and whatever is no game's, may be called from anywhere: credentials are sent by the page itself.
/// </summary>
internal static class AllowedOrigins
{
    private const string Methods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
    private const string RequestHeaders = "Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID";
    private const string ResponseHeaders = "ETag, Retry-After";
    private const string GamesPath = "/v1/games/";

    /// <summary>Where the v1 API lies.</summary>
    public static bool IsV1(HttpContext context) => context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal);

    public static IApplicationBuilder UseAllowedOrigins(this IApplicationBuilder app, IBoards boards) => app.Use(next => context =>
    {
        if (!IsV1(context))
        {
            return next(context);
        }

        Allow(context, OriginsOf(context.Request.Path.Value!, boards));
        if (!HttpMethods.IsOptions(context.Request.Method))
        {
            return next(context);
        }

        var headers = context.Response.Headers;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        headers.AccessControlAllowMethods = Methods;
        headers.AccessControlAllowHeaders = RequestHeaders;
        headers.AccessControlMaxAge = "86400";
        headers.CacheControl = "no-store";
        return Task.CompletedTask;
    });

    private static IReadOnlyList<string>? OriginsOf(string path, IBoards boards)
    {
        if (!boards.IsReady || !path.StartsWith(GamesPath, StringComparison.Ordinal))
        {
            return null;
        }

        var word = path.AsSpan(GamesPath.Length);
        var end = word.IndexOf('/');
        return GameId.TryParse((end < 0 ? word : word[..end]).ToString(), out var id) ? boards.FindGame(id)?.Origins : null;
    }

    private static void Allow(HttpContext context, IReadOnlyList<string>? origins)
    {
        var headers = context.Response.Headers;
        headers.AccessControlExposeHeaders = ResponseHeaders;
        if (origins is null)
        {
            headers.AccessControlAllowOrigin = "*";
            return;
        }

        headers.Vary = "Origin";
        if (origins.Count == 0)
        {
            return;
        }

        var origin = context.Request.Headers.Origin.ToString();
        headers.AccessControlAllowOrigin = origins.Contains(origin, StringComparer.OrdinalIgnoreCase) ? origin : origins[0];
    }
}

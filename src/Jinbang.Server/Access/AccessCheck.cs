using Jinbang.Boards;
using Jinbang.Server.Problems;

namespace Jinbang.Server.Access;

/// <summary>
/// Stands between routing and the endpoints and lets pass whom the route's row in the table of permissions names. What it answers depends on the credential
/// and the path's words alone, so it tells nobody which games exist.
/// </summary>
internal static class AccessCheck
{
    private const string VersionedRoutes = "v1";

    public static IApplicationBuilder UseAccessCheck(this IApplicationBuilder app, IBoards boards, Credentials credentials) => app.Use(next => context =>
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<AccessRule>() is not { } rule || rule.Allowed.HasFlag(Who.Anyone))
        {
            return next(context);
        }

        if (!credentials.AreReady)
        {
            return context.WriteProblemAsync(ProblemCode.Unavailable, "The server is starting.");
        }

        if (credentials.Read(context.Request.Headers.Authorization) is not { } caller)
        {
            return context.WriteProblemAsync(ProblemCode.Unauthenticated, "Send 'Authorization: Bearer …' with a key or token that is valid.");
        }

        if (!IsAllowed(context, boards, rule.Allowed, caller))
        {
            return context.WriteProblemAsync(ProblemCode.Forbidden);
        }

        context.SetCaller(caller);
        return next(context);
    });

    /// <summary>Stops the start when a route of the v1 API has no row in the table: nobody may be let in by an oversight.</summary>
    /// <exception cref="InvalidOperationException">Names the routes.</exception>
    public static void RequireRules(IEnumerable<Endpoint> endpoints)
    {
        var open = endpoints.OfType<RouteEndpoint>().Where(static endpoint => IsVersioned(endpoint) && endpoint.Metadata.GetMetadata<AccessRule>() is null)
            .Select(static endpoint => endpoint.RoutePattern.RawText).ToList();
        if (open.Count > 0)
        {
            throw new InvalidOperationException($"These routes do not say who may call them: {string.Join(", ", open)}.");
        }
    }

    private static bool IsVersioned(RouteEndpoint endpoint) =>
        endpoint.RoutePattern.PathSegments is [{ Parts: [Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart word] }, ..]
        && word.Content.Equals(VersionedRoutes, StringComparison.OrdinalIgnoreCase);

    private static bool IsAllowed(HttpContext context, IBoards boards, Who allowed, Caller caller)
    {
        if (caller.Kind == Who.Operator)
        {
            return (allowed & (Who.Operator | Who.Server)) != 0;
        }

        if (context.GetRouteValue("game") is string game && game != caller.Game.ToString())
        {
            return false;
        }

        return (allowed & caller.Kind) != 0 || (caller.Kind == Who.Player && allowed.HasFlag(Who.OwnPlayer) && IsHimself(context, boards, caller));
    }

    private static bool IsHimself(HttpContext context, IBoards boards, Caller caller) =>
        context.GetRouteValue("player") is string player && (player == "me" || player == boards.PublicIdOf(caller.Game, caller.Player).ToString());
}

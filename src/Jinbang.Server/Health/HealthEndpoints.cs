using Jinbang.Boards;

namespace Jinbang.Server.Health;

/// <summary>What a supervisor or a proxy asks: is the process alive, and may it be sent players.</summary>
internal static class HealthEndpoints
{
    /// <param name="routes">The routes.</param>
    /// <param name="boards">The boards.</param>
    /// <param name="isReady">Whether every call can be answered: the boards alone are ready before the keys are.</param>
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder routes, IBoards boards, Func<bool> isReady)
    {
        routes.MapMethods("/health/live", ["GET", "HEAD"], static context => WriteAsync(context, StatusCodes.Status200OK, "live"));
        routes.MapMethods("/health/ready", ["GET", "HEAD"], context => isReady()
            ? WriteAsync(context, StatusCodes.Status200OK, "ready", boards.HeldCloses)
            : WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "loading"));
        return routes;
    }

    private static Task WriteAsync(HttpContext context, int status, string word, string? heldCloses = null)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        return context.Response.WriteAsync(heldCloses is null ? $$"""{"status":"{{word}}"}""" : $$"""{"status":"{{word}}","held_closes":"{{heldCloses}}"}""");
    }
}

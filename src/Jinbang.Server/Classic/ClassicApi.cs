using System.Buffers;
using System.Text;
using Jinbang.Boards;
using Jinbang.Server.Games;
using Jinbang.Server.Limits;

namespace Jinbang.Server.Classic;

/// <summary>
/// The classic API, in front of the framework's routing: it answers its own paths and passes on all others. A handler reads values, calls the boards once and
/// writes; routing and binding by the framework cost more than all of that.
/// </summary>
internal sealed class ClassicApi(RequestDelegate next, IBoards boards, ClassicGames games)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (games.Routes.Find(context.Request.Path.Value ?? "") is not { } route)
        {
            return next(context);
        }

        AllowOrigin(context, route.Game);
        if (route.Game is not { } game)
        {
            return ClassicReplies.WriteErrorAsync(context, StatusCodes.Status404NotFound, "没有这个游戏");
        }

        if (route.Call is not { } call)
        {
            return ClassicReplies.WriteErrorAsync(context, StatusCodes.Status404NotFound, "没有这个接口");
        }

        var method = context.Request.Method;
        var reads = call is ClassicCall.UserScore or ClassicCall.TopHundred;
        if (HttpMethods.IsOptions(method))
        {
            AnswerOptions(context, reads);
            return Task.CompletedTask;
        }

        if (!(reads ? HttpMethods.IsGet(method) || HttpMethods.IsHead(method) : HttpMethods.IsPost(method)))
        {
            context.Response.Headers.Allow = Methods(reads);
            return ClassicReplies.WriteErrorAsync(context, StatusCodes.Status405MethodNotAllowed, "不支持这种请求方式");
        }

        return boards.IsReady ? AnswerAsync(context, game, call) : WriteUnavailableAsync(context, "服务正在启动，请稍后再试");
    }

    /// <summary>Answers 503: nothing happened, and trying again in a second makes sense.</summary>
    public static Task WriteUnavailableAsync(HttpContext context, string reason = "服务繁忙，请稍后再试")
    {
        context.Response.Headers.RetryAfter = "1";
        return ClassicReplies.WriteErrorAsync(context, StatusCodes.Status503ServiceUnavailable, reason);
    }

    private Task AnswerAsync(HttpContext context, ClassicGame game, ClassicCall call) => call switch
    {
        ClassicCall.UserScore => UserScore.HandleAsync(context, game, boards),
        ClassicCall.TopHundred => TopHundred.HandleAsync(context, game, boards),
        ClassicCall.PostScore => PostedBody.ReadAsync(context, game, boards, PostScore.HandleAsync),
        ClassicCall.PostUserInfo => PostedBody.ReadAsync(context, game, boards, PostUserInfo.HandleAsync),
    };

    private static void AllowOrigin(HttpContext context, ClassicGame? game)
    {
        var headers = context.Response.Headers;
        if (game?.Settings.Origins is not { } origins)
        {
            headers.AccessControlAllowOrigin = "*";
            return;
        }

        headers.Vary = "Origin";
        var origin = context.Request.Headers.Origin.ToString();
        headers.AccessControlAllowOrigin = origins.Contains(origin, StringComparer.OrdinalIgnoreCase) ? origin : origins[0];
    }

    private static void AnswerOptions(HttpContext context, bool reads)
    {
        var headers = context.Response.Headers;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        headers.Allow = Methods(reads);
        headers.AccessControlAllowMethods = Methods(reads);
        headers.AccessControlMaxAge = "86400";
        headers.CacheControl = "no-store";
        var wanted = context.Request.Headers.AccessControlRequestHeaders.ToString();
        if (wanted.Length > 0 && Ascii.IsValid(wanted) && !wanted.Any(char.IsControl))
        {
            headers.AccessControlAllowHeaders = wanted;
        }
    }

    private static string Methods(bool reads) => reads ? "GET, HEAD, OPTIONS" : "POST, OPTIONS";
}

/// <summary>Puts the classic API into the pipeline.</summary>
internal static class ClassicApiExtensions
{
    public static IApplicationBuilder UseClassicApi(this IApplicationBuilder app, IBoards boards, GameCatalog catalog)
    {
        var games = new ClassicGames(boards, catalog);
        return app.Use(next => new ClassicApi(next, boards, games).InvokeAsync);
    }
}

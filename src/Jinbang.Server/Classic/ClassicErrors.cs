using Jinbang.Boards;
using Jinbang.Boards.Storage;
using Jinbang.Server.Origins;
using Jinbang.Server.Problems;

namespace Jinbang.Server.Classic;

/// <summary>The outermost room: whatever goes wrong inside is answered in the shape of the API that was called and says nothing about the inside.</summary>
internal static partial class ClassicErrors
{
    public static IApplicationBuilder UseClassicErrors(this IApplicationBuilder app)
    {
        var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("Jinbang.Server.Requests");
        return app.Use(next => context =>
        {
            Task answering;
            try
            {
                answering = next(context);
            }
            catch (Exception fault)
            {
                return AnswerAsync(context, fault, logger);
            }

            return answering.IsCompletedSuccessfully ? answering : AwaitAsync(context, answering, logger);
        });
    }

    private static async Task AwaitAsync(HttpContext context, Task answering, ILogger logger)
    {
        try
        {
            await answering;
        }
        catch (Exception fault)
        {
            await AnswerAsync(context, fault, logger);
        }
    }

    private static Task AnswerAsync(HttpContext context, Exception fault, ILogger logger)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            return Task.CompletedTask;
        }

        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        // Which pages may read the answer was decided already.
        var headers = context.Response.Headers;
        var (origin, vary, exposed) = (headers.AccessControlAllowOrigin, headers.Vary, headers.AccessControlExposeHeaders);
        context.Response.Clear();
        (headers.AccessControlAllowOrigin, headers.Vary, headers.AccessControlExposeHeaders) = (origin, vary, exposed);
        return AllowedOrigins.IsV1(context) ? WriteProblemAsync(context, fault, logger) : WriteErrorAsync(context, fault, logger);
    }

    private static Task WriteProblemAsync(HttpContext context, Exception fault, ILogger logger)
    {
        switch (fault)
        {
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return context.WriteProblemAsync(ProblemCode.TooLarge);
            case BadHttpRequestException or IOException { InnerException: OverflowException }:
                return context.WriteProblemAsync(ProblemCode.Invalid, "The request cannot be read.");
            case KeyNotFoundException:
                // What the boards throw for a game or a board that was deleted while the request was under way.
                LogGone(logger, fault);
                return context.WriteProblemAsync(ProblemCode.NotFound);
            case StoreUnavailableException or BoardElsewhereException:
                LogUnavailable(logger, fault.Message);
                return context.WriteProblemAsync(ProblemCode.Unavailable);
            default:
                LogFault(logger, fault);
                return context.WriteProblemAsync(ProblemCode.Internal);
        }
    }

    private static Task WriteErrorAsync(HttpContext context, Exception fault, ILogger logger)
    {
        switch (fault)
        {
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return ClassicReplies.WriteErrorAsync(context, StatusCodes.Status413PayloadTooLarge, "请求内容过大");
            case BadHttpRequestException bad:
                return ClassicReplies.WriteErrorAsync(context, bad.StatusCode, "请求格式错误");
            case IOException { InnerException: OverflowException }:
                // A chunk that says it is longer than 2 GiB: Kestrel has no BadHttpRequestException for it.
                return ClassicReplies.WriteErrorAsync(context, StatusCodes.Status400BadRequest, "请求格式错误");
            case KeyNotFoundException:
                // A game or board that was deleted while the request was on its way.
                return ClassicReplies.WriteErrorAsync(context, StatusCodes.Status404NotFound, "没有这个游戏");
            case StoreUnavailableException or BoardElsewhereException:
                LogUnavailable(logger, fault.Message);
                context.Response.Headers.RetryAfter = "1";
                return ClassicReplies.WriteErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "服务暂时不可用，请稍后再试");
            default:
                LogFault(logger, fault);
                return ClassicReplies.WriteErrorAsync(context, StatusCodes.Status500InternalServerError, "服务器内部错误");
        }
    }

    [LoggerMessage(EventId = 10, Level = LogLevel.Error, Message = "A request failed")]
    private static partial void LogFault(ILogger logger, Exception fault);

    [LoggerMessage(EventId = 12, Level = LogLevel.Information, Message = "A request is answered 404: what it was about is gone")]
    private static partial void LogGone(ILogger logger, Exception fault);

    [LoggerMessage(EventId = 11, Level = LogLevel.Error, Message = "A read is answered 503: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string reason);
}

using Jinbang.Boards.Storage;

namespace Jinbang.Server.Classic;

/// <summary>The outermost room: whatever goes wrong inside is answered in the contract's shape and says nothing about the inside.</summary>
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
        var (origin, vary) = (context.Response.Headers.AccessControlAllowOrigin, context.Response.Headers.Vary);
        context.Response.Clear();
        (context.Response.Headers.AccessControlAllowOrigin, context.Response.Headers.Vary) = (origin, vary);
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
            case StoreUnavailableException:
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

    [LoggerMessage(EventId = 11, Level = LogLevel.Error, Message = "A read is answered 503: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string reason);
}

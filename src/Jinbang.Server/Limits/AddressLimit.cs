using Jinbang.Server.Classic;

namespace Jinbang.Server.Limits;

/// <summary>Answers 429 to an address that asks too much.</summary>
internal static class AddressLimit
{
    public static IApplicationBuilder UseAddressLimit(this IApplicationBuilder app, AddressLimiter limiter) => app.Use(next => context =>
    {
        if (limiter.TryTake(context.Connection.RemoteIpAddress))
        {
            return next(context);
        }

        context.Response.Headers.RetryAfter = "1";
        return ClassicReplies.WriteErrorAsync(context, StatusCodes.Status429TooManyRequests, "请求太频繁，请稍后再试");
    });
}

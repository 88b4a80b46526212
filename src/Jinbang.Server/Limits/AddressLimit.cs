using Jinbang.Server.Classic;
using Jinbang.Server.Origins;
using Jinbang.Server.Problems;

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
        return AllowedOrigins.IsV1(context)
            ? context.WriteProblemAsync(ProblemCode.RateLimited)
            : ClassicReplies.WriteErrorAsync(context, StatusCodes.Status429TooManyRequests, "请求太频繁，请稍后再试");
    });
}

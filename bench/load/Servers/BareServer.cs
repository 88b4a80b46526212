using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Jinbang.Bench.Load.Servers;

/// <summary>
/// The reference for all ratios: Kestrel with one middleware that reads the whole request body and answers the bytes and headers that Jinbang
/// answers, chosen by the path alone. No routing, no logging, no logic.
/// </summary>
internal static class BareServer
{
    /// <summary>Serves until cancelled.</summary>
    public static async Task RunAsync(string url, BareReplies replies, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false).UseUrls(url);
        await using var app = builder.Build();

        var userScore = new PreparedReply(replies["user_score"]);
        var topHundred = new PreparedReply(replies["tpinball_score"]);
        var postScore = new PreparedReply(replies["post_score"]);
        var postUserInfo = new PreparedReply(replies["post_user_info"]);
        var ownRank = new PreparedReply(replies["own_rank"]);
        var around = new PreparedReply(replies["around"]);
        var firstPage = new PreparedReply(replies["top_100"]);
        var submit = new PreparedReply(replies["submit"]);
        app.Run(async context =>
        {
            await ReadBodyAsync(context.Request);
            var path = context.Request.Path.Value ?? "";
            await (path switch
            {
                _ when path.StartsWith("/v1/", StringComparison.Ordinal) => path switch
                {
                    _ when path.EndsWith("/scores", StringComparison.Ordinal) => submit,
                    _ when path.EndsWith("/standings", StringComparison.Ordinal) => firstPage,
                    _ when path.Contains("/around/", StringComparison.Ordinal) => around,
                    _ => ownRank,
                },
                _ when path.EndsWith("/user_score", StringComparison.Ordinal) => userScore,
                _ when path.EndsWith("/post_score", StringComparison.Ordinal) => postScore,
                _ when path.EndsWith("/tpinball_score", StringComparison.Ordinal) => topHundred,
                _ when path.EndsWith("/post_user_info", StringComparison.Ordinal) => postUserInfo,
                _ => userScore,
            }).SendAsync(context.Response);
        });

        await app.StartAsync(cancellationToken);
        await app.WaitForShutdownAsync(cancellationToken);
    }

    private static async ValueTask ReadBodyAsync(HttpRequest request)
    {
        while (true)
        {
            var read = await request.BodyReader.ReadAsync();
            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return;
        }
    }

    private sealed class PreparedReply
    {
        // What Kestrel itself writes, and what RecordAsync asked for.
        private static readonly string[] NotOurs = ["Date", "Server", "Connection", "Content-Length", "Transfer-Encoding"];

        private readonly byte[] _body;
        private readonly StringValues _contentType;
        private readonly StringValues _cacheControl;
        private readonly StringValues _allowOrigin;
        private readonly StringValues _tag;
        private readonly KeyValuePair<string, StringValues>[] _others;

        public PreparedReply(RawReply reply)
        {
            _body = reply.Body;
            var headers = reply.Headers.Where(header => !NotOurs.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
                .ToDictionary(header => header.Key, header => new StringValues(header.Value), StringComparer.OrdinalIgnoreCase);
            headers.Remove("Content-Type", out _contentType);
            headers.Remove("Cache-Control", out _cacheControl);
            headers.Remove("Access-Control-Allow-Origin", out _allowOrigin);
            headers.Remove("ETag", out _tag);
            _others = [.. headers];
        }

        public Task SendAsync(HttpResponse response)
        {
            var headers = response.Headers;
            headers.ContentType = _contentType;
            headers.CacheControl = _cacheControl;
            headers.AccessControlAllowOrigin = _allowOrigin;
            headers.ETag = _tag;
            headers.ContentLength = _body.Length;
            foreach (var (name, value) in _others)
                headers[name] = value;
            var flushed = response.BodyWriter.WriteAsync(_body);
            return flushed.IsCompletedSuccessfully ? Task.CompletedTask : flushed.AsTask();
        }
    }
}

using System.Buffers.Text;

namespace Jinbang.Server.Classic;

/// <summary>The replies of the classic API, as prepared bytes or written here. Both <c>status</c> and <c>code</c>, as numbers: see the contract.</summary>
internal static class ClassicReplies
{
    public const string ContentType = "application/json; charset=utf-8";

    public static readonly byte[] ScoreAdded = """{"status":200,"code":200,"msg":"添加成绩成功"}"""u8.ToArray();
    public static readonly byte[] ScoreChanged = """{"status":200,"code":200,"msg":"修改成绩成功"}"""u8.ToArray();
    public static readonly byte[] ScoreNotBetter = """{"status":400,"code":400,"error":"分数少于原分数"}"""u8.ToArray();
    public static readonly byte[] ProfileAdded = """{"code":200,"status":200,"msg":"添加用户信息成功"}"""u8.ToArray();
    public static readonly byte[] ProfileChanged = """{"code":200,"status":200,"msg":"修改用户信息成功"}"""u8.ToArray();
    public static readonly byte[] NoScore = """{"status":200,"code":200}"""u8.ToArray();

    private static ReadOnlySpan<byte> ScorePrefix => "{\"status\":200,\"code\":200,\"data\":{\"score\":"u8;

    /// <summary>
    /// Answers with prepared bytes. Written as memory: what is put into the writer's own buffer before the response has started is copied once more by the host.
    /// </summary>
    public static Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> reply)
    {
        var response = context.Response;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        response.ContentLength = reply.Length;
        var writing = response.BodyWriter.WriteAsync(reply);
        if (writing.IsCompletedSuccessfully)
        {
            _ = writing.Result;
            return Task.CompletedTask;
        }

        return writing.AsTask();
    }

    /// <summary>Answers a player's best score, as a number or as text.</summary>
    public static Task WriteScoreAsync(HttpContext context, long score, bool asText)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(score, digits, out var length);
        var quote = asText ? "\""u8 : [];
        byte[] reply = [.. ScorePrefix, .. quote, .. digits[..length], .. quote, .. "}}"u8];
        return WriteAsync(context, reply);
    }

    /// <summary>Answers that an input was refused: HTTP 200, as the games in the field need it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="reason">A short reason in Chinese, without characters that JSON escapes.</param>
    public static Task WriteRefusalAsync(HttpContext context, string reason) => WriteAsync(context, Error(400, reason));

    /// <summary>Answers what is not the contract, in its shape and with an HTTP status, readable from any origin.</summary>
    public static Task WriteErrorAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        if (context.Response.Headers.AccessControlAllowOrigin.Count == 0)
        {
            context.Response.Headers.AccessControlAllowOrigin = "*";
        }

        return WriteAsync(context, Error(status, reason));
    }

    private static byte[] Error(int status, string reason) => System.Text.Encoding.UTF8.GetBytes($$"""{"status":{{status}},"code":{{status}},"error":"{{reason}}"}""");
}

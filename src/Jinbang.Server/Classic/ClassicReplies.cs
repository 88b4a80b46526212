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

    /// <summary>Answers with prepared bytes. One copy into the connection's buffer; the host flushes at the end of the request.</summary>
    public static void Write(HttpContext context, ReadOnlySpan<byte> reply)
    {
        var response = context.Response;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        response.ContentLength = reply.Length;
        var writer = response.BodyWriter;
        reply.CopyTo(writer.GetSpan(reply.Length));
        writer.Advance(reply.Length);
    }

    /// <summary>Answers with prepared bytes of many blocks: written block by block, where <see cref="Write"/> would borrow one buffer for all of them.</summary>
    public static Task WriteLargeAsync(HttpContext context, byte[] reply)
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
    public static void WriteScore(HttpContext context, long score, bool asText)
    {
        Span<byte> reply = stackalloc byte[80];
        ScorePrefix.CopyTo(reply);
        var length = ScorePrefix.Length;
        if (asText)
        {
            reply[length++] = (byte)'"';
        }

        Utf8Formatter.TryFormat(score, reply[length..], out var digits);
        length += digits;
        if (asText)
        {
            reply[length++] = (byte)'"';
        }

        "}}"u8.CopyTo(reply[length..]);
        Write(context, reply[..(length + 2)]);
    }

    /// <summary>Answers that an input was refused: HTTP 200, as the games in the field need it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="reason">A short reason in Chinese, without characters that JSON escapes.</param>
    public static void WriteRefusal(HttpContext context, string reason) => Write(context, Error(400, reason));

    /// <summary>Answers what is not the contract, in its shape and with an HTTP status, readable from any origin.</summary>
    public static Task WriteErrorAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        if (context.Response.Headers.AccessControlAllowOrigin.Count == 0)
        {
            context.Response.Headers.AccessControlAllowOrigin = "*";
        }

        Write(context, Error(status, reason));
        return Task.CompletedTask;
    }

    private static byte[] Error(int status, string reason) => System.Text.Encoding.UTF8.GetBytes($$"""{"status":{{status}},"code":{{status}},"error":"{{reason}}"}""");
}

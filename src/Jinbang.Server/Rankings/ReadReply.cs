using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Jinbang.Server.Wire;
using Microsoft.Extensions.Primitives;

namespace Jinbang.Server.Rankings;

/// <summary>
/// An answer ready to be sent, with its tag. The tag is made of the answer's bytes, which hold the board's version: a profile further down, or in a window that is closed,
/// changes without the board's version.
/// </summary>
internal sealed class ReadReply(byte[] json)
{
    private readonly string tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, 12))}\"";

    public static ReadReply Of<T>(T reply, JsonTypeInfo<T> type) => new(JsonSerializer.SerializeToUtf8Bytes(reply, type));

    /// <summary>Answers, with 304 when the client has it already.</summary>
    public Task WriteAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ETag = tag;
        headers.CacheControl = "private, no-cache";
        if (Matches(context.Request.Headers.IfNoneMatch))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        return JsonReply.WriteBytesAsync(context, json);
    }

    private bool Matches(StringValues known)
    {
        foreach (var header in known)
        {
            foreach (var range in header.AsSpan().Split(','))
            {
                var one = header.AsSpan(range).Trim();
                if (one is "*" || (one.StartsWith("W/") ? one[2..] : one).SequenceEqual(tag))
                {
                    return true;
                }
            }
        }

        return false;
    }
}

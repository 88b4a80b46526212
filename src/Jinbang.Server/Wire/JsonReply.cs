using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Jinbang.Server.Wire;

/// <summary>Answers with JSON.</summary>
internal static class JsonReply
{
    public const string ContentType = "application/json; charset=utf-8";

    /// <summary>A room's options, but that only what must be escaped is: names of players are seldom ASCII.</summary>
    public static JsonSerializerOptions Plainly(JsonSerializerOptions options) => new(options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers 200 with what nobody may keep.</summary>
    public static Task WriteAsync<T>(HttpContext context, T reply, JsonTypeInfo<T> type)
    {
        context.Response.Headers.CacheControl = "no-store";
        return WriteBytesAsync(context, JsonSerializer.SerializeToUtf8Bytes(reply, type));
    }

    /// <summary>Answers 200 with bytes.</summary>
    public static Task WriteBytesAsync(HttpContext context, byte[] json)
    {
        context.Response.ContentType = ContentType;
        context.Response.ContentLength = json.Length;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return Task.CompletedTask;
        }

        var writing = context.Response.BodyWriter.WriteAsync(json);
        if (writing.IsCompletedSuccessfully)
        {
            _ = writing.Result;
            return Task.CompletedTask;
        }

        return writing.AsTask();
    }

    /// <summary>Answers 204.</summary>
    public static Task WriteNothingAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>Answers with a status and what nobody may keep.</summary>
    public static Task WriteJsonAsync<T>(this HttpContext context, int status, T value, JsonTypeInfo<T> type)
    {
        context.Response.StatusCode = status;
        return WriteAsync(context, value, type);
    }

    /// <summary>Answers 204: it is done, and there is nothing to tell.</summary>
    public static Task WriteDone(this HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return WriteNothingAsync(context);
    }
}

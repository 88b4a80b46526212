using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Jinbang.Server.Wire;

/// <summary>Answers with JSON that nobody may keep.</summary>
internal static class JsonReply
{
    public const string ContentType = "application/json; charset=utf-8";

    public static Task WriteJsonAsync<T>(this HttpContext context, int status, T value, JsonTypeInfo<T> type)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        response.ContentLength = body.Length;
        return response.BodyWriter.WriteAsync(body).AsTask();
    }

    /// <summary>Answers 204: it is done, and there is nothing to tell.</summary>
    public static Task WriteDone(this HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        context.Response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}

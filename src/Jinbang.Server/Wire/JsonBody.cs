using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Jinbang.Server.Problems;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Jinbang.Server.Wire;

/// <summary>Reads the body of a request: one JSON object in UTF-8, up to a limit.</summary>
internal static class JsonBody
{
    /// <summary>The most bytes of a body.</summary>
    public const int MostBytes = 64 * 1024;

    /// <summary>The most bytes of a batch.</summary>
    public const int MostBatchBytes = 256 * 1024;

    private const string Malformed = "The body must be one JSON object in UTF-8, without comments and without a name that comes twice.";

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>Reads it.</summary>
    /// <returns>The object, or why there is none. Its memory is its own.</returns>
    public static async ValueTask<(JsonElement Body, Refusal? Refusal)> ReadAsync(HttpContext context, int most = MostBytes)
    {
        var request = context.Request;
        if (!IsJson(request.ContentType))
        {
            return (default, new Refusal(ProblemCode.UnsupportedMediaType, "The content type must be application/json."));
        }

        if (request.ContentLength > most)
        {
            return (default, TooLarge(most));
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = most + 1;
        }

        var reader = request.BodyReader;
        var read = await reader.ReadAsync(context.RequestAborted);
        while (!read.IsCompleted && read.Buffer.Length <= most)
        {
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await reader.ReadAsync(context.RequestAborted);
        }

        var bytes = read.Buffer.Length <= most ? read.Buffer.ToArray() : null;
        reader.AdvanceTo(read.Buffer.End);
        if (bytes is null)
        {
            return (default, TooLarge(most));
        }

        return TryParse(bytes, out var body) ? (body, null) : (default, new Refusal(ProblemCode.Invalid, Malformed));
    }

    private static Refusal TooLarge(int most) => new(ProblemCode.TooLarge, $"At most {most} bytes are allowed.");

    private static bool IsJson(string? contentType) =>
        contentType == "application/json"
        || (MediaTypeHeaderValue.TryParse(contentType, out var type)
            && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (type.Charset.Length == 0 || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase)));

    private static bool TryParse(byte[] bytes, out JsonElement body)
    {
        body = default;
        if (!Utf8.IsValid(bytes))
        {
            return false;
        }

        try
        {
            body = JsonDocument.Parse(bytes, Options).RootElement;
            return body.ValueKind == JsonValueKind.Object;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // The latter for a name with a lone surrogate.
            return false;
        }
    }
}

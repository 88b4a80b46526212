using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
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

    private static readonly Refusal NoJson = new(ProblemCode.UnsupportedMediaType, "The content type must be application/json.");

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>Reads it.</summary>
    /// <returns>The object, or why there is none. Its memory is its own.</returns>
    public static async ValueTask<(JsonElement Body, Refusal? Refusal)> ReadAsync(HttpContext context, int most = MostBytes)
    {
        if (!IsJson(context.Request.ContentType))
        {
            return (default, NoJson);
        }

        if (await ReadBytesAsync(context, most) is not { } bytes)
        {
            return (default, TooLarge(most));
        }

        return TryParse(bytes, out var body) ? (body, null) : (default, new Refusal(ProblemCode.Invalid, Malformed));
    }

    /// <summary>Reads it as what a room has a type for, or answers with the problem.</summary>
    /// <param name="context">The request.</param>
    /// <param name="type">What it is to be read as.</param>
    /// <param name="absent">What no body at all means; null when there must be one.</param>
    /// <returns>What was read; null when the request is answered already.</returns>
    public static async ValueTask<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type, T? absent = null)
        where T : class
    {
        if (await ReadBytesAsync(context, MostBytes) is not { } bytes)
        {
            await TooLarge(MostBytes).WriteAsync(context);
            return null;
        }

        if (bytes.Length == 0 && absent is not null)
        {
            return absent;
        }

        if (!IsJson(context.Request.ContentType))
        {
            await NoJson.WriteAsync(context);
            return null;
        }

        try
        {
            if (Utf8.IsValid(bytes) && JsonSerializer.Deserialize(bytes, type) is { } read)
            {
                return read;
            }

            await context.WriteProblemAsync(ProblemCode.Invalid, Malformed);
        }
        catch (JsonException fault)
        {
            await WriteFaultAsync(context, fault);
        }

        return null;
    }

    private static async ValueTask<byte[]?> ReadBytesAsync(HttpContext context, int most)
    {
        var request = context.Request;
        if (request.ContentLength > most)
        {
            return null;
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
        return bytes;
    }

    private static Task WriteFaultAsync(HttpContext context, JsonException fault)
    {
        // The reader's own message names types of ours; where it was is what helps.
        var field = fault.Path is { Length: > 2 } path ? path[2..] : null;
        return field is null
            ? context.WriteProblemAsync(ProblemCode.Invalid, $"The body is no JSON object: see line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}.")
            : context.WriteProblemAsync(ProblemCode.Invalid, errors: [new FieldError(field, "This value has the wrong type, or the JSON breaks off here, or the field is there twice.")]);
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

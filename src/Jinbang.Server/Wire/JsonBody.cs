using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Jinbang.Server.Limits;
using Jinbang.Server.Problems;

namespace Jinbang.Server.Wire;

/// <summary>Reads the JSON object that a request has brought, up to the limit for bodies.</summary>
internal static class JsonBody
{
    /// <summary>Reads the body, or answers with the problem.</summary>
    /// <param name="context">The request.</param>
    /// <param name="type">What it is to be read as.</param>
    /// <param name="absent">What no body at all means; null when there must be one.</param>
    /// <returns>What was read; null when the request is answered already.</returns>
    public static async ValueTask<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type, T? absent = null)
        where T : class
    {
        var (body, isTooLarge) = await ReadBytesAsync(context);
        if (isTooLarge)
        {
            await context.WriteProblemAsync(ProblemCode.TooLarge, $"A body has at most {LimitSettings.BodyBytes} bytes.");
            return null;
        }

        if (body.Length == 0 && absent is not null)
        {
            return absent;
        }

        if (!context.Request.HasJsonContentType())
        {
            await context.WriteProblemAsync(ProblemCode.UnsupportedMediaType, "Send Content-Type: application/json.");
            return null;
        }

        try
        {
            if (JsonSerializer.Deserialize(body, type) is { } read)
            {
                return read;
            }

            await context.WriteProblemAsync(ProblemCode.Invalid, "The body must be a JSON object.");
        }
        catch (JsonException fault)
        {
            await WriteFaultAsync(context, fault);
        }

        return null;
    }

    private static async ValueTask<(byte[] Body, bool IsTooLarge)> ReadBytesAsync(HttpContext context)
    {
        if (context.Request.ContentLength > LimitSettings.BodyBytes)
        {
            return ([], true);
        }

        var reader = context.Request.BodyReader;
        var read = await reader.ReadAsync(context.RequestAborted);
        while (!read.IsCompleted && read.Buffer.Length <= LimitSettings.BodyBytes)
        {
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await reader.ReadAsync(context.RequestAborted);
        }

        var isTooLarge = read.Buffer.Length > LimitSettings.BodyBytes;
        var body = isTooLarge ? [] : read.Buffer.ToArray();
        reader.AdvanceTo(read.Buffer.End);
        return (body, isTooLarge);
    }

    private static Task WriteFaultAsync(HttpContext context, JsonException fault)
    {
        // The reader's own message names types of ours; where it was is what helps.
        var field = fault.Path is { Length: > 2 } path ? path[2..] : null;
        return field is null
            ? context.WriteProblemAsync(ProblemCode.Invalid, $"The body is no JSON object: see line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}.")
            : context.WriteProblemAsync(ProblemCode.Invalid, errors: [new FieldError(field, "This value has the wrong type, or the JSON breaks off here, or the field is there twice.")]);
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Jinbang.Server.Problems;

/// <summary>Answers with a problem.</summary>
internal static class ProblemReplies
{
    public const string ContentType = "application/problem+json";

    public static int StatusOf(ProblemCode code) => code switch
    {
        ProblemCode.Invalid => StatusCodes.Status400BadRequest,
        ProblemCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        ProblemCode.Forbidden => StatusCodes.Status403Forbidden,
        ProblemCode.NotFound => StatusCodes.Status404NotFound,
        ProblemCode.MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
        ProblemCode.IdempotencyConflict or ProblemCode.RebuildNeeded or ProblemCode.Conflict or ProblemCode.WindowClosed or ProblemCode.NoWindow or ProblemCode.TooMany => StatusCodes.Status409Conflict,
        ProblemCode.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ProblemCode.UnsupportedMediaType => StatusCodes.Status415UnsupportedMediaType,
        ProblemCode.OutOfBounds or ProblemCode.Overflow => StatusCodes.Status422UnprocessableEntity,
        ProblemCode.RateLimited => StatusCodes.Status429TooManyRequests,
        ProblemCode.Internal => StatusCodes.Status500InternalServerError,
        ProblemCode.Unavailable or ProblemCode.VersionNotReached => StatusCodes.Status503ServiceUnavailable,
    };

    /// <summary>The problem as an object, for those that stand inside another answer.</summary>
    public static Problem Of(ProblemCode code, string? detail = null, IReadOnlyList<FieldError>? errors = null)
    {
        var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(code.ToString());
        return new Problem { Type = $"/docs/problems#{name}", Title = TitleOf(code), Status = StatusOf(code), Code = name, Detail = detail, Errors = errors };
    }

    /// <summary>Answers with a problem. Retry-After is one second where trying again makes sense, unless it is set already.</summary>
    public static Task WriteProblemAsync(this HttpContext context, ProblemCode code, string? detail = null, IReadOnlyList<FieldError>? errors = null)
    {
        var response = context.Response;
        var problem = Of(code, detail, errors);
        response.StatusCode = problem.Status;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        if (problem.Status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests && response.Headers.RetryAfter.Count == 0)
        {
            response.Headers.RetryAfter = "1";
        }

        if (code == ProblemCode.Unauthenticated)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(problem, ProblemJson.Default.Problem);
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.BodyWriter.WriteAsync(body).AsTask();
    }

    private static string TitleOf(ProblemCode code) => code switch
    {
        ProblemCode.Invalid => "The request is invalid.",
        ProblemCode.Unauthenticated => "A valid credential is needed.",
        ProblemCode.Forbidden => "This credential may not do that.",
        ProblemCode.NotFound => "There is no such thing.",
        ProblemCode.MethodNotAllowed => "This path has no such method.",
        ProblemCode.IdempotencyConflict => "The idempotency key was used for another submission.",
        ProblemCode.RebuildNeeded => "The change needs a rebuild.",
        ProblemCode.Conflict => "The change does not fit what is stored.",
        ProblemCode.WindowClosed => "The window takes no more scores.",
        ProblemCode.NoWindow => "No window is open at this time.",
        ProblemCode.TooMany => "There are as many as there may be.",
        ProblemCode.TooLarge => "The body is too large.",
        ProblemCode.UnsupportedMediaType => "The body must be JSON.",
        ProblemCode.OutOfBounds => "The score lies outside the board's bounds.",
        ProblemCode.Overflow => "The sum would leave the range of 64 bits.",
        ProblemCode.RateLimited => "Too many requests.",
        ProblemCode.Internal => "The server failed.",
        ProblemCode.Unavailable => "The server cannot do it now.",
        ProblemCode.VersionNotReached => "The board has not reached that version.",
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ProblemJson : JsonSerializerContext;

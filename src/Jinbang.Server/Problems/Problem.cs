using System.Text.Json.Serialization;

namespace Jinbang.Server.Problems;

/// <summary>An error of the v1 API, as RFC 9457 has it. Media type <c>application/problem+json</c>.</summary>
internal sealed record Problem
{
    /// <summary>A path that names the kind of problem: <c>/docs/problems#code</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The kind in words.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>The kind in one word, in snake_case.</summary>
    public required string Code { get; init; }

    /// <summary>What was wrong this time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    /// <summary>The faults, field by field.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FieldError>? Errors { get; init; }
}

/// <summary>What is wrong with a field.</summary>
/// <param name="Field">Its name, with dots and brackets for what is inside.</param>
/// <param name="Message">What is wrong, and what is allowed.</param>
internal sealed record FieldError(string Field, string Message);

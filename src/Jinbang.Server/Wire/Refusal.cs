using Jinbang.Server.Problems;

namespace Jinbang.Server.Wire;

/// <summary>Why a request is refused, before anyone knows whether it is answered alone or among others.</summary>
internal sealed record Refusal(ProblemCode Code, string? Detail = null, IReadOnlyList<FieldError>? Errors = null)
{
    /// <summary>The boards are loading, or the store is out of reach.</summary>
    public static readonly Refusal Unavailable = new(ProblemCode.Unavailable);

    /// <summary>As an object, for inside another answer.</summary>
    public Problem Problem => ProblemReplies.Of(Code, Detail, Errors);

    /// <summary>One field is wrong.</summary>
    public static Refusal Of(string field, string message) => new(ProblemCode.Invalid, Errors: [new FieldError(field, message)]);

    /// <summary>There is no such thing.</summary>
    public static Refusal Missing(string detail) => new(ProblemCode.NotFound, detail);

    /// <summary>As the whole answer.</summary>
    public Task WriteAsync(HttpContext context) => context.WriteProblemAsync(Code, Detail, Errors);
}

/// <summary>Gathers what is wrong with a request, so that one answer tells all of it.</summary>
internal sealed class Faults
{
    private const int Most = 20;
    private const int LongestName = 64;

    private readonly List<FieldError> errors = [];

    /// <summary>The refusal that they make; null when there is none.</summary>
    public Refusal? Refusal => errors.Count == 0 ? null : new Refusal(ProblemCode.Invalid, Errors: errors);

    /// <summary>Notes one; beyond twenty they are not told.</summary>
    public void Add(string field, string message)
    {
        if (errors.Count < Most)
        {
            errors.Add(new FieldError(field.Length <= LongestName ? field : $"{field[..LongestName]}…", message));
        }
    }
}

using Jinbang.Boards;
using Jinbang.Server.Problems;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Games;

/// <summary>What is answered to changes of games, boards and windows.</summary>
internal static class CatalogReplies
{
    /// <summary>The status of a change that was made; null when it was not.</summary>
    public static int? StatusOf(CatalogOutcome outcome) => outcome switch
    {
        CatalogOutcome.Added => StatusCodes.Status201Created,
        CatalogOutcome.Changed or CatalogOutcome.Unchanged => StatusCodes.Status200OK,
        CatalogOutcome.Removed or CatalogOutcome.Unavailable or CatalogOutcome.NotFound or CatalogOutcome.NeedsRebuild or CatalogOutcome.TooMany or CatalogOutcome.Conflict => null,
    };

    /// <summary>Answers a change that was not made.</summary>
    /// <param name="context">The request.</param>
    /// <param name="outcome">Why it was not made.</param>
    /// <param name="things">What there may be too many of.</param>
    public static Task WriteFaultAsync(HttpContext context, CatalogOutcome outcome, string things = "boards") => outcome switch
    {
        CatalogOutcome.NeedsRebuild => context.WriteProblemAsync(
            ProblemCode.RebuildNeeded,
            "A change of the order, the columns or the keep rule ranks the open windows anew, from the submissions that the log still holds. Ask for it with ?rebuild=true; closed windows stay as they are."),
        CatalogOutcome.Conflict => context.WriteProblemAsync(
            ProblemCode.Conflict,
            "What is stored would mean something else: decimals, and the kind of a window that is there, cannot be changed. Make another board, or name the window otherwise."),
        CatalogOutcome.TooMany => context.WriteProblemAsync(ProblemCode.TooMany, $"There are as many {things} as there may be. Delete one first."),
        CatalogOutcome.Unavailable => context.WriteProblemAsync(ProblemCode.Unavailable),
        CatalogOutcome.NotFound or CatalogOutcome.Added or CatalogOutcome.Changed or CatalogOutcome.Unchanged or CatalogOutcome.Removed =>
            context.WriteProblemAsync(ProblemCode.NotFound),
    };

    /// <summary>Answers a removal.</summary>
    public static Task WriteRemovedAsync(HttpContext context, CatalogOutcome outcome) =>
        outcome is CatalogOutcome.Removed or CatalogOutcome.Unchanged ? context.WriteDone() : WriteFaultAsync(context, outcome);

    /// <summary>Whether the query says once more what is to be deleted; answers with the problem when it does not.</summary>
    public static async ValueTask<bool> IsConfirmedAsync(HttpContext context, string name)
    {
        if (context.Request.Query["confirm"] == name)
        {
            return true;
        }

        await context.WriteProblemAsync(ProblemCode.Invalid, $"This cannot be undone. Add ?confirm={name} to do it.", [new FieldError("confirm", $"it must be '{name}'.")]);
        return false;
    }
}

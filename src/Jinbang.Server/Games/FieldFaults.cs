using System.Text.Json;
using Jinbang.Server.Problems;

namespace Jinbang.Server.Games;

/// <summary>Faults of fields, from the sentences and leftovers that tell of them.</summary>
internal static class FieldFaults
{
    /// <summary>From a sentence that begins with the field: up to a colon, after which the sentence goes on, or up to the first space of it.</summary>
    public static FieldError Of(string sentence)
    {
        var end = sentence.AsSpan().IndexOfAny(':', ' ');
        if (end < 0)
        {
            return new FieldError("", sentence);
        }

        var field = sentence[..end];
        return new FieldError(field, sentence[end] == ':' ? sentence[(end + 1)..].TrimStart() : sentence[(field.LastIndexOf('.') + 1)..]);
    }

    /// <summary>One for every field that nobody knows.</summary>
    public static IEnumerable<FieldError> OfUnknown(string prefix, Dictionary<string, JsonElement>? unknown) =>
        (unknown ?? []).Keys.Select(name => new FieldError(prefix + name, "there is no such field."));
}

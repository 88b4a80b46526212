using System.Collections.Frozen;

namespace Jinbang.Server.Wire;

/// <summary>
/// How values of an enumeration are spelled in JSON and in settings. Spelled out and not made from the names in code: a renamed member must not change an API.
/// </summary>
internal sealed class WireWords<T>
    where T : struct, Enum
{
    private readonly FrozenDictionary<T, string> words;
    private readonly FrozenDictionary<string, T> values;

    public WireWords(params (string Word, T Value)[] pairs)
    {
        words = pairs.ToFrozenDictionary(static pair => pair.Value, static pair => pair.Word);
        values = pairs.ToFrozenDictionary(static pair => pair.Word, static pair => pair.Value, StringComparer.Ordinal);
        All = [.. pairs.Select(static pair => pair.Word)];
    }

    /// <summary>All words.</summary>
    public IReadOnlyList<string> All { get; }

    /// <summary>All words as a sentence says them: "a, b or c".</summary>
    public string Choice => All.Count == 1 ? All[0] : $"{string.Join(", ", All.SkipLast(1))} or {All[^1]}";

    public string Of(T value) => words[value];

    public bool TryRead(string word, out T value) => values.TryGetValue(word, out value);
}

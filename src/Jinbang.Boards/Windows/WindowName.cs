using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Jinbang.Boards.Windows;

/// <summary>
/// Names a window of a board: its rule, and which of the rule's windows. Written <c>daily</c> for the current one, <c>daily:previous</c> for the one before,
/// <c>daily:2026-11-24</c> for a certain one; <c>all_time</c> and a season have only one.
/// </summary>
/// <param name="Rule">The name of the rule.</param>
/// <param name="Key">The window's key as the calendar gives it; empty for the current one and where a rule has only one; <c>previous</c> for the one before.</param>
public readonly record struct WindowName(string Rule, string Key = "")
{
    /// <summary>The key that stands for the window before the current one.</summary>
    public const string Previous = "previous";

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_:");

    private const int LongestRule = 32;
    private const int LongestKey = 10;

    /// <summary>Reads a name. Whether there is such a window is not asked.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out WindowName name)
    {
        name = default;
        if (text is null)
        {
            return false;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (rule, key) = colon < 0 ? (text, "") : (text[..colon], text[(colon + 1)..]);
        if (rule.Length is 0 or > LongestRule || (colon >= 0 && key.Length is 0 or > LongestKey) || text.AsSpan().ContainsAnyExcept(Allowed))
        {
            return false;
        }

        name = new WindowName(rule, key);
        return true;
    }

    /// <inheritdoc />
    public override string ToString() => Key.Length == 0 ? Rule : $"{Rule}:{Key}";
}

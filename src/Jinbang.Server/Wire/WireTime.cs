using System.Globalization;

namespace Jinbang.Server.Wire;

/// <summary>Instants as RFC 3339 has them, always with their offset: a time without one means another instant in every place.</summary>
internal static class WireTime
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>Writes an instant in UTC.</summary>
    public static string Format(DateTimeOffset at) => at.UtcDateTime.ToString(Formats[1], CultureInfo.InvariantCulture);

    /// <inheritdoc cref="Format(DateTimeOffset)" />
    public static string? Format(DateTimeOffset? at) => at is { } given ? Format(given) : null;

    public static bool TryParse(string text, out DateTimeOffset at)
    {
        at = default;
        var hasOffset = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
        return hasOffset && DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out at);
    }
}

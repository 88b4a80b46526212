using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Jinbang.Boards.Games;

/// <summary>
/// A game's name in URLs: 1 to 64 characters of <c>a-z 0-9 -</c>; the 24 hex digits of older installations are such a name too.
/// Compares ordinally. <c>default</c> is no game.
/// </summary>
public readonly record struct GameId : IParsable<GameId>
{
    /// <summary>The most characters an id may have.</summary>
    public const int LongestLength = 64;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private readonly string? value;

    private GameId(string value) => this.value = value;

    /// <summary>Reads an id.</summary>
    /// <exception cref="FormatException">It is not one; the message says what is allowed.</exception>
    public static GameId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is no game id: 1 to {LongestLength} characters of a-z, 0-9 and '-' are allowed.");

    /// <summary>Reads an id, if it is one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out GameId id)
    {
        var valid = text is { Length: >= 1 and <= LongestLength } && !text.AsSpan().ContainsAnyExcept(Allowed);
        id = valid ? new GameId(text!) : default;
        return valid;
    }

    static GameId IParsable<GameId>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<GameId>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out GameId result) => TryParse(s, out result);

    /// <inheritdoc />
    public override string ToString() => value ?? "";
}

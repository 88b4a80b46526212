using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Jinbang.Boards.Players;

/// <summary>
/// The id by which a game knows a player (in WeChat his openid), as UTF-8: 1 to 128 Unicode scalar values, no control characters, no white space at either
/// end, compared byte by byte. A credential in the classic API: it never goes into a log, an event or a page.
/// </summary>
/// <remarks><see cref="ToString"/> does not show it, so that a log cannot either. <c>default</c> is empty and not valid.</remarks>
public readonly struct ExternalId
{
    /// <summary>The most Unicode scalar values an id may have.</summary>
    public const int LongestLength = 128;

    /// <summary>The most bytes an id may have.</summary>
    public const int LongestBytes = LongestLength * 4;

    private readonly byte[]? utf8;

    private ExternalId(byte[] utf8) => this.utf8 = utf8;

    /// <summary>The id's bytes.</summary>
    public ReadOnlySpan<byte> Utf8 => utf8;

    /// <summary>Copies an id.</summary>
    /// <exception cref="FormatException">The bytes are no id. The message does not repeat them.</exception>
    public static ExternalId Copy(ReadOnlySpan<byte> utf8) =>
        IsValid(utf8) ? new ExternalId(utf8.ToArray()) : throw new FormatException("The bytes are no external id of a player.");

    /// <summary>Whether the bytes are an id.</summary>
    public static bool IsValid(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty || utf8.Length > LongestBytes)
        {
            return false;
        }

        if (Ascii.IsValid(utf8))
        {
            return utf8.Length <= LongestLength && utf8.IndexOfAnyInRange((byte)0, (byte)0x1f) < 0 && !utf8.Contains((byte)0x7f)
                && utf8[0] != (byte)' ' && utf8[^1] != (byte)' ';
        }

        return Utf8Is(utf8);
    }

    /// <summary>Not the id: it must not leave the server by accident.</summary>
    public override string ToString() => "(an external id)";

    private static bool Utf8Is(ReadOnlySpan<byte> utf8)
    {
        var length = 0;
        var lastIsSpace = false;
        while (!utf8.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(utf8, out var rune, out var consumed) != OperationStatus.Done || Rune.IsControl(rune))
            {
                return false;
            }

            lastIsSpace = Rune.IsWhiteSpace(rune);
            if (++length > LongestLength || (length == 1 && lastIsSpace))
            {
                return false;
            }

            utf8 = utf8[consumed..];
        }

        return !lastIsSpace;
    }
}

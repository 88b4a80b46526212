using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Jinbang.Boards;
using Jinbang.Boards.Rankings;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Server.Rankings;

/// <summary>
/// Where a page ended: the scores and the order number of its last entry, as text that clients pass back. It ends with a digest of these together with the board
/// and the window, so that one of another window, or one that was cut, is refused and not misread. Nothing in it is secret.
/// </summary>
internal readonly record struct StandingsCursor(ScoreColumns Scores, long Order)
{
    private const int ContentBytes = 5 * sizeof(long);
    private const int DigestBytes = 8;
    private const int TextLength = (ContentBytes + DigestBytes) / 3 * 4;

    /// <summary>Where the page ends; null when nothing can come after it.</summary>
    public static string? After(BoardId board, StandingsPage page, int limit)
    {
        if (page.Lines.Count < limit)
        {
            return null;
        }

        var last = page.Lines[^1].Entry;
        return new StandingsCursor(last.Scores, last.Order).ToText(board, page.Window.Name);
    }

    /// <summary>Writes it.</summary>
    public string ToText(BoardId board, WindowName window)
    {
        Span<byte> bytes = stackalloc byte[ContentBytes + DigestBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Scores.First);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], Scores.Second);
        BinaryPrimitives.WriteInt64BigEndian(bytes[16..], Scores.Third);
        BinaryPrimitives.WriteInt64BigEndian(bytes[24..], Scores.Fourth);
        BinaryPrimitives.WriteInt64BigEndian(bytes[32..], Order);
        WriteDigest(bytes[..ContentBytes], board, window, bytes[ContentBytes..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads what looks like one; <see cref="BelongsTo"/> tells whether it is.</summary>
    public static bool TryParse(string text, out StandingsCursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[ContentBytes + DigestBytes];
        if (text.Length != TextLength || !Base64Url.TryDecodeFromChars(text, bytes, out var length) || length != bytes.Length)
        {
            return false;
        }

        cursor = new StandingsCursor(
            new ScoreColumns(
                BinaryPrimitives.ReadInt64BigEndian(bytes), BinaryPrimitives.ReadInt64BigEndian(bytes[8..]),
                BinaryPrimitives.ReadInt64BigEndian(bytes[16..]), BinaryPrimitives.ReadInt64BigEndian(bytes[24..])),
            BinaryPrimitives.ReadInt64BigEndian(bytes[32..]));
        return true;
    }

    /// <summary>Whether a text was written for this window.</summary>
    public bool BelongsTo(string text, BoardId board, WindowName window) => ToText(board, window) == text;

    private static void WriteDigest(ReadOnlySpan<byte> content, BoardId board, WindowName window, Span<byte> digest)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. content, .. Encoding.UTF8.GetBytes($"{board}/{window}")], hash);
        hash[..DigestBytes].CopyTo(digest);
    }
}

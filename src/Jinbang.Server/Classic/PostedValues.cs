using Jinbang.Boards.Players;
using Jinbang.Ranking;

namespace Jinbang.Server.Classic;

/// <summary>From posted texts to values, by the contract's rules.</summary>
internal static class PostedValues
{
    private const int LongestScore = 64;
    private const int MostDigits = 15;

    /// <summary>Whether a text names a player: none of the texts that a script makes of a missing value does.</summary>
    public static bool IsOpenId(ReadOnlySpan<byte> text) =>
        ExternalId.IsValid(text) && !text.SequenceEqual("undefined"u8) && !text.SequenceEqual("null"u8) && !text.SequenceEqual("[object Object]"u8);

    /// <summary>Reads a whole decimal number of at most 15 digits; leading zeros and surrounding spaces do not count, and no text at all is 0.</summary>
    public static bool TryReadScore(ReadOnlySpan<byte> text, out Score score)
    {
        score = default;
        if (text.Length > LongestScore)
        {
            return false;
        }

        text = text.Trim(" \t\r\n"u8);
        if (text.IsEmpty)
        {
            return true;
        }

        var isNegative = text[0] == (byte)'-';
        var digits = isNegative ? text[1..] : text;
        if (digits.IsEmpty)
        {
            return false;
        }

        digits = digits.TrimStart((byte)'0');
        if (digits.Length > MostDigits)
        {
            return false;
        }

        long value = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        score = new Score(isNegative ? -value : value);
        return true;
    }

    /// <summary>Whether valid UTF-8 has at most so many Unicode scalar values.</summary>
    public static bool HasAtMost(ReadOnlySpan<byte> utf8, int scalars)
    {
        if (utf8.Length <= scalars)
        {
            return true;
        }

        var count = 0;
        foreach (var unit in utf8)
        {
            count += (unit & 0xC0) != 0x80 ? 1 : 0;
        }

        return count <= scalars;
    }
}

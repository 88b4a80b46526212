using System.Globalization;

namespace Jinbang.Boards.Submissions;

/// <summary>
/// Scores as decimal text: <c>-12.50</c> with two decimals is the value -1250. Fixed point all the way; no floating point anywhere.
/// </summary>
public static class ScoreText
{
    /// <summary>The most characters a score can have.</summary>
    public const int LongestText = 21;

    /// <summary>The largest value that JavaScript and other readers of 64-bit floating point can hold exactly.</summary>
    public const long LargestSafe = (1L << 53) - 1;

    private static readonly long[] Powers = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

    /// <summary>Writes a value with all its decimals.</summary>
    public static string Format(long value, int decimals)
    {
        Span<char> text = stackalloc char[LongestText + 2];
        return TryFormat(value, decimals, text, out var length) ? new string(text[..length]) : throw new InvalidOperationException("A score has no more characters than that.");
    }

    /// <summary>Writes a value with all its decimals.</summary>
    public static bool TryFormat(long value, int decimals, Span<char> text, out int length)
    {
        if (decimals == 0)
        {
            return value.TryFormat(text, out length, provider: CultureInfo.InvariantCulture);
        }

        var power = (ulong)Powers[decimals];
        var magnitude = value < 0 ? (ulong)-(value + 1) + 1 : (ulong)value;
        var sign = value < 0 ? "-" : "";
        return text.TryWrite(CultureInfo.InvariantCulture, $"{sign}{magnitude / power}.", out length) && TryAppend(text, ref length, magnitude % power, decimals);
    }

    /// <summary>
    /// Reads a value: an optional minus, digits, and optionally a point and digits. More decimals than the board has are only allowed when they are zeros.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, int decimals, out long value)
    {
        value = 0;
        var isNegative = text.StartsWith("-");
        var digits = isNegative ? text[1..] : text;
        var point = digits.IndexOf('.');
        var whole = point < 0 ? digits : digits[..point];
        var fraction = point < 0 ? default : digits[(point + 1)..];
        if (whole.IsEmpty || (point >= 0 && fraction.IsEmpty) || whole.ContainsAnyExceptInRange('0', '9') || fraction.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        if (fraction.Length > decimals)
        {
            if (fraction[decimals..].ContainsAnyExcept('0'))
            {
                return false;
            }

            fraction = fraction[..decimals];
        }

        // Downwards, because Int64 reaches one further there.
        foreach (var digit in whole.TrimStart('0'))
        {
            if (!TryShift(ref value, digit))
            {
                return false;
            }
        }

        for (var i = 0; i < decimals; i++)
        {
            if (!TryShift(ref value, i < fraction.Length ? fraction[i] : '0'))
            {
                return false;
            }
        }

        if (isNegative)
        {
            return true;
        }

        var fits = value != long.MinValue;
        value = fits ? -value : 0;
        return fits;
    }

    private static bool TryShift(ref long value, char digit)
    {
        const long Limit = long.MinValue / 10;
        var number = digit - '0';
        if (value < Limit || (value == Limit && number > 8))
        {
            return false;
        }

        value = (value * 10) - number;
        return true;
    }

    private static bool TryAppend(Span<char> text, ref int length, ulong fraction, int decimals)
    {
        if (text.Length < length + decimals)
        {
            return false;
        }

        for (var i = decimals - 1; i >= 0; i--, fraction /= 10)
        {
            text[length + i] = (char)('0' + (fraction % 10));
        }

        length += decimals;
        return true;
    }
}

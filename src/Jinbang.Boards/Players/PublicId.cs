using System.Security.Cryptography;
using System.Text;

namespace Jinbang.Boards.Players;

/// <summary>
/// The id by which everyone may know a player: 80 bits that look random, written as 16 characters of Crockford's base 32 in lower case. It says nothing about the
/// external id. Compares by content. <c>default</c> is all zero bits and belongs to nobody.
/// </summary>
public readonly record struct PublicId(ushort High, ulong Low)
{
    /// <summary>How many bytes it has in a store.</summary>
    public const int Bytes = 10;

    /// <summary>How many characters it has as text.</summary>
    public const int Characters = 16;

    private const int BitsPerCharacter = 5;
    private const byte NoDigit = 0xff;

    private static readonly byte[] Digits = MakeDigits();

    private static ReadOnlySpan<byte> Alphabet => "0123456789abcdefghjkmnpqrstvwxyz"u8;

    /// <summary>A new id that nobody can guess; two ever being equal is not to be expected (with 100 million players once in 200 million installations).</summary>
    public static PublicId New()
    {
        Span<byte> random = stackalloc byte[Bytes];
        RandomNumberGenerator.Fill(random);
        return Read(random);
    }

    /// <summary>Reads the stored form.</summary>
    public static PublicId Read(ReadOnlySpan<byte> bytes) =>
        new(System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(bytes), System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]));

    /// <summary>Writes the stored form, <see cref="Bytes"/> bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(bytes, High);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes[2..], Low);
    }

    /// <summary>Reads the text: exactly 16 characters of the alphabet, in either case. Look-alikes (i, l, o) are not taken for digits: an id is copied, not typed.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out PublicId id)
    {
        id = default;
        if (text.Length != Characters)
        {
            return false;
        }

        var bits = UInt128.Zero;
        foreach (var character in text)
        {
            var digit = character < Digits.Length ? Digits[character] : NoDigit;
            if (digit == NoDigit)
            {
                return false;
            }

            bits = (bits << BitsPerCharacter) | digit;
        }

        id = new PublicId((ushort)(bits >> 64), (ulong)bits);
        return true;
    }

    /// <summary>Writes the text as UTF-8.</summary>
    /// <param name="sixteen">Room for 16 bytes; what lies behind them is left alone.</param>
    /// <exception cref="ArgumentException">There is less room.</exception>
    public void WriteUtf8(Span<byte> sixteen)
    {
        if (sixteen.Length < Characters)
        {
            throw new ArgumentException($"A public id takes {Characters} bytes, there is room for {sixteen.Length}.", nameof(sixteen));
        }

        var bits = ((UInt128)High << 64) | Low;
        for (var i = Characters - 1; i >= 0; i--, bits >>= BitsPerCharacter)
        {
            sixteen[i] = Alphabet[(int)(bits & 31)];
        }
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(Characters, this, static (text, id) =>
    {
        Span<byte> utf8 = stackalloc byte[Characters];
        id.WriteUtf8(utf8);
        Encoding.ASCII.GetChars(utf8, text);
    });

    private static byte[] MakeDigits()
    {
        var digits = new byte[128];
        Array.Fill(digits, NoDigit);
        for (var i = 0; i < Alphabet.Length; i++)
        {
            digits[Alphabet[i]] = (byte)i;
            digits[char.ToUpperInvariant((char)Alphabet[i])] = (byte)i;
        }

        return digits;
    }
}

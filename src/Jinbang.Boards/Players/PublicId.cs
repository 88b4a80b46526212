using System.Security.Cryptography;

namespace Jinbang.Boards.Players;

/// <summary>
/// The id by which everyone may know a player: 80 random bits, written as 16 characters of Crockford's base 32 in lower case. It says nothing about the
/// external id. Compares by content. <c>default</c> is all zero bits and belongs to nobody.
/// </summary>
public readonly record struct PublicId(ushort High, ulong Low)
{
    /// <summary>How many bytes it has in a store.</summary>
    public const int Bytes = 10;

    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

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

    /// <summary>Reads the written form: 16 characters in either case.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out PublicId id)
    {
        id = default;
        if (text.Length != 16)
        {
            return false;
        }

        UInt128 bits = 0;
        foreach (var character in text)
        {
            var digit = character < 128 ? Alphabet.IndexOf((char)(character | (character is >= 'A' and <= 'Z' ? 0x20 : 0)), StringComparison.Ordinal) : -1;
            if (digit < 0)
            {
                return false;
            }

            bits = (bits << 5) | (uint)digit;
        }

        id = new PublicId((ushort)(bits >> 64), (ulong)bits);
        return true;
    }

    /// <summary>Writes the written form as UTF-8, 16 bytes.</summary>
    public void WriteUtf8(Span<byte> sixteen)
    {
        var bits = ((UInt128)High << 64) | Low;
        for (var i = 15; i >= 0; i--, bits >>= 5)
        {
            sixteen[i] = (byte)Alphabet[(int)(bits & 31)];
        }
    }

    /// <summary>Writes the stored form, <see cref="Bytes"/> bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(bytes, High);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes[2..], Low);
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(16, this, static (text, id) =>
    {
        var bits = ((UInt128)id.High << 64) | id.Low;
        for (var i = text.Length - 1; i >= 0; i--, bits >>= 5)
        {
            text[i] = Alphabet[(int)(bits & 31)];
        }
    });
}

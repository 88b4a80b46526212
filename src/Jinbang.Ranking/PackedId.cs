using System.Runtime.CompilerServices;

namespace Jinbang.Ranking;

/// <summary>
/// How the directory writes an id: as few bytes as it can, the same bytes for the same id and different ones for different ids.
/// </summary>
/// <remarks>
/// An id of base64url characters (<c>A-Z a-z 0-9 - _</c>, as WeChat's and most others are) takes 6 bits a character: 28 of them take 21 bytes. Any other is written as
/// it is. Before it stands its length with one bit that says which of the two it is: one byte, or for 127 and more three.
/// </remarks>
internal static class PackedId
{
    /// <summary>The most bytes an id may have: 128 characters of four.</summary>
    public const int LongestId = 512;

    /// <summary>The most bytes that packing an id adds to it.</summary>
    public const int MostAdded = 3;

    private const byte PackedBit = 0x80;
    private const byte LongLength = 0x7f;
    private const byte NotInAlphabet = 0xff;

    private static readonly byte[] Sextets = MakeSextets();

    /// <summary>Packs an id of 1 to <see cref="LongestId"/> bytes.</summary>
    /// <param name="id">The id.</param>
    /// <param name="packed">Room for the id's bytes and <see cref="MostAdded"/> more.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Pack(ReadOnlySpan<byte> id, Span<byte> packed)
    {
        var start = id.Length < LongLength ? 1 : 3;
        var size = TryPackSextets(id, packed[start..], out var bytes) ? start + bytes : start + id.Length;
        var isPacked = bytes > 0;
        if (!isPacked)
        {
            id.CopyTo(packed[start..]);
        }

        packed[0] = (byte)((isPacked ? PackedBit : 0) | Math.Min(id.Length, LongLength));
        if (start == 3)
        {
            packed[1] = (byte)id.Length;
            packed[2] = (byte)(id.Length >> 8);
        }

        return size;
    }

    // A start packs and hashes every id: without this its first hundred thousand run as slow first-tier code.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryPackSextets(ReadOnlySpan<byte> id, Span<byte> packed, out int written)
    {
        written = 0;
        var (bits, waiting, at) = (0u, 0, 0);
        ReadOnlySpan<byte> sextets = Sextets;
        foreach (var character in id)
        {
            uint sextet = sextets[character];
            if (sextet == NotInAlphabet)
            {
                return false;
            }

            bits = (bits << 6) | sextet;
            waiting += 6;
            if (waiting >= 8)
            {
                waiting -= 8;
                packed[at++] = (byte)(bits >> waiting);
            }
        }

        if (waiting > 0)
        {
            packed[at++] = (byte)(bits << (8 - waiting));
        }

        written = at;
        return true;
    }

    private static byte[] MakeSextets()
    {
        var sextets = new byte[256];
        Array.Fill(sextets, NotInAlphabet);
        var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8;
        for (var i = 0; i < alphabet.Length; i++)
        {
            sextets[alphabet[i]] = (byte)i;
        }

        return sextets;
    }
}

using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Jinbang.Ranking;

/// <summary>
/// SipHash-1-3 (Aumasson and Bernstein): a keyed hash of short bytes. With a secret random key nobody can choose ids that collide, which is what keeps a
/// hash table of players' ids fast under attack. Not for signatures.
/// </summary>
/// <param name="Key0">First half of the secret key.</param>
/// <param name="Key1">Second half.</param>
public readonly record struct KeyedHash(ulong Key0, ulong Key1)
{
    /// <summary>The 64-bit hash of the bytes.</summary>
    // A start packs and hashes every id: without this its first hundred thousand run as slow first-tier code.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ulong Compute(ReadOnlySpan<byte> bytes)
    {
        var v0 = Key0 ^ 0x736f6d6570736575UL;
        var v1 = Key1 ^ 0x646f72616e646f6dUL;
        var v2 = Key0 ^ 0x6c7967656e657261UL;
        var v3 = Key1 ^ 0x7465646279746573UL;
        var last = (ulong)bytes.Length << 56;
        while (bytes.Length >= sizeof(ulong))
        {
            Mix(BinaryPrimitives.ReadUInt64LittleEndian(bytes), ref v0, ref v1, ref v2, ref v3);
            bytes = bytes[sizeof(ulong)..];
        }

        for (var i = 0; i < bytes.Length; i++)
        {
            last |= (ulong)bytes[i] << (8 * i);
        }

        Mix(last, ref v0, ref v1, ref v2, ref v3);
        v2 ^= 0xff;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(ulong word, ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        unchecked
        {
            v0 += v1;
            v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
            v0 = BitOperations.RotateLeft(v0, 32);
            v2 += v3;
            v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
            v2 = BitOperations.RotateLeft(v2, 32);
        }
    }
}

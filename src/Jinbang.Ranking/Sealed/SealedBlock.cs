using System.Buffers.Binary;
using System.Numerics;

namespace Jinbang.Ranking.Sealed;

/// <summary>
/// One block of a sealed file: <see cref="Payload"/> bytes and their checksum, CRC-32C, behind them. The checksum also covers the file's random id and
/// the block's number, so that a sound block of another place or of another file is noticed as well.
/// </summary>
internal static class SealedBlock
{
    public const int Size = 4096;
    public const int Payload = Size - sizeof(uint);

    public static void Seal(Span<byte> block, long number, ulong fileId) =>
        BinaryPrimitives.WriteUInt32LittleEndian(block[Payload..Size], Checksum(block, number, fileId));

    public static bool IsIntact(ReadOnlySpan<byte> block, long number, ulong fileId) =>
        BinaryPrimitives.ReadUInt32LittleEndian(block[Payload..Size]) == Checksum(block, number, fileId);

    private static uint Checksum(ReadOnlySpan<byte> block, long number, ulong fileId)
    {
        var crc = BitOperations.Crc32C(uint.MaxValue, fileId);
        crc = BitOperations.Crc32C(crc, (ulong)number);
        var rest = block[..Payload];
        for (; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(rest));
        }

        return ~BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt32LittleEndian(rest));
    }
}

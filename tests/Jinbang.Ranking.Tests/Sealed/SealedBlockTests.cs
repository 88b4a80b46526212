using System.Buffers.Binary;
using Jinbang.Ranking.Sealed;

namespace Jinbang.Ranking.Tests.Sealed;

public sealed class SealedBlockTests
{
    [Fact]
    public void The_checksum_is_the_crc_of_castagnoli_over_file_id_number_and_content()
    {
        // The check value that catalogues of such codes give, so that the one below is the right one.
        Assert.Equal(0xe3069283u, BitByBit("123456789"u8));
        var random = new Random(Seeds.New());
        var block = new byte[SealedBlock.Size];
        random.NextBytes(block);
        var (number, fileId) = (random.NextInt64(), (ulong)random.NextInt64());
        SealedBlock.Seal(block, number, fileId);
        var covered = new byte[16 + SealedBlock.Payload];
        BinaryPrimitives.WriteUInt64LittleEndian(covered, fileId);
        BinaryPrimitives.WriteInt64LittleEndian(covered.AsSpan(8), number);
        block.AsSpan(0, SealedBlock.Payload).CopyTo(covered.AsSpan(16));
        Assert.Equal(BitByBit(covered), BinaryPrimitives.ReadUInt32LittleEndian(block.AsSpan(SealedBlock.Payload)));
        Assert.True(SealedBlock.IsIntact(block, number, fileId));
        Assert.False(SealedBlock.IsIntact(block, number + 1, fileId));
        Assert.False(SealedBlock.IsIntact(block, number, fileId + 1));
    }

    private static uint BitByBit(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) == 0 ? 0 : 0x82f63b78u);
            }
        }

        return ~crc;
    }
}

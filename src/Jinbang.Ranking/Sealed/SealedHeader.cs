using System.Buffers.Binary;

namespace Jinbang.Ranking.Sealed;

/// <summary>What block 0 of a sealed file says; its bytes are listed in SealedFile.cs.</summary>
internal sealed record SealedHeader(ulong FileId, SealedLabel Label, ColumnOrder Order, int Count, int DistinctCount, int HighestPlayer, SealedLayout Layout)
{
    private const int Version = 1;
    private const int VersionAt = 8;
    private const int BlockSizeAt = 12;
    private const int FileIdAt = 16;
    private const int LabelAt = 24;
    private const int CountAt = 48;
    private const int DistinctCountAt = 52;
    private const int HighestPlayerAt = 56;
    private const int ColumnsAt = 60;
    private const int OrdersAt = 61;
    private const int IndexAt = 65;
    private const int BlocksAt = 72;
    private const int SectionsAt = 80;
    private const int SectionSize = 2 * sizeof(long);

    private static ReadOnlySpan<byte> Magic => "JBSEALED"u8;

    /// <summary>Writes block 0, sealed.</summary>
    public void Write(Span<byte> block)
    {
        block[..SealedBlock.Size].Clear();
        Magic.CopyTo(block);
        BinaryPrimitives.WriteInt32LittleEndian(block[VersionAt..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(block[BlockSizeAt..], SealedBlock.Size);
        BinaryPrimitives.WriteUInt64LittleEndian(block[FileIdAt..], FileId);
        BinaryPrimitives.WriteInt64LittleEndian(block[LabelAt..], Label.Board);
        BinaryPrimitives.WriteInt64LittleEndian(block[(LabelAt + 8)..], Label.Window);
        BinaryPrimitives.WriteInt64LittleEndian(block[(LabelAt + 16)..], Label.LastOrder);
        BinaryPrimitives.WriteInt32LittleEndian(block[CountAt..], Count);
        BinaryPrimitives.WriteInt32LittleEndian(block[DistinctCountAt..], DistinctCount);
        BinaryPrimitives.WriteInt32LittleEndian(block[HighestPlayerAt..], HighestPlayer);
        block[ColumnsAt] = (byte)Order.Columns;
        for (var column = 0; column < Order.Columns; column++)
        {
            block[OrdersAt + column] = (byte)Order[column];
        }

        block[IndexAt] = (byte)Layout.Index;
        BinaryPrimitives.WriteInt64LittleEndian(block[BlocksAt..], Layout.Blocks);
        for (var slot = 0; slot < SealedLayout.Slots; slot++)
        {
            var section = block[(SectionsAt + (slot * SectionSize))..];
            BinaryPrimitives.WriteInt64LittleEndian(section, Layout[slot].First);
            BinaryPrimitives.WriteInt64LittleEndian(section[sizeof(long)..], Layout[slot].Blocks);
        }

        SealedBlock.Seal(block, 0, FileId);
    }

    /// <summary>Reads block 0 and checks all it says, but not whether it is the file that was looked for.</summary>
    /// <param name="block">The block.</param>
    /// <param name="sizeBytes">How long the file is.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="SealedFileDamagedException">It is not the header of a sealed file, or says what cannot be.</exception>
    /// <exception cref="NotSupportedException">A newer version wrote it.</exception>
    public static SealedHeader Read(ReadOnlySpan<byte> block, long sizeBytes, string path)
    {
        if (!block.StartsWith(Magic))
        {
            throw new SealedFileDamagedException(path, "it does not begin as a sealed file does");
        }

        var fileId = BinaryPrimitives.ReadUInt64LittleEndian(block[FileIdAt..]);
        if (!SealedBlock.IsIntact(block, 0, fileId))
        {
            throw new SealedFileDamagedException(path, "the checksum of its header is wrong");
        }

        // Asked only of a header that is as it was written: a version made by a fallen bit is damage. So every later version must keep the magic, the
        // version, the file id and the checksum where they are.
        var version = BinaryPrimitives.ReadInt32LittleEndian(block[VersionAt..]);
        if (version > Version)
        {
            throw new NotSupportedException(
                $"The sealed file {Path.GetFileName(path)} has format {version}, and this version reads formats up to {Version}: "
                + "use the newer version that wrote it, or delete the file to have it rebuilt from the store.");
        }

        var isKnown = version == Version && BinaryPrimitives.ReadInt32LittleEndian(block[BlockSizeAt..]) == SealedBlock.Size;
        if (!isKnown || ReadValues(block, fileId) is not { } header || !StatesLayout(block, header.Layout))
        {
            throw new SealedFileDamagedException(path, "its header says what cannot be");
        }

        return sizeBytes == header.Layout.Blocks * SealedBlock.Size
            ? header
            : throw new SealedFileDamagedException(path, $"it has {sizeBytes} bytes, not {header.Layout.Blocks * SealedBlock.Size}");
    }

    private static SealedHeader? ReadValues(ReadOnlySpan<byte> block, ulong fileId)
    {
        var label = new SealedLabel(
            BinaryPrimitives.ReadInt64LittleEndian(block[LabelAt..]),
            BinaryPrimitives.ReadInt64LittleEndian(block[(LabelAt + 8)..]),
            BinaryPrimitives.ReadInt64LittleEndian(block[(LabelAt + 16)..]));
        var count = BinaryPrimitives.ReadInt32LittleEndian(block[CountAt..]);
        var distinct = BinaryPrimitives.ReadInt32LittleEndian(block[DistinctCountAt..]);
        var highest = BinaryPrimitives.ReadInt32LittleEndian(block[HighestPlayerAt..]);
        var index = (PositionIndex)block[IndexAt];
        var areCounts = count >= 0 && distinct <= count && distinct > 0 == count > 0 && highest >= count && highest > 0 == count > 0;
        if (!areCounts || !Enum.IsDefined(index) || block[ColumnsAt] is 0 or > ScoreColumns.Most)
        {
            return null;
        }

        var columns = new ScoreOrder[block[ColumnsAt]];
        for (var column = 0; column < columns.Length; column++)
        {
            columns[column] = (ScoreOrder)block[OrdersAt + column];
            if (!Enum.IsDefined(columns[column]))
            {
                return null;
            }
        }

        return new SealedHeader(fileId, label, new ColumnOrder(columns), count, distinct, highest, new SealedLayout(columns.Length, count, highest, index));
    }

    private static bool StatesLayout(ReadOnlySpan<byte> block, SealedLayout layout)
    {
        for (var slot = 0; slot < SealedLayout.Slots; slot++)
        {
            var section = block[(SectionsAt + (slot * SectionSize))..];
            var (first, blocks) = (BinaryPrimitives.ReadInt64LittleEndian(section), BinaryPrimitives.ReadInt64LittleEndian(section[sizeof(long)..]));
            if (layout[slot] != new SealedSection(first, blocks))
            {
                return false;
            }
        }

        return BinaryPrimitives.ReadInt64LittleEndian(block[BlocksAt..]) == layout.Blocks;
    }
}

using Microsoft.Win32.SafeHandles;

namespace Jinbang.Ranking.Sealed;

/// <summary>Writes records into sealed blocks, one behind the other from block 1 on, many blocks at a time. A record never crosses a block.</summary>
internal sealed class SealedBlockWriter(SafeFileHandle handle, ulong fileId)
{
    private const int BlocksAtOnce = 64;
    private readonly byte[] buffer = new byte[BlocksAtOnce * SealedBlock.Size];
    private long firstBlock = 1;
    private int fullBlocks;
    private int used;

    /// <summary>The number of the block that the next record of a new section goes to.</summary>
    public long Block => firstBlock + fullBlocks;

    /// <summary>Room for the next record; the caller fills all of it.</summary>
    public Span<byte> Next(int size)
    {
        if (used + size > SealedBlock.Payload)
        {
            EndBlock();
        }

        var record = buffer.AsSpan((fullBlocks * SealedBlock.Size) + used, size);
        used += size;
        return record;
    }

    /// <summary>Ends a section: what comes next begins a block.</summary>
    public void EndSection()
    {
        if (used > 0)
        {
            EndBlock();
        }
    }

    /// <summary>Writes what is still held back, then the header, whose block was left out until now.</summary>
    public void Finish(SealedHeader header)
    {
        EndSection();
        WriteOut();
        header.Write(buffer);
        RandomAccess.Write(handle, buffer.AsSpan(0, SealedBlock.Size), 0);
    }

    private void EndBlock()
    {
        var block = buffer.AsSpan(fullBlocks * SealedBlock.Size, SealedBlock.Size);
        block[used..].Clear();
        SealedBlock.Seal(block, Block, fileId);
        fullBlocks++;
        used = 0;
        if (fullBlocks == BlocksAtOnce)
        {
            WriteOut();
        }
    }

    private void WriteOut()
    {
        RandomAccess.Write(handle, buffer.AsSpan(0, fullBlocks * SealedBlock.Size), firstBlock * SealedBlock.Size);
        firstBlock += fullBlocks;
        fullBlocks = 0;
    }
}

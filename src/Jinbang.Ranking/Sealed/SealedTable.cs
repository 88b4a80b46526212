using Microsoft.Win32.SafeHandles;

namespace Jinbang.Ranking.Sealed;

/// <summary>
/// A sealed file while it is open: the handle and the header that was read from it belong together and never change. Readers enter and leave; the
/// handle is closed when the last one has left after the owner did. Thread-safe.
/// </summary>
internal sealed partial class SealedTable
{
    private readonly SafeFileHandle handle;
    private readonly SealedHeader header;
    private readonly string path;

    // How many are inside, the owner among them; 0 is for ever.
    private int inside = 1;

    private SealedTable(SafeFileHandle handle, SealedHeader header, string path)
    {
        this.handle = handle;
        this.header = header;
        this.path = path;
    }

    public int Count => header.Count;

    public int DistinctCount => header.DistinctCount;

    private SealedLayout Layout => header.Layout;

    /// <summary>Opens a file and checks that it is the one looked for.</summary>
    /// <exception cref="SealedFileDamagedException">It is damaged, or the file of something else.</exception>
    /// <exception cref="NotSupportedException">A newer version wrote it.</exception>
    /// <exception cref="IOException">It is not there or cannot be read.</exception>
    public static SealedTable Open(string path, SealedLabel label, ColumnOrder order)
    {
        // Sharing deletion lets a new file be renamed over this one while it is read.
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.RandomAccess);
        try
        {
            Span<byte> block = stackalloc byte[SealedBlock.Size];
            Fill(handle, 0, block, path);
            var header = SealedHeader.Read(block, RandomAccess.GetLength(handle), path);
            if (header.Label != label)
            {
                throw new SealedFileDamagedException(path, $"it is about {header.Label}, not {label}");
            }

            return header.Order == order
                ? new SealedTable(handle, header, path)
                : throw new SealedFileDamagedException(path, "its scores are compared in another way than the board's");
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Keeps the file open until <see cref="Leave"/>; false when it is closed already.</summary>
    public bool TryEnter()
    {
        for (var seen = Volatile.Read(ref inside); seen > 0;)
        {
            var before = Interlocked.CompareExchange(ref inside, seen + 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    /// <summary>Called once for every entering, and once by the owner.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref inside) == 0)
        {
            handle.Dispose();
        }
    }

    /// <summary>Reads a block and checks it.</summary>
    private void Read(long number, Span<byte> block)
    {
        Fill(handle, number, block, path);
        if (!SealedBlock.IsIntact(block, number, header.FileId))
        {
            throw new SealedFileDamagedException(path, $"the checksum of block {number} is wrong");
        }
    }

    private static void Fill(SafeFileHandle handle, long number, Span<byte> block, string path)
    {
        for (var filled = 0; filled < SealedBlock.Size;)
        {
            var read = RandomAccess.Read(handle, block[filled..], (number * SealedBlock.Size) + filled);
            if (read == 0)
            {
                throw new SealedFileDamagedException(path, $"it ends within block {number}");
            }

            filled += read;
        }
    }
}

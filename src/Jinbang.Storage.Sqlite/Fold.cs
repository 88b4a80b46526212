using Jinbang.Boards.Storage;

namespace Jinbang.Storage.Sqlite;

/// <summary>Rows of the tail that are being written to <c>entry</c> and <c>log_index</c>: sorted, of each entry the last alone.</summary>
internal sealed class Fold(
    TailRow[] entries,
    int entryCount,
    IndexRow[] index,
    int indexCount,
    long upTo,
    IReadOnlyDictionary<int, long> lastOrders,
    IReadOnlyDictionary<long, EntryMetadata> metadata)
{
    private int entryCount = entryCount;
    private int indexCount = indexCount;

    /// <summary>The number of the last row of the log that the fold covers.</summary>
    public long UpTo => upTo;

    /// <summary>Per board, its last order number within the fold.</summary>
    public IReadOnlyDictionary<int, long> LastOrders => lastOrders;

    /// <summary>How many entries are written.</summary>
    public int EntriesWritten { get; set; }

    /// <summary>How many index rows are written.</summary>
    public int IndexWritten { get; set; }

    /// <summary>The entries not yet written.</summary>
    public ReadOnlySpan<TailRow> Entries => entries.AsSpan(EntriesWritten, entryCount - EntriesWritten);

    /// <summary>The index rows not yet written.</summary>
    public ReadOnlySpan<IndexRow> Index => index.AsSpan(IndexWritten, indexCount - IndexWritten);

    /// <summary>The metadata that an entry has from this row; null for none.</summary>
    public byte[]? MetadataOf(in TailRow row) => metadata.TryGetValue(row.Key, out var found) && found.Order == row.Order ? found.Json : null;

    /// <summary>Takes rows out that are not to be written any more.</summary>
    public void Remove(Func<long, bool> isEntry, Func<long, bool> isOwner)
    {
        var kept = EntriesWritten;
        for (var i = EntriesWritten; i < entryCount; i++)
        {
            if (!isEntry(entries[i].Key))
            {
                entries[kept++] = entries[i];
            }
        }

        entryCount = kept;
        kept = IndexWritten;
        for (var i = IndexWritten; i < indexCount; i++)
        {
            if (!isOwner(index[i].Owner))
            {
                index[kept++] = index[i];
            }
        }

        indexCount = kept;
    }
}

using System.Runtime.InteropServices;
using Jinbang.Boards.Storage;
using Jinbang.Ranking;

namespace Jinbang.Storage.Sqlite;

/// <summary>An entry as a submission made it.</summary>
/// <param name="Key">Window and player.</param>
/// <param name="Scores">The scores that count.</param>
/// <param name="Order">The order number.</param>
internal readonly record struct TailRow(long Key, ScoreColumns Scores, long Order) : IComparable<TailRow>
{
    public int CompareTo(TailRow other) => Key != other.Key ? Key.CompareTo(other.Key) : Order.CompareTo(other.Order);

    public Entry ToEntry() => new(new PlayerId(Sqlite.Key.Second(Key)), Scores, Order);
}

/// <summary>A row of <c>log_index</c>.</summary>
/// <param name="Owner">Board and player.</param>
/// <param name="Hash">Of the idempotency key; 0 for none.</param>
/// <param name="Number">In the log.</param>
internal readonly record struct IndexRow(long Owner, long Hash, long Number) : IComparable<IndexRow>
{
    public int CompareTo(IndexRow other) =>
        Owner != other.Owner ? Owner.CompareTo(other.Owner) : Hash != other.Hash ? Hash.CompareTo(other.Hash) : Number.CompareTo(other.Number);
}

/// <summary>The rows that one fold takes: what gathers in the tail until then.</summary>
internal sealed class TailRows
{
    private readonly Dictionary<(long Owner, long Hash), long> keys = [];
    private readonly Dictionary<(long Owner, long Hash), List<long>> furtherKeys = [];

    /// <summary>Changed entries, in the order of the log.</summary>
    public List<TailRow> Entries { get; } = [];

    /// <summary>One row per row of the log.</summary>
    public List<IndexRow> Index { get; } = [];

    /// <summary>The metadata of the last row of an entry; none at all where no row had any, null where only an earlier one had.</summary>
    public Dictionary<long, EntryMetadata> Metadata { get; } = [];

    /// <summary>Per board, its last order number among these rows.</summary>
    public Dictionary<int, long> LastOrders { get; } = [];

    public int Count => Entries.Count + Index.Count;

    public void AddIndex(in IndexRow row)
    {
        Index.Add(row);
        if (row.Hash == 0 || keys.TryAdd((row.Owner, row.Hash), row.Number))
        {
            return;
        }

        ref var further = ref CollectionsMarshal.GetValueRefOrAddDefault(furtherKeys, (row.Owner, row.Hash), out _);
        (further ??= []).Add(row.Number);
    }

    /// <summary>Adds the numbers of the rows with this hash.</summary>
    public void Find(long owner, long hash, List<long> numbers)
    {
        if (keys.TryGetValue((owner, hash), out var number))
        {
            numbers.Add(number);
            if (furtherKeys.TryGetValue((owner, hash), out var further))
            {
                numbers.AddRange(further);
            }
        }
    }

    public void Remove(Func<long, bool> isEntry, Func<long, bool> isOwner)
    {
        Entries.RemoveAll(row => isEntry(row.Key));
        foreach (var row in Index)
        {
            if (row.Hash != 0 && isOwner(row.Owner))
            {
                keys.Remove((row.Owner, row.Hash));
                furtherKeys.Remove((row.Owner, row.Hash));
            }
        }

        Index.RemoveAll(row => isOwner(row.Owner));
        foreach (var key in Metadata.Keys.Where(isEntry).ToArray())
        {
            Metadata.Remove(key);
        }
    }

    public void Clear()
    {
        Entries.Clear();
        Index.Clear();
        Metadata.Clear();
        LastOrders.Clear();
        keys.Clear();
        furtherKeys.Clear();
    }
}

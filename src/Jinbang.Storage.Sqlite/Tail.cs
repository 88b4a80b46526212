using System.Runtime.InteropServices;
using Jinbang.Boards.Storage;
using Jinbang.Ranking;

namespace Jinbang.Storage.Sqlite;

// What the log holds beyond store.folded, in memory: the entries its rows made, a row of log_index for each of them, and, found by a hash, their
// idempotency keys. Rows gather; when there are enough, or the oldest is old enough, they become a fold: sorted by key on another thread, of each entry the
// last row alone kept, and then written by the committer in slices between its commits. Sorted rows meet each page of a table once, which is what makes
// folding cheaper than an upsert per submission.
//
// Writing absolute values in any number of slices is safe to stop anywhere: store.folded moves with the last slice, and a start reads entries and then the
// whole tail again. What a fold has written stays in memory until its end, so whoever looks into the tail first and into the tables afterwards finds
// everything, some of it twice.
//
// The committer's thread alone changes the tail; other threads look for the rows of a window or of a player, and for metadata. They look at a part at a
// time, so that the committer never waits long, and begin again when a fold began or ended meanwhile.

/// <summary>The part of the log that is not yet in <c>entry</c> and <c>log_index</c>, and the fold that moves it there.</summary>
internal sealed class Tail(SqliteStoreOptions options, TimeProvider time)
{
    private const int Part = 16_384;

    private readonly Lock gate = new();
    private TailRows rows = new();
    private TailRows folding = new();
    private TailRow[] sortedEntries = [];
    private IndexRow[] sortedIndex = [];
    private TailRow[]? byWindow;
    private bool isAsOpened;
    private int generation;
    private long oldest;
    private long lastNumber;
    private Task<Fold>? sorting;

    /// <summary>The fold that is being written, once its rows are sorted.</summary>
    public Fold? Current => sorting is { IsCompleted: true } done ? done.GetAwaiter().GetResult() : null;

    /// <summary>Whether rows gather so much faster than they are folded that commits must wait for the fold.</summary>
    public bool IsTooLong => sorting is not null && rows.Count >= options.FoldRows * 2L;

    /// <summary>Adds what was committed.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="hashes">The hashes of the submissions' keys, index by index.</param>
    /// <param name="number">The number of the first submission in the log.</param>
    public void Add(CommitBatch batch, List<long> hashes, long number)
    {
        var submissions = CollectionsMarshal.AsSpan(batch.Submissions);
        var windows = CollectionsMarshal.AsSpan(batch.Windows);
        lock (gate)
        {
            for (var i = 0; i < submissions.Length; i++)
            {
                ref readonly var row = ref submissions[i];
                Add(row.Board, row.Player.Number, row.Order, windows.Slice(row.FirstWindow, row.WindowCount), row.Metadata, hashes[i], number + i);
            }
        }
    }

    /// <summary>Adds a row of the log.</summary>
    public void Add(int board, int player, long order, ReadOnlySpan<WindowLine> lines, byte[]? metadata, long hash, long number)
    {
        lock (gate)
        {
            if (rows.Count == 0)
            {
                oldest = time.GetTimestamp();
            }

            Touch();
            foreach (ref readonly var line in lines)
            {
                if (line.ChangesEntry)
                {
                    var key = Key.Of(line.Window, player);
                    rows.Entries.Add(new TailRow(key, line.Scores, order));
                    PutMetadata(key, order, metadata);
                }
            }

            rows.AddIndex(new IndexRow(Key.Of(board, player), hash, number));
            ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(rows.LastOrders, board, out _);
            last = Math.Max(last, order);
            lastNumber = number;
        }
    }

    /// <summary>The number of the last row of the log that is here or folded. From any thread.</summary>
    public long LastNumber
    {
        get
        {
            lock (gate)
            {
                return lastNumber;
            }
        }
    }

    /// <summary>
    /// Says that all has been added that the log held at the start: until the next change, windows are found without a search through all rows.
    /// </summary>
    /// <param name="last">The number of the last row ever appended to the log.</param>
    public void SetOpened(long last)
    {
        lastNumber = last;
        isAsOpened = true;
    }

    /// <summary>The rows of one window that are not known to be folded, in order. From any thread.</summary>
    public IReadOnlyList<TailRow> RowsOf(int window)
    {
        lock (gate)
        {
            if (isAsOpened)
            {
                byWindow ??= SortByWindow();
                var from = FirstOf(byWindow, window);
                return new ArraySegment<TailRow>(byWindow, from, FirstOf(byWindow, window + 1L) - from);
            }
        }

        return Where(static rows => rows.Entries, row => Key.First(row.Key) == window);
    }

    /// <summary>The rows of these players in these windows that are not known to be folded, in order.</summary>
    public IReadOnlyList<TailRow> RowsOf(IReadOnlySet<int> windows, IReadOnlySet<int> players) =>
        Where(static rows => rows.Entries, row => players.Contains(Key.Second(row.Key)) && windows.Contains(Key.First(row.Key)));

    /// <summary>The index rows of some owners that are not known to be folded, in order. From any thread.</summary>
    public IReadOnlyList<IndexRow> IndexOf(Func<long, bool> isOwner) => Where(static rows => rows.Index, row => isOwner(row.Owner));

    /// <summary>Adds the numbers of the log's rows with this hash.</summary>
    public void Find(long owner, long hash, List<long> numbers)
    {
        folding.Find(owner, hash, numbers);
        rows.Find(owner, hash, numbers);
    }

    /// <summary>The metadata of entries whose last row that had any, or took it away, is here. From any thread.</summary>
    /// <returns>Index by index; null where the tail says nothing.</returns>
    public EntryMetadata?[] MetadataOf(int window, IReadOnlyList<PlayerId> players)
    {
        var found = new EntryMetadata?[players.Count];
        lock (gate)
        {
            if (rows.Metadata.Count > 0 || folding.Metadata.Count > 0)
            {
                for (var i = 0; i < found.Length; i++)
                {
                    found[i] = MetadataOf(Key.Of(window, players[i].Number));
                }
            }
        }

        return found;
    }

    /// <summary>The same of one entry.</summary>
    public EntryMetadata? MetadataOf(long key)
    {
        lock (gate)
        {
            return rows.Metadata.TryGetValue(key, out var found) || folding.Metadata.TryGetValue(key, out found) ? found : null;
        }
    }

    /// <summary>Per board, its last order number among the rows that are not known to be folded. From any thread.</summary>
    public Dictionary<int, long> LastOrders()
    {
        lock (gate)
        {
            var orders = new Dictionary<int, long>(folding.LastOrders);
            foreach (var (board, order) in rows.LastOrders)
            {
                orders[board] = Math.Max(order, orders.GetValueOrDefault(board));
            }

            return orders;
        }
    }

    /// <summary>Begins a fold when one is due.</summary>
    public void BeginFold()
    {
        if (sorting is null && rows.Count > 0 && (rows.Count >= options.FoldRows || time.GetElapsedTime(oldest) >= options.FoldAge))
        {
            var upTo = lastNumber;
            lock (gate)
            {
                (folding, rows) = (rows, folding);
                generation++;
            }

            sorting = Task.Run(() => Sort(upTo));
        }
    }

    /// <summary>Waits until the current fold's rows are sorted.</summary>
    public Fold? WaitForSorting() => sorting?.GetAwaiter().GetResult();

    public void EndFold()
    {
        sorting = null;
        lock (gate)
        {
            folding.Clear();
            generation++;
        }
    }

    /// <summary>Takes out what must not be written any more, also of a fold in progress.</summary>
    /// <param name="isEntry">Of keys of window and player.</param>
    /// <param name="isOwner">Of keys of board and player.</param>
    public void Remove(Func<long, bool> isEntry, Func<long, bool> isOwner)
    {
        WaitForSorting()?.Remove(isEntry, isOwner);
        lock (gate)
        {
            Touch();
            folding.Remove(isEntry, isOwner);
            rows.Remove(isEntry, isOwner);
            generation++;
        }
    }

    private void Touch()
    {
        isAsOpened = false;
        byWindow = null;
    }

    private void PutMetadata(long key, long order, byte[]? metadata)
    {
        if (metadata is not null)
        {
            rows.Metadata[key] = new EntryMetadata(order, metadata);
        }
        else if (rows.Metadata.ContainsKey(key) || folding.Metadata.ContainsKey(key))
        {
            rows.Metadata[key] = default;
        }
    }

    private List<T> Where<T>(Func<TailRows, List<T>> of, Func<T, bool> isWanted)
    {
        var found = new List<T>();
        for (var attempt = 0; attempt < 3; attempt++)
        {
            if (TryFind(of, isWanted, Part, Volatile.Read(ref generation), found))
            {
                return found;
            }

            found.Clear();
        }

        lock (gate)
        {
            TryFind(of, isWanted, int.MaxValue, generation, found);
        }

        return found;
    }

    private bool TryFind<T>(Func<TailRows, List<T>> of, Func<T, bool> isWanted, int part, int begun, List<T> found)
    {
        for (var isGathering = false; ; isGathering = true)
        {
            for (var at = 0; ;)
            {
                lock (gate)
                {
                    if (generation != begun)
                    {
                        return false;
                    }

                    var all = CollectionsMarshal.AsSpan(of(isGathering ? rows : folding));
                    var some = all.Slice(at, Math.Min(part, all.Length - at));
                    foreach (ref readonly var row in some)
                    {
                        if (isWanted(row))
                        {
                            found.Add(row);
                        }
                    }

                    at += some.Length;
                    if (at == all.Length)
                    {
                        break;
                    }
                }
            }

            if (isGathering)
            {
                return true;
            }
        }
    }

    private TailRow[] SortByWindow()
    {
        TailRow[] all = [.. folding.Entries, .. rows.Entries];
        Array.Sort(all, static (one, other) =>
            Key.First(one.Key) != Key.First(other.Key) ? Key.First(one.Key).CompareTo(Key.First(other.Key)) : one.Order.CompareTo(other.Order));
        return all;
    }

    private static int FirstOf(TailRow[] sorted, long window)
    {
        var (from, to) = (0, sorted.Length);
        while (from < to)
        {
            var middle = from + ((to - from) / 2);
            (from, to) = Key.First(sorted[middle].Key) < window ? (middle + 1, to) : (from, middle);
        }

        return from;
    }

    /// <summary>Sorts the rows to be folded in buffers that every fold uses, and keeps each entry's last.</summary>
    private Fold Sort(long upTo)
    {
        var entries = Sort(folding.Entries, ref sortedEntries);
        Sort(folding.Index, ref sortedIndex);
        var kept = 0;
        for (var i = 0; i < entries.Length; i++)
        {
            if (i + 1 == entries.Length || entries[i + 1].Key != entries[i].Key)
            {
                entries[kept++] = entries[i];
            }
        }

        return new Fold(sortedEntries, kept, sortedIndex, folding.Index.Count, upTo, folding.LastOrders, folding.Metadata);
    }

    private static Span<T> Sort<T>(List<T> rows, ref T[] buffer)
    {
        if (buffer.Length < rows.Count)
        {
            buffer = new T[Math.Max(rows.Count, buffer.Length * 2)];
        }

        rows.CopyTo(buffer);
        var sorted = buffer.AsSpan(0, rows.Count);
        sorted.Sort();
        return sorted;
    }
}

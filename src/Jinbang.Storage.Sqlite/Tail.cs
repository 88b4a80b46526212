using Jinbang.Boards.Storage;

namespace Jinbang.Storage.Sqlite;

/// <summary>
/// The rows of the log that are not yet in <c>entry</c>, and the fold that moves them there. Rows gather; when there are enough, or the oldest is old
/// enough, they are sorted by key on another thread, each player's last row alone kept, and then written by the committer in slices between its commits.
/// Sorted rows meet each page of the table once, which is what makes folding cheaper than an upsert per submission. Writing absolute values
/// in any number of slices is safe to stop anywhere: <c>store.folded</c> moves with the last slice, and a start reads entries and then the whole tail.
/// Used by the committer's thread alone, but for <see cref="RowsOf"/>.
/// </summary>
internal sealed class Tail(SqliteStoreOptions options, TimeProvider time)
{
    private readonly Lock gate = new();
    private List<Row> rows = [];
    private List<Row> folding = [];
    private Row[] sorted = [];
    private long oldest;
    private long lastNumber;
    private Task<Fold>? sorting;

    /// <summary>The fold that is being written, once its rows are sorted.</summary>
    public Fold? Current => sorting is { IsCompleted: true } done ? done.GetAwaiter().GetResult() : null;

    /// <summary>Whether rows gather so much faster than they are folded that commits must wait for the fold.</summary>
    public bool IsTooLong => sorting is not null && rows.Count >= options.FoldRows * 2L;

    public void Add(int board, int player, long score, long order, long number)
    {
        if (rows.Count == 0)
        {
            oldest = time.GetTimestamp();
        }

        lock (gate)
        {
            rows.Add(new Row(Key.Of(board, player), score, order));
        }

        lastNumber = number;
    }

    public void Add(in ScoreRow row, long number) => Add(row.Board, row.Player.Number, row.Score.Value, row.Order, number);

    /// <summary>The rows of one board that are not known to be folded, in order. From any thread.</summary>
    public Row[] RowsOf(int board)
    {
        lock (gate)
        {
            return [.. folding.Concat(rows).Where(row => Key.First(row.Key) == board)];
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
        }
    }

    /// <summary>Sorts the rows to be folded in a buffer that every fold uses, and keeps each key's last.</summary>
    private Fold Sort(long upTo)
    {
        var count = folding.Count;
        if (sorted.Length < count)
        {
            sorted = new Row[Math.Max(count, sorted.Length * 2)];
        }

        folding.CopyTo(sorted);
        sorted.AsSpan(0, count).Sort();
        var lastOrders = new Dictionary<int, long>();
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            var board = Key.First(sorted[i].Key);
            lastOrders[board] = Math.Max(lastOrders.GetValueOrDefault(board), sorted[i].Order);
            if (i + 1 == count || sorted[i + 1].Key != sorted[i].Key)
            {
                sorted[kept++] = sorted[i];
            }
        }

        return new Fold(sorted, kept, upTo, lastOrders);
    }

    public readonly record struct Row(long Key, long Score, long Order) : IComparable<Row>
    {
        public int CompareTo(Row other) => Key != other.Key ? Key.CompareTo(other.Key) : Order.CompareTo(other.Order);
    }

    /// <summary>Rows to be written to <c>entry</c>, one per key, ascending.</summary>
    internal sealed class Fold(Row[] rows, int count, long upTo, IReadOnlyDictionary<int, long> lastOrders)
    {
        /// <summary>The number of the last row of the log that the fold covers.</summary>
        public long UpTo => upTo;

        /// <summary>Per board, its last order number within the fold.</summary>
        public IReadOnlyDictionary<int, long> LastOrders => lastOrders;

        /// <summary>How many rows are written.</summary>
        public int Written { get; set; }

        /// <summary>The rows not yet written.</summary>
        public ReadOnlySpan<Row> Rest => rows.AsSpan(Written, count - Written);

    }
}

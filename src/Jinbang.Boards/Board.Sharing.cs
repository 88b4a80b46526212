using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Boards;

// A board that other processes may own as well. What is in memory is brought to what the store holds: windows that are missing are read as a whole, and then the
// rows of the log that came since the last time are applied. An owner does so once, after his claim, when nobody writes any more; a follower does so again and again while the owner writes, so
// that its claim finds little to do. A row says the scores and the order number that count from it on, so applying one that a window has already does no harm.
// All of it happens while the board is not served, by one caller at a time.

internal sealed partial class Board
{
    private const int RowsAtOnce = 4_096;

    private readonly Lock serving = new();
    private int losses;
    private bool isRead;
    private long readThrough;

    /// <summary>Keeps two from reading it at once.</summary>
    public SemaphoreSlim Reading { get; } = new(1, 1);

    /// <summary>Counts how often it was lost.</summary>
    public int Losses => Volatile.Read(ref losses);

    /// <summary>The last loss since which the committer has ended what it had begun. Of whoever reads it.</summary>
    public int LossesLeft { get; set; }

    /// <summary>How many entries its open windows hold.</summary>
    public long Entries
    {
        get
        {
            var entries = 0L;
            foreach (var window in open)
            {
                entries += window.Set.Count;
            }

            return entries;
        }
    }

    /// <summary>The last erasure of its game that it has done.</summary>
    public long ErasedThrough { get; set; }

    /// <summary>The last row of the log that is applied. Of whoever reads it.</summary>
    public long ReadThrough => readThrough;

    /// <summary>Stops being served. From anywhere.</summary>
    /// <returns>Whether it was.</returns>
    public bool Lose()
    {
        lock (serving)
        {
            losses++;
            var was = isServed;
            isServed = false;
            return was;
        }
    }

    /// <summary>Begins to be served, unless it was lost meanwhile.</summary>
    /// <param name="current">Its definition as the store had it after the claim: what a refresh has set since may be older.</param>
    /// <param name="commit">The last commit, as for <see cref="Begin"/>.</param>
    /// <param name="known">How often it had been lost when it was claimed.</param>
    /// <returns>False when it was lost since.</returns>
    public bool TryBegin(BoardDefinition current, long commit, int known)
    {
        lock (serving)
        {
            if (losses != known)
            {
                return false;
            }

            Volatile.Write(ref definition, current);
            Begin(commit);
            return true;
        }
    }

    /// <summary>Reads all profiles of its heads anew.</summary>
    public void ForgetProfiles()
    {
        using (gate.Enter())
        {
            foreach (var window in open)
            {
                window.Head.ForgetProfiles();
            }
        }
    }

    /// <summary>Lets all that is in memory go.</summary>
    public void Unload()
    {
        using (gate.Enter())
        {
            open = [];
            closing = [];
            isRead = false;
        }
    }

    /// <summary>Takes players out of what is in memory before it is served.</summary>
    public void Drop(List<PlayerId> players)
    {
        using (gate.Enter())
        {
            foreach (var window in open)
            {
                foreach (var player in players)
                {
                    if (window.Remove(player))
                    {
                        window.Head.MarkChanged();
                    }
                }
            }
        }
    }

    /// <summary>Brings what is in memory to what the store holds.</summary>
    /// <param name="shared">Where it rests.</param>
    /// <param name="stored">What the board was, just now.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task CatchUpAsync(ISharedStore shared, SharedBoard stored, CancellationToken cancellationToken)
    {
        var windows = stored.Stored.Windows.Where(static window => window.State == WindowState.Open).OrderBy(static window => window.Number).ToList();
        Volatile.Write(ref definition, stored.Stored.Definition);
        var present = new List<OpenWindow>(windows.Count);
        foreach (var window in windows)
        {
            present.Add(open.FirstOrDefault(known => known.Stored.Number == window.Number) ?? await ReadAsync(shared, window, stored.Stored.Definition.Order, cancellationToken));
        }

        using (gate.Enter())
        {
            open = [.. present];
            closing = [];
            foreach (var window in stored.Stored.Windows.Where(static window => window.State == WindowState.Closed))
            {
                lastClosed = lastClosed.SetItem(window.Rule, window);
            }
        }

        if (!isRead)
        {
            // The windows were read later than this row.
            (isRead, readThrough) = (true, stored.LastNumber);
        }

        await FollowAsync(shared, cancellationToken);
        lastOrder = Math.Max(stored.Stored.LastOrder, lastOrder);
    }

    /// <summary>Applies the rows of the log that came since.</summary>
    private async Task FollowAsync(ISharedStore shared, CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredSubmission> rows;
        do
        {
            rows = await shared.ReadLogAsync(number, readThrough, RowsAtOnce, cancellationToken);
            foreach (var row in rows)
            {
                readThrough = row.Number;
                lastOrder = Math.Max(lastOrder, row.Order);
                if (row.Order != 0 && Game.Has(row.Player))
                {
                    Apply(row);
                }
            }
        }
        while (rows.Count == RowsAtOnce);
    }

    private void Apply(StoredSubmission row)
    {
        using (gate.Enter())
        {
            foreach (var line in row.Windows)
            {
                if (!line.ChangesEntry || open.FirstOrDefault(window => window.Stored.Number == line.Window) is not { } window)
                {
                    continue;
                }

                var isThere = window.Set.TryGet(row.Player, out var before);
                if (!isThere || before.Order < row.Order)
                {
                    window.Put(new Entry(row.Player, line.Scores, row.Order), isThere ? before : default);
                    window.MayHaveMetadata |= row.Metadata is not null;
                }
            }
        }
    }

    private async Task<OpenWindow> ReadAsync(ISharedStore shared, StoredWindow stored, ColumnOrder order, CancellationToken cancellationToken)
    {
        var window = NewWindow(stored, order);
        window.MayHaveMetadata = await shared.LoadWindowAsync(stored.Number, window.Load, window.LoadTail, cancellationToken);
        window.Loaded();
        return window;
    }
}

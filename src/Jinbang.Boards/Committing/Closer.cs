using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Windows;

namespace Jinbang.Boards.Committing;

/// <summary>Opens and closes windows when their time has come. On the committer's thread alone, but for what its members say.</summary>
internal sealed class Closer(IScoreStore store, WindowClock clock, Catalog catalog, PastWindows past, Doubt doubt, Action onEvents, Action<string> onHeld)
{
    private const int MostPerCommit = 256;

    private readonly List<(Board Board, OpenWindow Window)> due = [];
    private readonly List<WindowOpening> openings = [];
    private readonly List<Board> openingBoards = [];
    private readonly CommitBatch batch = new();
    private DateTimeOffset? nextDue = DateTimeOffset.MinValue;
    private DateTimeOffset lastNow;
    private volatile string? held;

    /// <summary>Why nothing closes although its time may have come; null when nothing is the matter. From any thread.</summary>
    public string? Held => held;

    /// <summary>Reads the clock that decides.</summary>
    public WindowTime Read()
    {
        var time = clock.Read();
        lastNow = time.Now;
        if (time.IsHeld == held is null)
        {
            held = time.IsHeld ? $"The clock jumped by {time.Jump:c}. Windows do not close until it agrees again or has been steady for some minutes." : null;
            if (held is { } why)
            {
                onHeld(why);
            }
        }

        return time;
    }

    /// <summary>How long nothing will be due.</summary>
    public TimeSpan UntilDue() => nextDue is { } next ? next - lastNow : TimeSpan.MaxValue;

    /// <summary>Looks through all boards again at the next turn: their windows or rules changed.</summary>
    public void Look() => nextDue = DateTimeOffset.MinValue;

    /// <summary>Opens windows in the store and gives them to their boards, index by index.</summary>
    public void Open(List<WindowOpening> wanted, List<Board> boards)
    {
        if (wanted.Count == 0)
        {
            return;
        }

        IReadOnlyList<int> numbers;
        try
        {
            numbers = Committer.Wait(store.OpenWindowsAsync(wanted, CancellationToken.None));
        }
        catch (StoreUncertainException)
        {
            // Those that are stored must be known here too: otherwise they would never close. One that is there already stays as it is.
            List<WindowOpening> asked = [.. wanted];
            List<Board> theirs = [.. boards];
            doubt.Open(makeAgain: () => OpenAgain(asked, theirs));
            throw;
        }

        for (var i = 0; i < wanted.Count; i++)
        {
            var window = wanted[i];
            boards[i].Open(new StoredWindow(numbers[i], window.Board, window.Rule, window.Kind, window.Key, window.Starts, window.Ends, window.Closes, WindowState.Open));
            if (window.Closes < nextDue || nextDue is null)
            {
                nextDue = window.Closes;
            }
        }
    }

    /// <summary>Opens the seasons that begin and closes the windows that are over, in the order of their ends.</summary>
    public bool CloseDue(WindowTime time)
    {
        if (time.IsHeld || nextDue is not { } next || time.Now < next)
        {
            return true;
        }

        OpenSeasons(time.Now);
        due.Clear();
        foreach (var board in catalog.Served)
        {
            board.CollectClosings(time.Now, due);
        }

        due.Sort(static (one, other) => Nullable.Compare(one.Window.Stored.Closes, other.Window.Stored.Closes) is not 0 and var order
            ? order
            : one.Window.Stored.Number.CompareTo(other.Window.Stored.Number));
        for (var from = 0; from < due.Count; from += MostPerCommit)
        {
            Close(due.GetRange(from, Math.Min(MostPerCommit, due.Count - from)), time.Now);
        }

        nextDue = catalog.Served.Min(board => board.NextDue(time.Now));
        return true;
    }

    /// <summary>Closes windows in one commit, each exactly once: its row, its final count and sum, and its event.</summary>
    public void Close(List<(Board Board, OpenWindow Window)> windows, DateTimeOffset now)
    {
        batch.Clear();
        batch.At = now;
        foreach (var (board, window) in windows)
        {
            batch.Closings.Add(board.ClosingOf(window, Milliseconds.Of(now)));
            batch.Events.Add(BoardEvents.WindowClosed(board, window, batch.Closings[^1]));
        }

        try
        {
            Closed(windows, Committer.Wait(store.CommitAsync(batch, CancellationToken.None)));
        }
        catch (StoreUncertainException)
        {
            doubt.Open(commit => Closed(windows, commit));
            throw;
        }
    }

    private void Closed(List<(Board Board, OpenWindow Window)> windows, long commit)
    {
        for (var i = 0; i < windows.Count; i++)
        {
            var (board, window) = windows[i];
            past.Seal(board, window, board.Close(window, batch.Closings[i], commit));
        }

        onEvents();
    }

    private void OpenAgain(List<WindowOpening> asked, List<Board> theirs)
    {
        List<WindowOpening> wanted = [];
        List<Board> boards = [];
        for (var i = 0; i < asked.Count; i++)
        {
            if (theirs[i] is { IsGone: false, IsServed: true } board && board.FindOpen(asked[i].Rule, asked[i].Key) is null)
            {
                wanted.Add(asked[i]);
                boards.Add(board);
            }
        }

        Open(wanted, boards);
    }

    private void OpenSeasons(DateTimeOffset now)
    {
        openings.Clear();
        openingBoards.Clear();
        foreach (var board in catalog.Served)
        {
            var before = openings.Count;
            board.CollectOpenings(now, seasonsOnly: true, openings);
            openingBoards.AddRange(Enumerable.Repeat(board, openings.Count - before));
        }

        Open(openings, openingBoards);
    }
}

using System.Collections.Immutable;
using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Boards;

// One board: its open windows under one lock that is held for one operation at a time. Only the committer writes: it decides (Board.Deciding.cs), commits, and
// then applies, so no window ever shows what is not durable, and all windows of a submission change in one hold of the lock.
//
// The life of a window (Board.Windows.cs): it opens with the first submission of its time (a season when its time comes, "all time" with the board), and its
// end is fixed then. It takes submissions of its time, after its end only those that name it, until it closes. From the commit of its close on
// it is final: it stays readable in memory until its sealed file is written, and from then on it is read from there (PastWindows.cs).
//
// Rows are applied one by one, so a reader may look between two rows of a commit: a version is therefore the number of the commit and a count of changes
// within it; after a start it is the highest the last commit could have reached.

/// <summary>One board of a running game.</summary>
internal sealed partial class Board
{
    /// <summary>How many bits of a version count the changes within one commit: more than a commit can hold.</summary>
    private const int ChangeBits = 16;

    private readonly FairLock gate = new();
    private readonly IScoreStore store;
    private readonly int number;
    private BoardDefinition definition;
    private ImmutableArray<OpenWindow> open = [];
    private ImmutableArray<OpenWindow> closing = [];
    private ImmutableDictionary<string, StoredWindow> lastClosed = ImmutableDictionary<string, StoredWindow>.Empty;
    private long lastOrder;
    private long version;
    private volatile bool isServed;

    public Board(Game game, StoredBoard stored, IScoreStore store)
    {
        Game = game;
        this.store = store;
        number = stored.Number;
        definition = stored.Definition;
        lastOrder = stored.LastOrder;
        foreach (var window in stored.Windows.OrderBy(static window => window.Number))
        {
            if (window.State == WindowState.Open)
            {
                open = open.Add(NewWindow(window));
            }
            else
            {
                lastClosed = lastClosed.SetItem(window.Rule, window);
            }
        }
    }

    public Game Game { get; }

    public BoardDefinition Definition => Volatile.Read(ref definition);

    /// <summary>The board's number in the store.</summary>
    public int Number => number;

    /// <summary>Grows with every visible change, also over restarts.</summary>
    public long Version => Volatile.Read(ref version);

    /// <summary>The last order number that was given. Of the committer alone.</summary>
    public long LastOrder => lastOrder;

    /// <summary>Whether an open window has entries.</summary>
    public bool HasEntries => open.Any(static window => window.Set.Count > 0);

    /// <summary>Whether the board was deleted. Set by the committer.</summary>
    public bool IsGone { get; set; }

    /// <summary>Whether this process answers for it: always, where it shares its store with nobody.</summary>
    public bool IsServed => isServed;

    /// <summary>Its full name.</summary>
    public BoardId Id => new(Game.Id, Definition.Name);

    /// <summary>What is thrown when this process does not answer for it.</summary>
    public BoardElsewhereException Elsewhere() => new(Id);

    /// <summary>Takes the board's lock.</summary>
    public FairLock.Scope Enter() => gate.Enter();

    /// <summary>Reads the open windows from the store. Before the first other call.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var window in open)
        {
            window.MayHaveMetadata = await store.LoadWindowAsync(window.Stored.Number, window.Load, window.LoadTail, cancellationToken);
            window.Loaded();
        }

        Begin(await store.ReadVersionAsync(cancellationToken));
    }

    /// <summary>Begins to be served, with the highest version that the last commit could have reached.</summary>
    public void Begin(long commit)
    {
        using (gate.Enter())
        {
            Volatile.Write(ref version, Math.Max(version, ((commit + 1) << ChangeBits) - 1));
            foreach (var window in open)
            {
                // One that was made before the board was lost says an older version.
                window.Head.MarkChanged();
            }
        }

        isServed = true;
    }

    /// <summary>Takes note that a player's stored profile is another one now.</summary>
    public void ProfileChanged(PlayerId player, long commit)
    {
        using (gate.Enter())
        {
            foreach (var window in open)
            {
                if (window.Head.ProfileChanged(player, window.Set))
                {
                    MarkChanged(commit);
                }
            }
        }
    }

    /// <summary>Takes a player out of all open windows. Closed ones show him no more, so the board changes in any case.</summary>
    public void Remove(PlayerId player, long commit)
    {
        using (gate.Enter())
        {
            foreach (var window in open)
            {
                window.Head.ProfileChanged(player, window.Set);
                if (window.Remove(player))
                {
                    window.Head.MarkChanged();
                }
            }

            MarkChanged(commit);
        }
    }

    /// <summary>Gives the board another definition that leaves its entries as they are.</summary>
    public void Change(BoardDefinition changed, long commit)
    {
        using (gate.Enter())
        {
            Volatile.Write(ref definition, changed);
            MarkChanged(commit);
        }
    }

    private void MarkChanged(long commit) => Volatile.Write(ref version, Math.Max(version + 1, commit << ChangeBits));

    private OpenWindow NewWindow(StoredWindow stored) => NewWindow(stored, definition.Order);

    private OpenWindow NewWindow(StoredWindow stored, ColumnOrder order) => new(stored, order) { Head = new WindowHead(Game.Number, store) };
}

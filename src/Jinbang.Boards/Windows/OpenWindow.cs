using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Ranking;

namespace Jinbang.Boards.Windows;

/// <summary>
/// A window whose entries are in memory. Guarded by its board's lock, but for reads by the committer, who alone changes it. Once it is closed nothing changes
/// any more and anyone may read it without the lock.
/// </summary>
internal sealed class OpenWindow(StoredWindow stored, ColumnOrder order)
{
    private RankedSetBuilder? builder = new(order);
    private RankedSet set = new(order);
    private TurnRanks? ranks;
    private long turn;
    private bool mayHaveMetadata;

    /// <summary>What the store knows of it.</summary>
    public StoredWindow Stored => stored;

    /// <summary>What the store knows of it since it closed; null while it is open. Under its board's lock.</summary>
    public StoredWindow? Closed { get; set; }

    /// <summary>Its entries.</summary>
    public RankedSet Set => set;

    /// <summary>Whether the window is of this moment: a window without a start or an end reaches for ever.</summary>
    public bool Holds(DateTimeOffset moment) => (stored.Starts is not { } starts || starts <= moment) && (stored.Ends is not { } ends || moment < ends);

    /// <summary>What a turn of the committer has decided in it so far. Not for readers.</summary>
    public TurnRanks RanksOf(long number, Reading reading)
    {
        ranks ??= new TurnRanks();
        if (turn != number)
        {
            turn = number;
            ranks.Begin(set, reading);
        }

        return ranks;
    }

    /// <summary>The sum of the entries' digests, modulo 2^64.</summary>
    public ulong Checksum { get; private set; }

    /// <summary>Whether an entry may have metadata; while it is false, none has. Set by the committer before anyone can read such an entry.</summary>
    public bool MayHaveMetadata
    {
        get => Volatile.Read(ref mayHaveMetadata);
        set => Volatile.Write(ref mayHaveMetadata, value);
    }

    /// <summary>Its first places with their profiles.</summary>
    public required WindowHead Head { get; init; }

    /// <summary>Takes a folded entry while the window is loaded.</summary>
    public void Load(Entry entry)
    {
        Checksum += EntryDigest.Of(entry);
        builder!.Add(entry);
    }

    /// <summary>Takes a row of the tail while the window is loaded, after all folded entries.</summary>
    public void LoadTail(Entry entry)
    {
        Loaded();
        Put(entry, set.TryGet(entry.Player, out var before) ? before : default);
    }

    /// <summary>Ends loading. May be said more than once.</summary>
    public void Loaded()
    {
        if (builder is { } gathered)
        {
            set = gathered.Build();
            builder = null;
        }
    }

    /// <summary>Puts an entry in the place of what the player had.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="before">What he had; <c>default</c> for nothing.</param>
    public Rank Put(in Entry entry, in Entry before)
    {
        Checksum += EntryDigest.Of(entry) - (before.Player.IsSome ? EntryDigest.Of(before) : 0);
        return set.Put(entry);
    }

    /// <summary>Takes a player out.</summary>
    /// <returns>Whether he was there.</returns>
    public bool Remove(PlayerId player)
    {
        if (!set.TryGet(player, out var before))
        {
            return false;
        }

        Checksum -= EntryDigest.Of(before);
        return set.Remove(player);
    }

    /// <summary>The window as readers see it.</summary>
    public WindowInfo Info() => InfoOf(Closed ?? stored, set.Count, Checksum);

    /// <summary>A window as readers see it.</summary>
    public static WindowInfo InfoOf(StoredWindow window, int count, ulong checksum) => new()
    {
        Name = window.Name,
        Kind = window.Kind,
        State = window.State,
        Starts = window.Starts,
        Ends = window.Ends,
        Closes = window.Closes,
        ClosedAt = window.Closing?.At,
        Count = count,
        Checksum = checksum,
    };
}

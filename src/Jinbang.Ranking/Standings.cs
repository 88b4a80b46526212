namespace Jinbang.Ranking;

// How it works
// ------------
// A table is read through seven questions that whoever holds the entries answers (the protected members). They speak of positions: 0 for the best entry,
// within equal scores by arrival, earlier first. Everything a reader can ask is made of them here, once for the ranked set and for the sealed file.
//
// Equal scores form a run, and a run's bounds are two counts: how many entries are better, and how many are better or equal. A later-first reading turns every run
// round; a competition rank is where the run begins; a dense rank is how many runs have begun. So no reading needs a table of its own.
//
// Costs: every answer takes a constant number of those questions (a range of k rows, k rows more), whatever its style. In the ranked set a question is
// O(log n), in the sealed file one to four blocks.

/// <summary>
/// Entries in rank order, one per player, and all that can be asked about them. Positions and ranks are exact. A call sees one state of the table;
/// whether calls may be made from several threads is the matter of the class that holds the entries.
/// </summary>
public abstract partial class Standings
{
    private protected Standings(ColumnOrder order)
    {
        if (order.Columns == 0)
        {
            throw new ArgumentException("An order has at least one column.", nameof(order));
        }

        Order = order;
    }

    /// <summary>How scores are compared.</summary>
    public ColumnOrder Order { get; }

    /// <summary>How many entries there are.</summary>
    public abstract int Count { get; }

    /// <summary>How many different scores there are.</summary>
    public abstract int DistinctCount { get; }

    /// <summary>The player's position, -1 when he has no entry.</summary>
    private protected abstract int PositionOf(PlayerId player);

    /// <summary>The player's position and entry; -1 when he has none.</summary>
    private protected abstract int Locate(PlayerId player, out Entry entry);

    /// <summary>Copies the entries from a position on; all of them exist.</summary>
    private protected abstract void Copy(int position, Span<Entry> destination);

    /// <summary>How many entries are better than the scores.</summary>
    private protected abstract int CountBefore(in ScoreColumns scores);

    /// <summary>How many entries are better than the scores or equal to them.</summary>
    private protected abstract int CountThrough(in ScoreColumns scores);

    /// <summary>How many different scores there are from the best entry to the one at this position, which exists.</summary>
    private protected abstract int DistinctThrough(int position);

    /// <summary>The first position of a run of equal scores.</summary>
    /// <param name="run">From 0 to <see cref="DistinctCount"/> - 1, the best scores' first.</param>
    private protected abstract int StartOfRun(int run);

    /// <summary>The player's entry, if he has one.</summary>
    public bool TryGet(PlayerId player, out Entry entry) => Locate(player, out entry) >= 0;

    /// <summary>The player's rank, or <c>default</c> when he has no entry.</summary>
    public Rank RankOf(PlayerId player) => new(PositionOf(player) + 1);

    /// <summary>The player's rank in a reading, or <c>default</c> when he has no entry.</summary>
    public Rank RankOf(PlayerId player, Reading reading) => reading == default ? RankOf(player) : Find(player, reading)?.Rank ?? default;

    /// <summary>The player's rank and entry, or null when he has none.</summary>
    public Standing? Find(PlayerId player, Reading reading = default)
    {
        var position = Locate(player, out var entry);
        return position < 0 ? null : new Standing(RankAt(position, entry.Scores, reading), entry);
    }

    /// <summary>The entry at a place of the list, earlier first.</summary>
    /// <param name="place">From 1 to <see cref="Count"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public Entry EntryAt(Rank place)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(place.Place, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(place.Place, Count);
        return EntryAtPosition(place.Place - 1);
    }

    /// <summary>Copies the entries from a place on, earlier first, until the destination is full or the table ends.</summary>
    /// <param name="first">The first place wanted, from 1; beyond the end nothing is copied.</param>
    /// <param name="destination">Takes the entries.</param>
    /// <returns>How many entries were copied.</returns>
    public int CopyRange(Rank first, Span<Entry> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first.Place, 1);
        var length = Math.Min(destination.Length, Count - first.Place + 1);
        if (length <= 0)
        {
            return 0;
        }

        Copy(first.Place - 1, destination[..length]);
        return length;
    }

    private Entry EntryAtPosition(int position)
    {
        Span<Entry> one = stackalloc Entry[1];
        Copy(position, one);
        return one[0];
    }

    /// <summary>The rank of the entry at a position.</summary>
    private Rank RankAt(int position, in ScoreColumns scores, Reading reading) => reading switch
    {
        { Style: RankStyle.Ordinal, Ties: TieOrder.EarlierFirst } => new Rank(position + 1),
        { Style: RankStyle.Ordinal } => new Rank(CountBefore(scores) - position + CountThrough(scores)),
        { Style: RankStyle.Competition } => new Rank(CountBefore(scores) + 1),
        _ => new Rank(DistinctThrough(position)),
    };
}

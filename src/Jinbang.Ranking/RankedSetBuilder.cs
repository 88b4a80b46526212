using Jinbang.Ranking.Tree;

namespace Jinbang.Ranking;

/// <summary>
/// Builds a ranked set from entries that come in any order, one per player: gathers them column by column, sorts once (not at all when they come in rank
/// order), and fills the leaves from left to right. Not thread-safe; good for one set.
/// </summary>
/// <param name="order">How scores are compared.</param>
public sealed class RankedSetBuilder(ColumnOrder order)
{
    private readonly GrowingColumn<long>[] keys = [.. Enumerable.Range(0, order.Columns).Select(static _ => new GrowingColumn<long>())];
    private readonly GrowingColumn<long> orders = new();
    private readonly GrowingColumn<int> players = new();
    private EntryKey last;
    private bool isSorted = true;

    /// <summary>How many entries have been added.</summary>
    public int Count => players.Count;

    /// <summary>Adds an entry of a player who was not added before.</summary>
    /// <exception cref="ArgumentException">The entry names no player, or has more columns than the set.</exception>
    public void Add(in Entry entry)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(entry.Player.Number, 1);
        if (!order.Fits(entry.Scores))
        {
            throw new ArgumentException($"The scores have more columns than the {order.Columns} of this set.", nameof(entry));
        }

        var key = new EntryKey(order.KeyOf(entry.Scores), entry.Order, entry.Player.Number);
        isSorted = isSorted && (Count == 0 || last.CompareTo(key) < 0);
        last = key;
        for (var column = 0; column < keys.Length; column++)
        {
            keys[column].Add(key[column]);
        }

        orders.Add(key.Order);
        players.Add(key.Player);
    }

    /// <summary>Makes the set. The builder is empty afterwards.</summary>
    public RankedSet Build() => Build(new RankedSet(order));

    internal RankedSet Build(RankedSet empty)
    {
        var sorted = isSorted ? null : Sorted();
        empty.Fill(players, sorted is null ? KeyAt : position => KeyAt(sorted.Rows[position]));
        foreach (var column in keys)
        {
            column.Clear();
        }

        orders.Clear();
        players.Clear();
        isSorted = true;
        return empty;
    }

    private EntryKey KeyAt(int row) => new(
        keys.Length switch
        {
            1 => new ScoreColumns(keys[0][row]),
            2 => new ScoreColumns(keys[0][row], keys[1][row]),
            3 => new ScoreColumns(keys[0][row], keys[1][row], keys[2][row]),
            _ => new ScoreColumns(keys[0][row], keys[1][row], keys[2][row], keys[3][row]),
        },
        orders[row],
        players[row]);

    /// <summary>The rows in rank order: a stable sort by each column in turn, the least important first.</summary>
    private RadixSort Sorted()
    {
        var sort = new RadixSort(Count);
        sort.By(players);
        sort.By(orders);
        for (var column = keys.Length - 1; column >= 0; column--)
        {
            sort.By(keys[column]);
        }

        return sort;
    }
}

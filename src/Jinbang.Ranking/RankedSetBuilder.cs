using Jinbang.Ranking.Tree;

namespace Jinbang.Ranking;

/// <summary>
/// Builds ranked sets from entries that come in any order, one per player. As long as they come in rank order they go straight into the leaves; from the first that does
/// not they are gathered column by column and sorted once. Not thread-safe.
/// </summary>
/// <param name="order">How scores are compared.</param>
public sealed class RankedSetBuilder(ColumnOrder order)
{
    private readonly GrowingColumn<long>[] keys = [.. Enumerable.Range(0, order.Columns).Select(static _ => new GrowingColumn<long>())];
    private readonly GrowingColumn<long> orders = new();
    private readonly GrowingColumn<int> players = new();
    private RankedSet set = new(order);
    private int leaf = Node.None;
    private EntryKey last;
    private bool isSorted = true;

    /// <summary>How many entries have been added.</summary>
    public int Count => isSorted ? set.Count : players.Count;

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
        if (isSorted && (set.Count == 0 || last.CompareTo(key) < 0))
        {
            leaf = set.Append(leaf, key);
            last = key;
            return;
        }

        if (isSorted)
        {
            isSorted = false;
            set.ForEachKey(Gather);
            (set, leaf) = (new RankedSet(order), Node.None);
        }

        Gather(key);
    }

    /// <summary>Makes the set. The builder is empty afterwards.</summary>
    /// <exception cref="ArgumentException">A player has two entries.</exception>
    public RankedSet Build()
    {
        if (!isSorted)
        {
            AppendSorted();
        }

        var built = set;
        (set, leaf, isSorted) = (new RankedSet(order), Node.None, true);
        built.Finish();
        return built;
    }

    private void Gather(EntryKey key)
    {
        for (var column = 0; column < keys.Length; column++)
        {
            keys[column].Add(key[column]);
        }

        orders.Add(key.Order);
        players.Add(key.Player);
    }

    /// <summary>Sorts what was gathered, by each column in turn, the least important first, and appends it to the set.</summary>
    private void AppendSorted()
    {
        var sort = new RadixSort(players.Count);
        sort.By(players);
        sort.By(orders);
        for (var column = keys.Length - 1; column >= 0; column--)
        {
            sort.By(keys[column]);
        }

        foreach (var row in sort.Rows)
        {
            leaf = set.Append(leaf, KeyAt(row));
        }

        foreach (var column in keys)
        {
            column.Clear();
        }

        orders.Clear();
        players.Clear();
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
}

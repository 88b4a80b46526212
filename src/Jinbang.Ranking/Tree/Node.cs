using System.Runtime.InteropServices;

namespace Jinbang.Ranking.Tree;

/// <summary>
/// A view of one node's block. Rows 0 to <see cref="Count"/> - 1 are in use: in a leaf they are entries, in an inner node a row is a child with its separator.
/// Taking a node from the pool may move blocks: no view outlives that.
/// </summary>
internal readonly ref struct Node(Span<long> words, NodeLayout layout)
{
    /// <summary>No node.</summary>
    public const int None = -1;

    private readonly Span<long> words = words;
    private readonly NodeLayout layout = layout;

    /// <summary>How many rows are in use.</summary>
    public ref int Count => ref Header(0);

    /// <summary>The inner node above, or <see cref="None"/>.</summary>
    public ref int Parent => ref Header(1);

    /// <summary>The leaf to the left, or <see cref="None"/>. Leaves only.</summary>
    public ref int Previous => ref Header(2);

    /// <summary>The leaf to the right, or <see cref="None"/>. Leaves only.</summary>
    public ref int Next => ref Header(3);

    public Span<long> Keys => words.Slice(NodeLayout.HeaderWords, layout.Capacity);

    public Span<long> Orders => words.Slice(layout.OrdersAt, layout.Capacity);

    public Span<int> Players => Halves(layout.PlayersAt);

    public Span<int> Children => Halves(layout.ChildrenAt);

    /// <summary>How many entries stand below each child.</summary>
    public Span<int> Counts => Halves(layout.CountsAt);

    /// <summary>How many runs of equal scores begin below each child.</summary>
    public Span<int> Runs => Halves(layout.RunsAt);

    public Span<long> Column(int column) => words.Slice(layout.KeysAt(column), layout.Capacity);

    public int IndexOf(int player) => Players[..Count].IndexOf(player);

    public int SlotOf(int child) => Children[..Count].IndexOf(child);

    /// <summary>How many entries stand below the children before a slot.</summary>
    public int CountBefore(int slot) => SortedColumn.Sum(Counts[..slot]);

    /// <summary>How many runs begin below the children before a slot.</summary>
    public int RunsBefore(int slot) => SortedColumn.Sum(Runs[..slot]);

    public EntryKey KeyAt(int row) => new(ScoreKeysAt(row), Orders[row], Players[row]);

    public ScoreColumns ScoreKeysAt(int row) => layout.Columns switch
    {
        1 => new ScoreColumns(Keys[row]),
        2 => new ScoreColumns(Keys[row], Column(1)[row]),
        3 => new ScoreColumns(Keys[row], Column(1)[row], Column(2)[row]),
        _ => new ScoreColumns(Keys[row], Column(1)[row], Column(2)[row], Column(3)[row]),
    };

    /// <summary>The first row from <paramref name="low"/> on that does not stand before the key, or, with <paramref name="through"/>, that stands after it.</summary>
    public int Bound(int low, in EntryKey key, bool through)
    {
        var high = Count;
        for (var column = 0; column <= layout.Columns && low < high; column++)
        {
            var isOrder = column == layout.Columns;
            var values = isOrder ? Orders : Column(column);
            low += SortedColumn.CountBelow(values[low..high], isOrder ? key.Order : key[column], out var equal);
            high = low + equal;
        }

        // What is left agrees in everything but the player: at most a row, unless orders repeat.
        var players = Players;
        while (low < high && (through ? players[low] <= key.Player : players[low] < key.Player))
        {
            low++;
        }

        return low;
    }

    /// <summary>The child that a key belongs to: the last one whose separator does not stand after it, else the first.</summary>
    public int SlotFor(in EntryKey key) => Bound(1, key, through: true) - 1;

    public void Set(int row, in EntryKey key)
    {
        Keys[row] = key.Scores.First;
        for (var column = 1; column < layout.Columns; column++)
        {
            Column(column)[row] = key[column];
        }

        Orders[row] = key.Order;
        Players[row] = key.Player;
    }

    /// <summary>Moves rows within the node. Does not change <see cref="Count"/>.</summary>
    public void Move(int from, int to, int rows) => CopyTo(this, from, to, rows);

    /// <summary>Copies rows to another node of the same kind. Changes no <see cref="Count"/>.</summary>
    public void CopyTo(Node other, int from, int to, int rows)
    {
        if (rows == 0)
        {
            return;
        }

        for (var column = 0; column < layout.Columns; column++)
        {
            Column(column).Slice(from, rows).CopyTo(other.Column(column)[to..]);
        }

        Orders.Slice(from, rows).CopyTo(other.Orders[to..]);
        Players.Slice(from, rows).CopyTo(other.Players[to..]);
        if (layout.IsInner)
        {
            Children.Slice(from, rows).CopyTo(other.Children[to..]);
            Counts.Slice(from, rows).CopyTo(other.Counts[to..]);
            Runs.Slice(from, rows).CopyTo(other.Runs[to..]);
        }
    }

    /// <summary>Whether two rows have the same scores.</summary>
    public bool HasSameScores(int row, Node other, int otherRow)
    {
        for (var column = 0; column < layout.Columns; column++)
        {
            if (Column(column)[row] != other.Column(column)[otherRow])
            {
                return false;
            }
        }

        return true;
    }

    private ref int Header(int number) => ref MemoryMarshal.Cast<long, int>(words)[number];

    private Span<int> Halves(int at) => MemoryMarshal.Cast<long, int>(words.Slice(at, layout.Capacity / 2));
}

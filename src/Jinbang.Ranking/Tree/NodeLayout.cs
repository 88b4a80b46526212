namespace Jinbang.Ranking.Tree;

/// <summary>
/// Where the parts of a node lie in its block of words (64 bits each): the header, a column of keys per score column, the orders of arrival, the players' numbers
/// (two in a word), and in an inner node its children, their counts of entries and their counts of runs.
/// </summary>
internal sealed class NodeLayout(int columns, int capacity, bool isInner)
{
    /// <summary>Words of the header: six numbers of 32 bits.</summary>
    public const int HeaderWords = 3;

    /// <summary>How many score columns there are.</summary>
    public int Columns { get; } = columns;

    /// <summary>How many entries, or children, a node holds at the most; even.</summary>
    public int Capacity { get; } = capacity;

    public bool IsInner { get; } = isInner;

    /// <summary>The whole block.</summary>
    public int Words { get; } = HeaderWords + (capacity * (columns + 1)) + (capacity / 2 * (isInner ? 4 : 1));

    public int KeysAt(int column) => HeaderWords + (column * Capacity);

    public int OrdersAt { get; } = HeaderWords + (columns * capacity);

    public int PlayersAt { get; } = HeaderWords + ((columns + 1) * capacity);

    public int ChildrenAt => PlayersAt + (Capacity / 2);

    public int CountsAt => ChildrenAt + (Capacity / 2);

    public int RunsAt => CountsAt + (Capacity / 2);
}

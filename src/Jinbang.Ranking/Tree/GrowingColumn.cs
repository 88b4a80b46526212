namespace Jinbang.Ranking.Tree;

/// <summary>A list of numbers that grows by pieces, without copying what it holds.</summary>
internal sealed class GrowingColumn<T>
    where T : unmanaged
{
    private const int PieceBits = 16;
    private const int PieceSize = 1 << PieceBits;

    private readonly List<T[]> pieces = [];

    public int Count { get; private set; }

    public T this[int index] => pieces[index >> PieceBits][index & (PieceSize - 1)];

    public void Add(T value)
    {
        var offset = Count & (PieceSize - 1);
        if (offset == 0)
        {
            pieces.Add(Count == 0 ? new T[16] : GC.AllocateUninitializedArray<T>(PieceSize));
        }

        var piece = pieces[^1];
        if (offset == piece.Length)
        {
            Array.Resize(ref piece, Math.Min(PieceSize, piece.Length * 4));
            pieces[^1] = piece;
        }

        piece[offset] = value;
        Count++;
    }

    public void Clear()
    {
        pieces.Clear();
        Count = 0;
    }
}

namespace Jinbang.Ranking.Tree;

/// <summary>
/// Nodes of one kind, as blocks in a few large arrays of numbers: nothing in them refers to anything, so the garbage collector never walks them. The
/// last array grows by doubling until it is full, then another one begins: growing copies less than a megabyte, whatever the size of the set, and a set of one
/// node has one block.
/// </summary>
internal sealed class NodePool(NodeLayout layout)
{
    private const int ChunkBits = 8;
    private const int ChunkNodes = 1 << ChunkBits;

    private long[][] chunks = [];
    private int lastChunkNodes = ChunkNodes;
    private int used;
    private int free = Node.None;

    public NodeLayout Layout => layout;

    /// <summary>How many nodes are in use.</summary>
    public int Count { get; private set; }

    public Node this[int node] =>
        new(chunks[node >> ChunkBits].AsSpan((node & (ChunkNodes - 1)) * layout.Words, layout.Words), layout);

    /// <summary>Takes an empty node without neighbours. Views of other nodes of this pool are no longer valid.</summary>
    public int Take()
    {
        Count++;
        int taken;
        if (free != Node.None)
        {
            taken = free;
            free = this[taken].Parent;
        }
        else
        {
            MakeRoom();
            taken = used++;
        }

        var node = this[taken];
        node.Count = 0;
        node.Parent = Node.None;
        node.Previous = Node.None;
        node.Next = Node.None;
        return taken;
    }

    /// <summary>Gives a node back; its memory is used for the next one.</summary>
    public void Return(int node)
    {
        // The free nodes are a list through their parents' places.
        this[node].Parent = free;
        free = node;
        Count--;
    }

    private void MakeRoom()
    {
        if (chunks.Length > 0 && used < ((chunks.Length - 1) << ChunkBits) + lastChunkNodes)
        {
            return;
        }

        if (lastChunkNodes < ChunkNodes)
        {
            lastChunkNodes = Math.Min(ChunkNodes, lastChunkNodes * 2);
            var grown = GC.AllocateUninitializedArray<long>(lastChunkNodes * layout.Words);
            chunks[^1].CopyTo(grown, 0);
            chunks[^1] = grown;
            return;
        }

        lastChunkNodes = chunks.Length == 0 ? 1 : Math.Min(ChunkNodes, Math.Max(8, chunks.Length * ChunkNodes / 16));
        Array.Resize(ref chunks, chunks.Length + 1);
        chunks[^1] = GC.AllocateUninitializedArray<long>(lastChunkNodes * layout.Words);
    }
}

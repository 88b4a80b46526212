using System.Buffers;
using System.Buffers.Binary;

namespace Jinbang.Ranking.Sealed;

/// <summary>
/// Writes the index from players to ranks, once. It goes over the entries anew for every <see cref="NumbersAtOnce"/> player numbers and holds only the
/// ranks of these: 64 MiB in a dense index, twice as much in a sparse one, less when there are fewer players.
/// </summary>
internal sealed class SealedIndexWriter(StandingsPages pages, SealedBlockWriter blocks, ArrayBufferWriter<byte> branches)
{
    private const int NumbersAtOnce = 1 << 24;
    private long written;

    /// <param name="index">How it is written.</param>
    /// <param name="highest">The highest player number.</param>
    /// <param name="count">How many entries there are.</param>
    public void Write(PositionIndex index, int highest, int count)
    {
        for (var first = 1L; first <= highest; first += NumbersAtOnce)
        {
            var last = (int)Math.Min(highest, first + NumbersAtOnce - 1);
            switch (index)
            {
                case PositionIndex.Dense:
                    WriteDense((int)first, last, count);
                    break;
                case PositionIndex.Sparse:
                    WriteSparse((int)first, last, count);
                    break;
            }
        }

        blocks.EndSection();
        if (written != count)
        {
            throw new InvalidOperationException($"The standings have {count} entries of {written} players.");
        }
    }

    private void WriteDense(int first, int last, int count)
    {
        var ranks = new int[last - first + 1];
        for (var position = 0; position < count;)
        {
            foreach (ref readonly var entry in pages.From(position))
            {
                position++;
                if (entry.Player.Number >= first && entry.Player.Number <= last)
                {
                    ranks[entry.Player.Number - first] = position;
                }
            }
        }

        foreach (var rank in ranks)
        {
            written += rank == 0 ? 0 : 1;
            BinaryPrimitives.WriteInt32LittleEndian(blocks.Next(sizeof(int)), rank);
        }
    }

    private void WriteSparse(int first, int last, int count)
    {
        // The player in the upper half, so that the pairs sort by player.
        var pairs = new List<long>();
        for (var position = 0; position < count;)
        {
            foreach (ref readonly var entry in pages.From(position))
            {
                position++;
                if (entry.Player.Number >= first && entry.Player.Number <= last)
                {
                    pairs.Add(((long)entry.Player.Number << 32) | (uint)position);
                }
            }
        }

        pairs.Sort();
        var before = 0;
        foreach (var pair in pairs)
        {
            var (player, rank) = ((int)(pair >> 32), (int)pair);
            if (player == before)
            {
                // A player who is there twice: the number of pairs will show it.
                continue;
            }

            before = player;
            if (written % SealedLayout.PairsPerBlock == 0)
            {
                BinaryPrimitives.WriteInt32LittleEndian(branches.GetSpan(sizeof(int)), player);
                branches.Advance(sizeof(int));
            }

            var record = blocks.Next(SealedLayout.PairSize);
            BinaryPrimitives.WriteInt32LittleEndian(record, player);
            BinaryPrimitives.WriteInt32LittleEndian(record[sizeof(int)..], rank);
            written++;
        }
    }
}

using System.Buffers.Binary;

namespace Jinbang.Ranking.Sealed;

internal sealed partial class SealedTable
{
    /// <summary>The player's position, -1 when he has no entry.</summary>
    public int PositionOf(PlayerId player)
    {
        if (!player.IsSome || player.Number > header.HighestPlayer)
        {
            return -1;
        }

        Span<byte> block = stackalloc byte[SealedBlock.Size];
        var rank = Layout.Index switch
        {
            PositionIndex.Dense => RankInArray(player.Number, block),
            PositionIndex.Sparse => RankInPairs(player.Number, block),
        };
        return rank >= 0 && rank <= Count ? rank - 1 : throw new SealedFileDamagedException(path, $"it has a rank {rank} among {Count} entries");
    }

    /// <summary>The player's position and entry; -1 when he has none.</summary>
    public int Locate(PlayerId player, out Entry entry)
    {
        entry = default;
        var position = PositionOf(player);
        if (position < 0)
        {
            return -1;
        }

        Copy(position, new Span<Entry>(ref entry));
        return entry.Player == player
            ? position
            : throw new SealedFileDamagedException(path, $"at position {position} it has another player than its index says");
    }

    private int RankInArray(int player, Span<byte> block)
    {
        var (number, index) = Math.DivRem(player - 1, SealedLayout.RanksPerBlock);
        Read(Layout.Positions.First + number, block);
        return BinaryPrimitives.ReadInt32LittleEndian(block[(index * sizeof(int))..]);
    }

    private int RankInPairs(int player, Span<byte> block)
    {
        var number = Descend(Layout.PlayerTree, player, IsUpTo, block);
        if (number < 0)
        {
            return 0;
        }

        Read(Layout.Positions.First + number, block);
        var pairs = (int)Math.Min(SealedLayout.PairsPerBlock, Count - (number * SealedLayout.PairsPerBlock));
        var upTo = CountPreceding(block, pairs, SealedLayout.PairSize, player, IsUpTo);
        if (upTo == 0)
        {
            return 0;
        }

        var last = block.Slice((upTo - 1) * SealedLayout.PairSize, SealedLayout.PairSize);
        return BinaryPrimitives.ReadInt32LittleEndian(last) == player ? BinaryPrimitives.ReadInt32LittleEndian(last[sizeof(int)..]) : 0;

        static bool IsUpTo(ReadOnlySpan<byte> record, in int wanted) => BinaryPrimitives.ReadInt32LittleEndian(record) <= wanted;
    }
}

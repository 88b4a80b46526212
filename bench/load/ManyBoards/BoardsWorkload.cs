using System.Text;
using Jinbang.Bench.Load.Client;
using Jinbang.Bench.Load.Players;

namespace Jinbang.Bench.Load.ManyBoards;

/// <summary>Random players of all boards submit a score a little above their last one to the board that is theirs.</summary>
internal sealed class BoardsWorkload(V1Requests requests, KnownScores known, BoardsSpec spec, ulong seed) : IWorkload
{
    private static readonly byte[] Improved = [.. "{\"result\":\"improved\","u8];

    private readonly byte[][] _names = [.. Enumerable.Range(0, spec.Boards).Select(board => Encoding.ASCII.GetBytes(SeededGames.NameOf(board)))];
    private SplitMix64 _random = new(seed);
    private SplitMix64 _keys = new(~seed);

    /// <inheritdoc/>
    public bool TryWriteNext(Span<byte> destination, out int length, out AwaitedReply reply)
    {
        var player = known.Take(ref _random);
        length = requests.Submit(destination, _names[player / spec.PlayersEach], player, known.Better(player, ref _random), ref _keys);
        reply = new(Improved, player);
        return true;
    }

    /// <inheritdoc/>
    public void Finished(AwaitedReply reply) => known.Release(reply.Player);
}

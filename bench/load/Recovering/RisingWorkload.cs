using Jinbang.Bench.Load.Client;
using Jinbang.Bench.Load.Players;

namespace Jinbang.Bench.Load.Recovering;

/// <summary>
/// A number of submissions by random players, each with a score that nobody had and that is better than all before: whoever submitted last stands first,
/// whatever order the server took them in.
/// </summary>
internal sealed class RisingWorkload(V1Requests requests, KnownScores known, int submissions, ulong seed) : IWorkload
{
    private static readonly byte[] Improved = [.. "{\"result\":\"improved\","u8];

    private readonly List<int> _players = [];
    private SplitMix64 _random = new(seed);
    private SplitMix64 _keys = new(~seed);

    /// <summary>Who submitted, in order; a player may come again.</summary>
    public IReadOnlyList<int> Players => _players;

    /// <inheritdoc/>
    public bool TryWriteNext(Span<byte> destination, out int length, out AwaitedReply reply)
    {
        (length, reply) = (0, default);
        if (_players.Count == submissions)
            return false;
        var player = known.Take(ref _random);
        _players.Add(player);
        length = requests.Submit(destination, player, SeededScores.Above + _players.Count, ref _keys);
        reply = new(Improved, player);
        return true;
    }

    /// <inheritdoc/>
    public void Finished(AwaitedReply reply) => known.Release(reply.Player);
}

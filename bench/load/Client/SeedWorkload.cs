using Jinbang.Bench.Load.Players;

namespace Jinbang.Bench.Load.Client;

/// <summary>Every player once: all profiles first, then all scores.</summary>
internal sealed class SeedWorkload(ClassicRequests requests, int players) : IWorkload
{
    // The bare server answers every path with "changed", which is as good here.
    private static readonly byte[] Profile = [.. "{\"code\":200,\"status\":200,\"msg\":"u8];
    private static readonly byte[] Score = [.. "{\"status\":200,\"code\":200,\"msg\":"u8];

    private int _next;

    /// <summary>How many requests were written so far, of two per player.</summary>
    public int Written => _next;

    /// <inheritdoc/>
    public bool TryWriteNext(Span<byte> destination, out int length, out AwaitedReply reply)
    {
        (length, reply) = (0, default);
        if (_next == 2 * players)
            return false;
        var player = _next % players;
        (length, reply) = _next < players
            ? (requests.PostUserInfo(destination, player, version: 0), new AwaitedReply(Profile, player))
            : (requests.PostScore(destination, player, SeededScores.Of(player)), new AwaitedReply(Score, player));
        _next++;
        return true;
    }

    /// <inheritdoc/>
    public void Finished(AwaitedReply reply)
    {
    }
}

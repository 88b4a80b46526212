using Jinbang.Bench.Load.Players;

namespace Jinbang.Bench.Load.Client;

/// <summary>The classic API of one server.</summary>
/// <param name="requests">How its calls are said.</param>
/// <param name="known">The scores of its board.</param>
/// <param name="judges">Whether it tells better scores from others; the bare one answers by path only.</param>
internal sealed class ClassicPlay(ClassicRequests requests, KnownScores known, bool judges) : IPlay
{
    /// <inheritdoc/>
    public IWorkload Of(Call call, ulong seed) => new Workload(call, requests, known, judges, seed);

    /// <inheritdoc/>
    /// <remarks>The first player's score rises by it and their profile stays.</remarks>
    public IEnumerable<KeyValuePair<string, byte[]>> Samples()
    {
        var random = new SplitMix64(0);
        var buffer = new byte[ClassicRequests.LargestRequest];
        yield return new("user_score", buffer[..requests.UserScore(buffer, player: 0)]);
        yield return new("tpinball_score", buffer[..requests.TopHundred(buffer)]);
        yield return new("post_score", buffer[..requests.PostScore(buffer, player: 0, known.Better(0, ref random))]);
        yield return new("post_user_info", buffer[..requests.PostUserInfo(buffer, player: 0, version: 0)]);
    }
}

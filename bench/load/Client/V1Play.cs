using Jinbang.Bench.Load.Players;

namespace Jinbang.Bench.Load.Client;

/// <summary>The v1 API of one server.</summary>
/// <param name="requests">How its calls are said.</param>
/// <param name="known">The scores of its board, the same in each of its windows.</param>
/// <param name="judges">Whether it tells better scores from others; the bare one answers by path only.</param>
internal sealed class V1Play(V1Requests requests, KnownScores known, bool judges) : IPlay
{
    private const ulong SampleKeys = 0x05A3A1E5EED00006;

    /// <inheritdoc/>
    public IWorkload Of(Call call, ulong seed) => new V1Workload(call, requests, known, judges, seed);

    /// <inheritdoc/>
    /// <remarks>The first player's score rises by it.</remarks>
    public IEnumerable<KeyValuePair<string, byte[]>> Samples()
    {
        var random = new SplitMix64(SampleKeys);
        var buffer = new byte[ClassicRequests.LargestRequest];
        yield return new("own_rank", buffer[..requests.OwnRank(buffer, player: 0)]);
        yield return new("around", buffer[..requests.Around(buffer, player: 0)]);
        yield return new("top_100", buffer[..requests.FirstPage(buffer)]);
        yield return new("submit", buffer[..requests.Submit(buffer, player: 0, known.Better(0, ref random), ref random)]);
    }
}

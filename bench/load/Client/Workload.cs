using Jinbang.Bench.Load.Players;

namespace Jinbang.Bench.Load.Client;

/// <summary>Players at play against one server, whose scores <paramref name="known"/> follows from one workload to the next.</summary>
/// <param name="call">What they do.</param>
/// <param name="requests">How they say it.</param>
/// <param name="known">The scores of the server's board.</param>
/// <param name="judges">Whether the server tells better scores from others; the bare one answers by path only.</param>
/// <param name="seed">Another seed gives other players in another order.</param>
internal sealed class Workload(Call call, ClassicRequests requests, KnownScores known, bool judges, ulong seed) : IWorkload
{
    private const int Nobody = -1;
    private const int ImprovingPercent = 30;

    private static readonly byte[] ScoreRead = [.. "{\"status\":200,\"code\":200,\"data\":{\"score\":"u8];
    private static readonly byte[] ListRead = [.. "{\"code\":200,\"status\":200,\"data\":[{\"nickname\":"u8];
    private static readonly byte[] ScoreImproved = [.. "{\"status\":200,\"code\":200,\"msg\":\"修改成绩成功\"}"u8];
    private static readonly byte[] ScoreNotBetter = [.. "{\"status\":400,\"code\":400,\"error\":\"分数少于原分数\"}"u8];
    private static readonly byte[] ProfileChanged = [.. "{\"code\":200,\"status\":200,\"msg\":\"修改用户信息成功\"}"u8];

    private SplitMix64 _random = new(seed);

    /// <inheritdoc/>
    public bool TryWriteNext(Span<byte> destination, out int length, out AwaitedReply reply)
    {
        (length, reply) = call switch
        {
            Call.UserScore => ReadScore(destination),
            Call.TopHundred => ReadList(destination),
            Call.PostScoreImproving => SubmitScore(destination, improves: true),
            Call.PostScoreMostlyNot => SubmitScore(destination, improves: _random.Next(100) < ImprovingPercent),
            Call.PostUserInfo => SubmitProfile(destination),
            Call.Mix => _random.Next(100) switch
            {
                < 40 => ReadScore(destination),
                < 60 => ReadList(destination),
                < 90 => SubmitScore(destination, improves: true),
                _ => SubmitProfile(destination),
            },
            _ => throw new InvalidOperationException($"{call.Name()} is no call of the classic API."),
        };
        return true;
    }

    /// <inheritdoc/>
    public void Finished(AwaitedReply reply)
    {
        if (reply.Player != Nobody)
            known.Release(reply.Player);
    }

    private (int Length, AwaitedReply Reply) ReadScore(Span<byte> destination) =>
        (requests.UserScore(destination, _random.Next(known.Players)), new(ScoreRead, Nobody));

    private (int Length, AwaitedReply Reply) ReadList(Span<byte> destination) => (requests.TopHundred(destination), new(ListRead, Nobody));

    private (int Length, AwaitedReply Reply) SubmitScore(Span<byte> destination, bool improves)
    {
        var player = known.Take(ref _random);
        var score = improves ? known.Better(player, ref _random) : known.NotBetter(player, ref _random);
        return (requests.PostScore(destination, player, score), new(improves || !judges ? ScoreImproved : ScoreNotBetter, player));
    }

    private (int Length, AwaitedReply Reply) SubmitProfile(Span<byte> destination) =>
        (requests.PostUserInfo(destination, _random.Next(known.Players), version: 1 + _random.Next(int.MaxValue - 1)), new(ProfileChanged, Nobody));
}

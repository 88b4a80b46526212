using System.Diagnostics;
using Jinbang.Bench.Load.Players;

namespace Jinbang.Bench.Load.Client;

/// <summary>Players at play against the v1 API of one server, whose scores <paramref name="known"/> follows from one workload to the next.</summary>
/// <inheritdoc cref="Workload"/>
internal sealed class V1Workload(Call call, V1Requests requests, KnownScores known, bool judges, ulong seed) : IWorkload
{
    private const int Nobody = -1;
    private const int ImprovingPercent = 30;
    private const int PopularPercent = 95;
    private const int BesidePerSecond = 100;

    // A server that stands still gets no more of them meanwhile.
    private const int MostBeside = 50;

    // With ten neighbours each, their profiles fit into the server's cache.
    private const int PopularPlayers = 4_000;

    private static readonly byte[] Read = [.. "{\"window\":{\"name\":\"all_time\","u8];
    private static readonly byte[] Improved = [.. "{\"result\":\"improved\","u8];
    private static readonly byte[] NotBetter = [.. "{\"result\":\"not_better\","u8];

    private SplitMix64 _random = new(seed);
    private SplitMix64 _keys = new(~seed);
    private long _besideDue = Stopwatch.GetTimestamp();
    private int _submitting;

    /// <inheritdoc/>
    public bool TryWriteNext(Span<byte> destination, out int length, out AwaitedReply reply)
    {
        (length, reply) = call switch
        {
            Call.OwnRank => ReadLine(destination),
            Call.Around => ReadAround(destination, _random.Next(known.Players)),
            Call.AroundPopular => ReadAround(destination, _random.Next(_random.Next(100) < PopularPercent ? Math.Min(PopularPlayers, known.Players) : known.Players)),
            Call.FirstPage => ReadPage(destination),
            Call.FirstPageBeside => IsBesideDue() ? Submit(destination, known.Take(ref _random), improves: true) : ReadPage(destination),
            Call.FirstPageChanging => IsBesideDue() ? Submit(destination, known.TakeFirst(ref _random), improves: true) : ReadPage(destination),
            Call.SubmitImproving => Submit(destination, known.Take(ref _random), improves: true),
            Call.SubmitMostlyNot => Submit(destination, known.Take(ref _random), improves: _random.Next(100) < ImprovingPercent),
            Call.MixV1 => _random.Next(100) switch
            {
                < 40 => ReadLine(destination),
                < 60 => ReadAround(destination, _random.Next(known.Players)),
                < 80 => ReadPage(destination),
                _ => Submit(destination, known.Take(ref _random), improves: true),
            },
            _ => throw new InvalidOperationException($"{call.Name()} is no call of the v1 API."),
        };
        return true;
    }

    /// <inheritdoc/>
    public void Finished(AwaitedReply reply)
    {
        if (reply.Player == Nobody)
            return;
        known.Release(reply.Player);
        _submitting--;
    }

    private (int Length, AwaitedReply Reply) ReadLine(Span<byte> destination) => (requests.OwnRank(destination, _random.Next(known.Players)), new(Read, Nobody));

    private (int Length, AwaitedReply Reply) ReadAround(Span<byte> destination, int player) => (requests.Around(destination, player), new(Read, Nobody));

    private (int Length, AwaitedReply Reply) ReadPage(Span<byte> destination) => (requests.FirstPage(destination), new(Read, Nobody));

    private (int Length, AwaitedReply Reply) Submit(Span<byte> destination, int player, bool improves)
    {
        _submitting++;
        var score = improves ? known.Better(player, ref _random) : known.NotBetter(player, ref _random);
        return (requests.Submit(destination, player, score, ref _keys), new(improves || !judges ? Improved : NotBetter, player));
    }

    /// <summary>Whether the next of the submissions beside the readers is due.</summary>
    private bool IsBesideDue()
    {
        var now = Stopwatch.GetTimestamp();
        if (now < _besideDue || _submitting >= MostBeside)
            return false;
        _besideDue += Stopwatch.Frequency / BesidePerSecond;
        return true;
    }
}

using Jinbang.Bench.Load.Players;
using Jinbang.Bench.Scale.Measuring;
using Jinbang.Ranking;

namespace Jinbang.Bench.Scale.Cases;

/// <summary>Question 4: what does an operation cost?</summary>
internal sealed partial class WindowOperations(RankedSet window, PlayerDirectory directory, Draws draws)
{
    private readonly Entry[] page = new Entry[100];
    private readonly Standing[] around = new Standing[21];

    /// <summary>Times them all.</summary>
    public OperationsSection Measure() => new(CpuTimer.Measure([
        new(OperationNames.Rank, Rank, draws.Players),
        new(OperationNames.OwnScore, OwnScore, draws.Players),
        new(OperationNames.EntryAt, EntryAt, draws.Players),
        new(OperationNames.Range, Range, draws.Players),
        new(OperationNames.Top, Top, draws.Nothing),
        new(OperationNames.Around, Around, draws.Players),
        new(OperationNames.CountBetter, CountBetter, draws.Scores),
        new(OperationNames.Percentile, Percentile, draws.Scores),
        new(OperationNames.Competition, Competition, draws.Players),
        new(OperationNames.Dense, Dense, draws.Players),
        new(OperationNames.LaterFirst, LaterFirst, draws.Players),
        new(OperationNames.Find, Find, draws.WrittenIds),
        new(OperationNames.RankById, RankById, draws.WrittenIds),
        new(OperationNames.Put, Put, draws.Entries),
        new(OperationNames.PutById, PutById, draws.WrittenIdsAndScores),
        new(OperationNames.PutRise, PutRise, draws.Players),
    ]));

    private long Find(int count)
    {
        Span<byte> id = stackalloc byte[Ids.Length];
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            draws.WriteId(id);
            _ = directory.TryFind(id, out var player);
            sum += player.Number;
        }

        return sum;
    }

    private long RankById(int count)
    {
        Span<byte> id = stackalloc byte[Ids.Length];
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            draws.WriteId(id);
            _ = directory.TryFind(id, out var player);
            sum += window.RankOf(player).Place;
        }

        return sum;
    }

    private long PutById(int count)
    {
        Span<byte> id = stackalloc byte[Ids.Length];
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            draws.WriteId(id);
            _ = directory.TryFind(id, out var player);
            sum += window.Put(draws.EntryOf(player, draws.Score())).Place;
        }

        return sum;
    }

    private long Put(int count)
    {
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            sum += window.Put(draws.Entry()).Place;
        }

        return sum;
    }

    private long PutRise(int count)
    {
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            var player = draws.Player();
            _ = window.TryGetScores(player, out var scores);
            sum += window.Put(draws.EntryOf(player, draws.Risen(scores.First))).Place;
        }

        return sum;
    }
}

using System.Diagnostics;
using Jinbang.Bench.Load.Players;
using Jinbang.Bench.Scale.Measuring;
using Jinbang.Ranking;

namespace Jinbang.Bench.Scale.Cases;

/// <summary>Question 1: what does it take to know every player of a game?</summary>
internal static class DirectoryLoad
{
    private static readonly KeyedHash Hash = new(0x243F6A8885A308D3, 0x13198A2E03707344);

    /// <summary>Loads a directory and measures it.</summary>
    public static (PlayerDirectory Directory, DirectorySection Section) Measure(int players)
    {
        WarmUp.Run(static () => Fill(1_000));
        var before = Memory.Tidied();
        var (directory, adds) = Fill(players);
        var after = Memory.Now();
        return (directory, new(adds, (double)(after.Live - before.Live) / players, (double)(after.Resident - before.Resident) / players));
    }

    private static (PlayerDirectory Directory, Pauses Adds) Fill(int players)
    {
        var directory = new PlayerDirectory(Hash);
        var watch = new PauseWatch();
        Span<byte> id = stackalloc byte[Ids.Length];
        for (var number = 1; number <= players; number++)
        {
            Ids.Write(number, id);
            var started = Stopwatch.GetTimestamp();
            directory.Add(id, new PlayerId(number));
            watch.Record(started);
        }

        return (directory, watch.Result());
    }
}

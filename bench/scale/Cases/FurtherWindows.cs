using Jinbang.Bench.Load.Players;
using Jinbang.Bench.Scale.Measuring;
using Jinbang.Ranking;

namespace Jinbang.Bench.Scale.Cases;

/// <summary>Question 5: what do a sparse window and small boards of the same game take?</summary>
internal static class FurtherWindows
{
    private const int PutsPerEntry = 3;
    private const int SmallBoards = 100;
    private const int SmallBoardEntries = 100;

    /// <summary>Makes them, lets their scores change and weighs them.</summary>
    public static FurtherSection Measure(CaseSpec spec)
    {
        var random = new SplitMix64(4);
        var members = new int[Math.Max(1, spec.Players / 100)];
        var before = Memory.LiveBytes();
        var sparse = Make(spec, members, ref random);
        var sparseBytes = Memory.LiveBytes() - before;

        var smallMembers = new int[Math.Min(SmallBoardEntries, spec.Players)];
        var boards = new RankedSet[SmallBoards];
        before = Memory.LiveBytes();
        for (var board = 0; board < boards.Length; board++)
        {
            boards[board] = Make(spec, smallMembers, ref random);
        }

        var boardBytes = Memory.LiveBytes() - before;
        var section = new FurtherSection(sparse.Count, (double)sparseBytes / sparse.Count, sparse.LeafFill, (double)boardBytes / boards.Length);
        GC.KeepAlive(boards);
        GC.KeepAlive(members);
        return section;
    }

    /// <summary>A window of random players of the game, each of whom comes a few times.</summary>
    private static RankedSet Make(CaseSpec spec, int[] members, ref SplitMix64 random)
    {
        var window = new RankedSet(ScoreOrder.HigherIsBetter);
        var scores = spec.Source;
        var order = 0L;
        while (window.Count < members.Length)
        {
            var number = 1 + random.Next(spec.Players);
            members[window.Count] = number;
            window.Put(new Entry(new PlayerId(number), new Score(scores.Draw(ref random)), ++order));
        }

        for (var put = 0; put < (long)members.Length * PutsPerEntry; put++)
        {
            window.Put(new Entry(new PlayerId(members[random.Next(members.Length)]), new Score(scores.Draw(ref random)), ++order));
        }

        return window;
    }
}

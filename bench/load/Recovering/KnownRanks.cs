using Jinbang.Bench.Load.Players;

namespace Jinbang.Bench.Load.Recovering;

/// <summary>The ranks that the players of a seeded board must have after some of them rose above all others.</summary>
internal static class KnownRanks
{
    /// <summary>The rank of every player, by index.</summary>
    /// <param name="players">How many were seeded.</param>
    /// <param name="risen">Who rose, in order; of one who comes again the last time counts, and the last one stands first.</param>
    public static int[] After(int players, IReadOnlyList<int> risen)
    {
        var scores = new long[players];
        for (var player = 0; player < players; player++)
            scores[player] = SeededScores.Of(player);
        for (var i = 0; i < risen.Count; i++)
            scores[risen[i]] = SeededScores.Above + i + 1;

        // Equal scores are seeded ones, and those were committed in the order of the indexes.
        var ranks = new int[players];
        var rank = 0;
        foreach (var player in Enumerable.Range(0, players).OrderByDescending(player => scores[player]))
            ranks[player] = ++rank;
        return ranks;
    }
}

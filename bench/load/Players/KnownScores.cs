using System.Collections;

namespace Jinbang.Bench.Load.Players;

/// <summary>
/// What the load generator knows of one server's board: the last score it sent for every player. A player has at most one score under way,
/// so that the server's answer (better or not) is certain however requests overtake each other. Used by one thread.
/// </summary>
internal sealed class KnownScores
{
    /// <summary>Below this a free player could be hard to find beside many connections.</summary>
    public const int FewestPlayers = 2_000;

    // A step is small against the spread of the seeded scores: everybody rises alike and improving players stay everywhere on the board.
    private const int LargestStep = 50;

    private const int Firsts = 100;

    private readonly long[] _scores;
    private readonly BitArray _underWay;
    private readonly int[] _firsts;

    /// <summary>A board freshly seeded with this many players.</summary>
    public KnownScores(int players)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(players, FewestPlayers);
        _scores = new long[players];
        _underWay = new BitArray(players);
        for (var i = 0; i < players; i++)
            _scores[i] = SeededScores.Of(i);
        _firsts = [.. Enumerable.Range(0, players).OrderByDescending(player => _scores[player]).Take(Firsts)];
    }

    /// <summary>How many players the board has.</summary>
    public int Players => _scores.Length;

    /// <summary>Takes a random player who has no score under way, until <see cref="Release"/>.</summary>
    public int Take(ref SplitMix64 random)
    {
        int player;
        do
            player = random.Next(_scores.Length);
        while (_underWay[player]);
        _underWay[player] = true;
        return player;
    }

    /// <summary>Takes one of the players who were seeded as the first hundred: few enough must be under way.</summary>
    public int TakeFirst(ref SplitMix64 random)
    {
        int player;
        do
            player = _firsts[random.Next(_firsts.Length)];
        while (_underWay[player]);
        _underWay[player] = true;
        return player;
    }

    /// <summary>The player's last score.</summary>
    public long this[int player] => _scores[player];

    /// <summary>The answer for this player's score has come, or never will.</summary>
    public void Release(int player) => _underWay[player] = false;

    /// <summary>A score a little above the player's last one, which it becomes.</summary>
    public long Better(int player, ref SplitMix64 random) => _scores[player] += 1 + random.Next(LargestStep);

    /// <summary>A score equal to the player's last one or a little below it.</summary>
    public long NotBetter(int player, ref SplitMix64 random) => Math.Max(0, _scores[player] - random.Next(LargestStep));
}

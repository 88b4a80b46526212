namespace Jinbang.Bench.Load.Players;

/// <summary>The score a player starts with, in points: spread evenly over 1,000 to 1,000,999, a pure function of the index.</summary>
internal static class SeededScores
{
    /// <summary>No player is seeded with so high a score.</summary>
    public const long Above = 2_000_000;

    private const ulong Seed = 0x05C04E5EED000004;

    /// <summary>The seeded score of the player with this index.</summary>
    public static long Of(int index) => 1_000 + new SplitMix64(Seed + ((ulong)index << 20)).Next(1_000_000);
}

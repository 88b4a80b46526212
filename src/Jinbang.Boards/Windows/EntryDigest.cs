using System.Numerics;
using Jinbang.Ranking;

namespace Jinbang.Boards.Windows;

/// <summary>
/// A number for an entry such that the sum over a table says whether two tables are equal, in whatever order their entries were put. It guards against
/// faults, not against people. Stored with every closed window: never change it.
/// </summary>
internal static class EntryDigest
{
    public static ulong Of(in Entry entry)
    {
        var digest = Mix((ulong)entry.Player.Number ^ 0x9e3779b97f4a7c15UL);
        digest = Mix(digest ^ (ulong)entry.Scores.First);
        digest = Mix(digest ^ BitOperations.RotateLeft((ulong)entry.Scores.Second, 16));
        digest = Mix(digest ^ BitOperations.RotateLeft((ulong)entry.Scores.Third, 32));
        digest = Mix(digest ^ BitOperations.RotateLeft((ulong)entry.Scores.Fourth, 48));
        return Mix(digest ^ (ulong)entry.Order);
    }

    /// <summary>The finishing step of SplitMix64 (Steele, Lea and Flood): every bit of the input moves half of the output's.</summary>
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9UL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebUL;
        return z ^ (z >> 31);
    }
}

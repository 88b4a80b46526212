namespace Jinbang.Storage.Sqlite;

/// <summary>Two numbers as one integer key, first * 2^32 + second, so that rows of one board (or game) lie together in the order of players.</summary>
internal static class Key
{
    public static long Of(int first, int second) => ((long)first << 32) | (uint)second;

    public static int First(long key) => (int)(key >> 32);

    public static int Second(long key) => (int)key;
}

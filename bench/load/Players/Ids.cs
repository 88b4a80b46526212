namespace Jinbang.Bench.Load.Players;

/// <summary>The ids of the invented players: 28 characters like a WeChat openid, <c>o</c> and 27 of the base64url alphabet.</summary>
internal static class Ids
{
    /// <summary>Length of every id in bytes (ASCII).</summary>
    public const int Length = 28;

    private const ulong Seed = 0x0A11CE5EED000001;

    /// <summary>Writes the id of the player with this index, a pure function of the index, and returns its length.</summary>
    public static int Write(int index, Span<byte> destination)
    {
        destination[0] = (byte)'o';
        Base64UrlText.Fill(new SplitMix64(Seed + ((ulong)index << 20)), destination[1..Length]);
        return Length;
    }
}

namespace Jinbang.Bench.Load.Players;

/// <summary>Avatar addresses of the length that WeChat's have (about 130 characters), on a host that does not exist.</summary>
internal static class Avatars
{
    private const int KeyLength = 86;
    private const ulong Seed = 0x0A7A7A45EED00002;

    /// <summary>Writes the avatar address of the player with this index and returns its length in bytes (ASCII).</summary>
    public static int Write(int index, Span<byte> destination)
    {
        var start = "http://thirdwx.example/mmopen/vi_32/"u8;
        var end = "/132"u8;
        start.CopyTo(destination);
        Base64UrlText.Fill(new SplitMix64(Seed + ((ulong)index << 20)), destination.Slice(start.Length, KeyLength));
        end.CopyTo(destination[(start.Length + KeyLength)..]);
        return start.Length + KeyLength + end.Length;
    }
}

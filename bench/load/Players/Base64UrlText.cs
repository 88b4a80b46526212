namespace Jinbang.Bench.Load.Players;

/// <summary>Random text of the base64url alphabet, the look of openids and avatar addresses.</summary>
internal static class Base64UrlText
{
    private const int CharactersPerNumber = 10;

    private static ReadOnlySpan<byte> Alphabet => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8;

    /// <summary>Fills the whole destination, 6 bits of <paramref name="random"/> per character.</summary>
    public static void Fill(SplitMix64 random, Span<byte> destination)
    {
        for (var at = 0; at < destination.Length; at += CharactersPerNumber)
        {
            var bits = random.Next();
            foreach (ref var character in destination.Slice(at, Math.Min(CharactersPerNumber, destination.Length - at)))
            {
                character = Alphabet[(int)(bits & 63)];
                bits >>= 6;
            }
        }
    }
}

namespace Jinbang.Bench.Load.Players;

/// <summary>Nicknames of three to eight Chinese characters.</summary>
internal static class Nicknames
{
    private const int First = 0x4E00;
    private const int Last = 0x9FA5;
    private const ulong Seed = 0x05EEDED0A4E00003;

    /// <summary>Writes a nickname and returns its length in UTF-8 bytes. Version 0 is the seeded one; each version gives another name.</summary>
    public static int Write(int index, int version, Span<byte> destination)
    {
        var random = new SplitMix64(Seed + ((ulong)index << 32) + (uint)version);
        var characters = 3 + random.Next(6);
        var length = 0;
        for (var i = 0; i < characters; i++)
        {
            // Every character of this range is three bytes in UTF-8.
            var character = First + random.Next(Last - First + 1);
            destination[length++] = (byte)(0xE0 | (character >> 12));
            destination[length++] = (byte)(0x80 | ((character >> 6) & 0x3F));
            destination[length++] = (byte)(0x80 | (character & 0x3F));
        }

        return length;
    }
}

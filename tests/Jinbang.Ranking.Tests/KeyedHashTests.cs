using Jinbang.Ranking;

namespace Jinbang.Ranking.Tests;

public sealed class KeyedHashTests
{
    [Fact]
    public void Depends_on_every_byte_on_the_length_and_on_the_key()
    {
        var bytes = Enumerable.Range(0, 30).Select(static i => (byte)i).ToArray();
        var seen = new HashSet<ulong>();
        for (var length = 0; length <= bytes.Length; length++)
        {
            Assert.True(seen.Add(new KeyedHash(1, 2).Compute(bytes.AsSpan(0, length))));
        }

        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= 0x80;
            Assert.True(seen.Add(new KeyedHash(1, 2).Compute(bytes)));
            bytes[at] ^= 0x80;
        }

        Assert.True(seen.Add(new KeyedHash(1, 3).Compute(bytes)));
        Assert.True(seen.Add(new KeyedHash(2, 2).Compute(bytes)));
        Assert.Equal(new KeyedHash(1, 2).Compute(bytes), new KeyedHash(1, 2).Compute(bytes.ToArray()));
    }
}

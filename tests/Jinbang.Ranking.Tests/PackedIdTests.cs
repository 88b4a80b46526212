using System.Text;
using Jinbang.Ranking;

namespace Jinbang.Ranking.Tests;

public sealed class PackedIdTests
{
    [Theory]
    [InlineData("oExamplePlayer-0123456789_ab", 22)]
    [InlineData("A", 2)]
    [InlineData("with space", 11)]
    [InlineData("東", 4)]
    public void Takes_six_bits_a_character_where_it_can(string id, int size) => Assert.Equal(size, Pack(Encoding.UTF8.GetBytes(id)).Length);

    [Theory]
    [InlineData(126, 1 + 95)]
    [InlineData(127, 3 + 96)]
    [InlineData(512, 3 + 384)]
    public void Long_ids_have_a_long_length(int characters, int size) => Assert.Equal(size, Pack(Encoding.ASCII.GetBytes(new string('x', characters))).Length);

    [Fact]
    public void Ids_that_differ_are_packed_differently_and_none_is_the_beginning_of_another()
    {
        var random = new Random(Seeds.New());
        var ids = Enumerable.Range(0, 3_000).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => "AB_é"[random.Next(4)]))).Distinct().ToArray();
        var packed = ids.Select(static id => Convert.ToHexString(Pack(Encoding.UTF8.GetBytes(id)))).Order(StringComparer.Ordinal).ToArray();
        for (var i = 1; i < packed.Length; i++)
        {
            Assert.False(packed[i].StartsWith(packed[i - 1], StringComparison.Ordinal));
        }
    }

    private static byte[] Pack(byte[] id)
    {
        var room = new byte[id.Length + PackedId.MostAdded];
        return room[..PackedId.Pack(id, room)];
    }
}

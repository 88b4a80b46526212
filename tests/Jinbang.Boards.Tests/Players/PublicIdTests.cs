using System.Text;
using Jinbang.Boards.Players;

namespace Jinbang.Boards.Tests.Players;

public sealed class PublicIdTests
{
    [Fact]
    public void Ids_are_sixteen_characters_of_crockfords_alphabet_and_differ()
    {
        var ids = Enumerable.Range(0, 2_000).Select(static _ => PublicId.New()).ToArray();
        Assert.All(ids, static id => Assert.Matches("^[0-9abcdefghjkmnpqrstvwxyz]{16}$", id.ToString()));
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal(ids.Length, ids.Select(static id => id.ToString()).Distinct().Count());
    }

    [Fact]
    public void The_stored_form_comes_back()
    {
        Span<byte> bytes = stackalloc byte[PublicId.Bytes];
        for (var i = 0; i < 200; i++)
        {
            var id = PublicId.New();
            id.Write(bytes);
            Assert.Equal(id, PublicId.Read(bytes));
        }
    }

    [Theory]
    [InlineData(0, 0, "0000000000000000", "00000000000000000000")]
    [InlineData(0, 1, "0000000000000001", "00000000000000000001")]
    [InlineData(0, 31, "000000000000000z", "0000000000000000001F")]
    [InlineData(0, 32, "0000000000000010", "00000000000000000020")]
    [InlineData(0x8000, 0, "g000000000000000", "80000000000000000000")]
    [InlineData(0x0123, 0x4567_89AB_CDEF_0011, "04hmasw9nf6yy00h", "0123456789ABCDEF0011")]
    [InlineData(0xFFFF, ulong.MaxValue, "zzzzzzzzzzzzzzzz", "FFFFFFFFFFFFFFFFFFFF")]
    public void Text_and_stored_form_are_fixed(int high, ulong low, string text, string hex)
    {
        var id = new PublicId((ushort)high, low);
        Assert.Equal(text, id.ToString());
        var bytes = new byte[PublicId.Bytes];
        id.Write(bytes);
        Assert.Equal(hex, Convert.ToHexString(bytes));
        Assert.True(PublicId.TryParse(text, out var parsed));
        Assert.Equal(id, parsed);
        Assert.True(PublicId.TryParse(text.ToUpperInvariant(), out parsed));
        Assert.Equal(id, parsed);
        var utf8 = new byte[18];
        id.WriteUtf8(utf8.AsSpan(1, 16));
        Assert.Equal($"\0{text}\0", Encoding.UTF8.GetString(utf8));
    }

    [Theory]
    [InlineData("")]
    [InlineData("000000000000000")]
    [InlineData("00000000000000000")]
    [InlineData("000000000000000i")]
    [InlineData("l000000000000000")]
    [InlineData("00000000o0000000")]
    [InlineData("u000000000000000")]
    [InlineData("0000-00000000000")]
    [InlineData(" 000000000000000")]
    [InlineData("0000000000000000 ")]
    [InlineData("\u0130000000000000000")]
    public void Other_texts_are_no_ids(string text)
    {
        Assert.False(PublicId.TryParse(text, out var id));
        Assert.Equal(default, id);
    }

    [Fact]
    public void Only_the_alphabet_in_both_cases_is_read()
    {
        for (var character = 0; character <= char.MaxValue; character++)
        {
            var text = new string((char)character, 16);
            Assert.Equal("0123456789abcdefghjkmnpqrstvwxyzABCDEFGHJKMNPQRSTVWXYZ".Contains((char)character, StringComparison.Ordinal), PublicId.TryParse(text, out _));
        }
    }

    [Fact]
    public void Text_needs_room_for_sixteen_bytes() => Assert.Throws<ArgumentException>(static () => PublicId.New().WriteUtf8(new byte[15]));
}

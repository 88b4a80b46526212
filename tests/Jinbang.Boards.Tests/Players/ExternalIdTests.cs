using System.Text;
using Jinbang.Boards.Players;

namespace Jinbang.Boards.Tests.Players;

public sealed class ExternalIdTests
{
    public static TheoryData<string> Good =>
    [
        "a", "oInventedOpenid0123456789_-x", "a b", "云中鹤", "\U0001F3C6", "e\u0301", "a\u00A0b", "\u200Bzero width", "\uFEFFa", "\uE000", "\uFFFE", "\U0010FFFF", "\u00AD", "'\"\\%;--",
        new string('a', 128), new string('榜', 128), string.Concat(Enumerable.Repeat("\U0001F3C6", 128)), new string('a', 127) + "榜",
    ];

    public static TheoryData<string> Bad =>
    [
        "", " ", " a", "a ", "\ta", "a\n", "a\0b", "a\u0001b", "a\u001Fb", "a\u007F", "榜\u007F", "榜\0", "榜\u0085", "a\u0080b", "a\u009F", "\u00A0榜", "榜\u00A0", "\u3000榜", "榜\u3000",
        "榜 ", " 榜", "\u2028榜", "榜\u2029", "\u3000", "\u1680a",
        new string('a', 129), new string('榜', 129), string.Concat(Enumerable.Repeat("\U0001F3C6", 129)), new string('a', 128) + "榜", new string('榜', 128) + "a", new string('a', 513),
    ];

    public static TheoryData<string> NoUtf8 =>
    [
        "FF", "80", "C080", "C1BF", "E6A6", "F09F8F", "61E6", "EDA080", "EDBFBF", "F4908080", "F5808080", "E080AF", "E64141",
    ];

    [Theory]
    [MemberData(nameof(Good))]
    public void What_a_game_may_call_a_player_is_an_id(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.True(ExternalId.IsValid(bytes));
        Assert.Equal(bytes, ExternalId.Copy(bytes).Utf8.ToArray());
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void What_is_empty_too_long_or_has_control_characters_or_white_space_at_an_end_is_none(string text) => Refuses(Encoding.UTF8.GetBytes(text));

    [Theory]
    [MemberData(nameof(NoUtf8))]
    public void Bytes_that_are_no_utf8_are_none(string hex) => Refuses(Convert.FromHexString(hex));

    [Fact]
    public void A_copy_stays_when_its_source_changes()
    {
        var bytes = "o-player"u8.ToArray();
        var id = ExternalId.Copy(bytes);
        Array.Clear(bytes);
        Assert.Equal("o-player"u8, id.Utf8);
    }

    [Fact]
    public void An_id_does_not_show_itself()
    {
        Assert.DoesNotContain("secret", ExternalId.Copy("secret"u8).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", Assert.Throws<FormatException>(() => ExternalId.Copy(" secret"u8)).ToString(), StringComparison.Ordinal);
        Assert.True(default(ExternalId).Utf8.IsEmpty);
    }

    private static void Refuses(byte[] bytes)
    {
        Assert.False(ExternalId.IsValid(bytes));
        Assert.Throws<FormatException>(() => ExternalId.Copy(bytes));
    }
}

using Jinbang.Boards.Games;

namespace Jinbang.Boards.Tests.Games;

public sealed class GameIdTests
{
    public static TheoryData<string> Good => ["a", "0", "-", "night-market", "5f3c9a0b1d2e4f6a7b8c9d0e", new string('z', 64)];

    public static TheoryData<string> Bad => ["", "Night", "night_market", "night market", "榜", "a/b", "a.b", "a\0", "é", new string('z', 65)];

    [Theory]
    [MemberData(nameof(Good))]
    public void A_name_of_allowed_characters_is_an_id(string text)
    {
        Assert.True(GameId.TryParse(text, out var id));
        Assert.Equal(text, id.ToString());
        Assert.Equal(id, GameId.Parse(text));
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void Anything_else_is_none(string text)
    {
        Assert.False(GameId.TryParse(text, out var id));
        Assert.Equal(default, id);
        Assert.Contains("a-z, 0-9 and '-'", Assert.Throws<FormatException>(() => GameId.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Null_is_none() => Assert.False(GameId.TryParse(null, out _));

    [Fact]
    public void Ids_compare_by_their_characters()
    {
        Assert.Equal(GameId.Parse("night-market"), GameId.Parse(string.Concat("night", "-market")));
        Assert.NotEqual(GameId.Parse("night-market"), GameId.Parse("nightmarket"));
        Assert.Equal("night-market/main", BoardId.Classic(GameId.Parse("night-market")).ToString());
        Assert.Equal("", default(GameId).ToString());
    }
}

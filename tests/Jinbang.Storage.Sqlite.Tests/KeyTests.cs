namespace Jinbang.Storage.Sqlite.Tests;

public sealed class KeyTests
{
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 1, 4_294_967_297)]
    [InlineData(1, int.MaxValue, 6_442_450_943)]
    [InlineData(int.MaxValue, int.MaxValue, 0x7FFF_FFFF_7FFF_FFFF)]
    [InlineData(7, -1, 0x7_FFFF_FFFF)]
    public void Two_numbers_are_one_key_and_come_back(int first, int second, long key)
    {
        Assert.Equal(key, Key.Of(first, second));
        Assert.Equal(first, Key.First(key));
        Assert.Equal(second, Key.Second(key));
    }

    [Fact]
    public void Keys_are_in_the_order_of_the_first_and_then_the_second_number()
    {
        int[] numbers = [0, 1, 2, 65_535, 65_536, int.MaxValue - 1, int.MaxValue];
        var keys = numbers.SelectMany(first => numbers.Select(second => Key.Of(first, second))).ToArray();
        Assert.Equal(keys.Order(), keys);
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public void Second_number_minus_one_is_behind_every_player()
    {
        Assert.True(Key.Of(3, int.MaxValue) < Key.Of(3, -1));
        Assert.True(Key.Of(3, -1) < Key.Of(4, 0));
    }
}

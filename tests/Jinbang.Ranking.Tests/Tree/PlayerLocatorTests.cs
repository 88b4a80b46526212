using Jinbang.Ranking.Tree;

namespace Jinbang.Ranking.Tests.Tree;

public sealed class PlayerLocatorTests
{
    /// <summary>Players, how far their numbers spread, and how often one is removed.</summary>
    [Theory]
    [InlineData(100, 100, 40)]
    [InlineData(5_000, 500_000, 40)]
    [InlineData(40_000, 40_000, 20)]
    [InlineData(24_000, 36_000, 60)]
    public void Agrees_with_a_dictionary(int players, int spread, int removes)
    {
        var random = new Random(Seeds.New());
        var locator = new PlayerLocator();
        var model = new Dictionary<int, int>();
        var numbers = Enumerable.Range(0, players).Select(_ => random.Next(1, spread + 1)).ToArray();
        for (var step = 0; step < 300_000; step++)
        {
            var player = numbers[random.Next(players)];
            if (model.ContainsKey(player) && random.Next(100) < removes)
            {
                locator.Remove(player);
                model.Remove(player);
            }
            else
            {
                var leaf = random.Next(1_000_000);
                locator.Put(player, leaf);
                model[player] = leaf;
            }

            var other = random.Next(1, (spread * 2) + 1);
            Assert.Equal(model.GetValueOrDefault(other, Node.None), locator[other]);
        }

        Assert.Equal(model.Count, locator.Count);
        Assert.All(numbers, number => Assert.Equal(model.GetValueOrDefault(number, Node.None), locator[number]));
        locator.Clear();
        Assert.Equal((0, Node.None), (locator.Count, locator[numbers[0]]));
    }

    [Fact]
    public void Removing_who_is_not_there_changes_nothing()
    {
        var locator = new PlayerLocator();
        locator.Put(5, 50);
        locator.Remove(6);
        Assert.Equal((1, 50), (locator.Count, locator[5]));
    }
}

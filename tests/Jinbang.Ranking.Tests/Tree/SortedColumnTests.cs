using Jinbang.Ranking.Tree;

namespace Jinbang.Ranking.Tests.Tree;

public sealed class SortedColumnTests
{
    [Fact]
    public void Counts_what_is_below_and_what_is_equal_for_every_length()
    {
        var random = new Random(Seeds.New());
        for (var length = 0; length <= 140; length++)
        {
            var width = random.Next(1, 40);
            var column = Enumerable.Range(0, length).Select(_ => random.Next(12) switch { 0 => long.MinValue, 1 => long.MaxValue, _ => random.Next(width) }).Order().ToArray();
            foreach (var value in column.Append(long.MinValue).Append(long.MaxValue).Append(random.Next(width)).Append(-1))
            {
                Assert.Equal(column.Count(other => other < value), SortedColumn.CountBelow(column, value, out var equal));
                Assert.Equal(column.Count(other => other == value), equal);
            }
        }
    }

    [Fact]
    public void Sums_every_length()
    {
        var random = new Random(Seeds.New());
        for (var length = 0; length <= 70; length++)
        {
            var counts = Enumerable.Range(0, length).Select(_ => random.Next(30_000_000)).ToArray();
            Assert.Equal(counts.Sum(), SortedColumn.Sum(counts));
        }
    }
}

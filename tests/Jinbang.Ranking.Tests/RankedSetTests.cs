using Jinbang.Ranking;

namespace Jinbang.Ranking.Tests;

/// <summary>The ranked set against the plainest model there is: a sorted list.</summary>
public sealed class RankedSetTests
{
    /// <summary>Columns with their orders (H higher, L lower is better), steps, players, different values of a column, rows of a leaf, rows of an inner node.</summary>
    public static TheoryData<string, int, int, int, int, int> Mixes => new()
    {
        // Small nodes make deep trees of few entries: every invariant is walked after every step.
        { "H", 40_000, 60, 4, 4, 4 },
        { "L", 40_000, 60, 4, 4, 4 },
        { "H", 40_000, 300, 30, 8, 4 },
        { "L", 30_000, 300, int.MaxValue, 6, 6 },
        { "HL", 30_000, 120, 3, 4, 4 },
        { "LHL", 30_000, 120, 2, 4, 4 },
        { "HHLH", 30_000, 120, 2, 4, 6 },

        // Real nodes.
        { "H", 40_000, 150, 5, 128, 64 },
        { "H", 60_000, 3_000, 40, 128, 64 },
        { "L", 60_000, 40_000, int.MaxValue, 128, 64 },
        { "HLHL", 40_000, 3_000, 6, 128, 64 },
    };

    [Theory]
    [MemberData(nameof(Mixes))]
    public void Agrees_with_a_sorted_list_over_random_steps(string columns, int steps, int players, int values, int leafCapacity, int innerCapacity)
    {
        var random = new Random(Seeds.New());
        var order = OrderOf(columns);
        var set = new RankedSet(order, leafCapacity, innerCapacity);
        var model = new StandingsModel(order);
        var isSmall = leafCapacity < 16;
        for (var step = 0; step < steps; step++)
        {
            // Phases of growing, keeping and shrinking, so that every node splits, shifts and joins.
            var removes = (step * 6 / steps) switch { 0 => 5, 2 => 70, 5 => 60, _ => 25 };
            var player = new PlayerId(random.Next(1, players + 1));
            if (random.Next(100) < removes)
            {
                Assert.Equal(model.Remove(player).IsRanked, set.Remove(player));
            }
            else
            {
                var entry = new Entry(player, RandomTables.Scores(random, order, values), step);
                Assert.Equal(model.Put(entry), set.Put(entry));
            }

            if (isSmall)
            {
                set.CheckInvariants();
            }

            if (step % (isSmall ? 211 : 4_999) == 0)
            {
                set.CheckInvariants();
                StandingsChecks.Agree(set, model, random);
            }
        }

        set.CheckInvariants();
        Assert.Equal(model.Entries, All(set));
    }

    [Theory]
    [InlineData("H")]
    [InlineData("L")]
    [InlineData("HL")]
    public void Growing_and_emptying_keeps_every_invariant(string columns)
    {
        var random = new Random(Seeds.New());
        var order = OrderOf(columns);
        var set = new RankedSet(order);
        var players = Enumerable.Range(1, 20_000).ToArray();
        random.Shuffle(players);
        foreach (var player in players)
        {
            set.Put(new Entry(new PlayerId(player), RandomTables.Scores(random, order, 1000), player));
        }

        set.CheckInvariants();
        random.Shuffle(players);
        for (var i = 0; i < players.Length; i++)
        {
            Assert.True(set.Remove(new PlayerId(players[i])));
            if (i % 251 == 0 || i > players.Length - 300)
            {
                set.CheckInvariants();
            }
        }

        Assert.Equal((0, 0), (set.Count, set.DistinctCount));
    }

    /// <summary>Scores that only rise, newcomers who all begin at the end, everyone with one score, and places taken from one end.</summary>
    [Theory]
    [InlineData("rising")]
    [InlineData("newcomers")]
    [InlineData("equal")]
    [InlineData("ends")]
    public void Stays_compact_under_one_sided_loads(string load)
    {
        var random = new Random(Seeds.New());
        var set = new RankedSet(ScoreOrder.HigherIsBetter);
        const int players = 30_000;
        for (var step = 0; step < 200_000; step++)
        {
            var player = new PlayerId(random.Next(1, players + 1));
            set.TryGetScores(player, out var scores);
            var score = load switch
            {
                "rising" => scores.First + random.Next(10),
                "newcomers" => step < players ? 0 : scores.First,
                "equal" => 7,
                _ => random.Next(2) == 0 ? step : -step,
            };
            set.Put(new Entry(step < players ? new PlayerId(step + 1) : player, new Score(score), step));
        }

        set.CheckInvariants();
        Assert.True(set.LeafFill > 0.55, $"Leaves are {set.LeafFill:P0} full.");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(112)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(20_000)]
    public void Built_at_once_it_is_the_same_as_put_one_by_one(int count)
    {
        var random = new Random(Seeds.New());
        foreach (var columns in (string[])["H", "L", "LH", "HLH", "LLHH"])
        {
            var model = RandomTables.Next(random, count, highestPlayer: count * random.Next(1, 200), OrderOf(columns));
            var entries = model.Entries.ToArray();
            var fromSorted = RankedSet.Build(model.Order, entries);
            random.Shuffle(entries);
            var fromUnsorted = RankedSet.Build(model.Order, entries);
            foreach (var built in (RankedSet[])[fromSorted, fromUnsorted])
            {
                built.CheckInvariants();
                Assert.Equal(model.Entries, All(built));
                StandingsChecks.Agree(built, model, random);
                if (count > 0)
                {
                    var first = model.Entries[0];
                    built.Put(first with { Scores = model.Worst() });
                    built.Remove(model.Entries[^1].Player);
                    built.Put(first);
                    built.CheckInvariants();
                }
            }
        }
    }

    [Fact]
    public void A_builder_can_be_used_again()
    {
        var builder = new RankedSetBuilder(ScoreOrder.LowerIsBetter);
        builder.Add(new Entry(new PlayerId(2), new Score(5), 2));
        builder.Add(new Entry(new PlayerId(1), new Score(4), 1));
        Assert.Equal(2, builder.Build().Count);
        builder.Add(new Entry(new PlayerId(3), new Score(6), 3));
        Assert.Equal([3], All(builder.Build()).Select(static entry => entry.Player.Number));
        Assert.Equal(0, builder.Build().Count);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(500)]
    public void Two_entries_of_one_player_cannot_be_built(int count)
    {
        var entries = Enumerable.Range(1, count).Select(static number => new Entry(new PlayerId(number), new Score(number), number)).ToArray();
        entries[^1] = entries[^1] with { Player = new PlayerId(1) };
        Assert.Throws<ArgumentException>(() => RankedSet.Build(ScoreOrder.HigherIsBetter, entries));
    }

    [Fact]
    public void Equal_scores_keep_the_order_they_came_in()
    {
        var set = new RankedSet(ScoreOrder.HigherIsBetter);
        set.Put(new Entry(new PlayerId(2), new Score(10), 1));
        set.Put(new Entry(new PlayerId(1), new Score(10), 2));
        set.Put(new Entry(new PlayerId(3), new Score(11), 3));
        Assert.Equal([3, 2, 1], All(set).Select(static entry => entry.Player.Number));
        set.Put(new Entry(new PlayerId(2), new Score(11), 4));
        Assert.Equal([3, 2, 1], All(set).Select(static entry => entry.Player.Number));
        Assert.Equal(new Rank(2), set.RankOf(new PlayerId(2)));
    }

    [Theory]
    [InlineData(ScoreOrder.HigherIsBetter, 1)]
    [InlineData(ScoreOrder.LowerIsBetter, 3)]
    public void The_extremes_of_int64_are_scores_like_others(ScoreOrder order, int placeOfHighest)
    {
        var set = new RankedSet(order);
        set.Put(new Entry(new PlayerId(1), new Score(long.MinValue), 1));
        set.Put(new Entry(new PlayerId(2), new Score(0), 2));
        set.Put(new Entry(new PlayerId(3), new Score(long.MaxValue), 3));
        Assert.Equal(new Rank(placeOfHighest), set.RankOf(new PlayerId(3)));
        Assert.Equal(long.MaxValue, set.EntryAt(new Rank(placeOfHighest)).Score.Value);
        Assert.Equal(long.MinValue, set.EntryAt(new Rank(4 - placeOfHighest)).Score.Value);
        Assert.Equal(order == ScoreOrder.HigherIsBetter ? 0 : 2, set.CountBetter(new Score(long.MaxValue)));
        Assert.Equal(new NeededScore(NeededScoreKind.Impossible), set.ScoresNeededFor(new Rank(1)));
    }

    [Fact]
    public void The_later_columns_decide_between_equal_first_ones_and_a_run_counts_as_one()
    {
        var set = new RankedSet(new ColumnOrder(ScoreOrder.HigherIsBetter, ScoreOrder.LowerIsBetter));
        set.Put(new Entry(new PlayerId(1), new ScoreColumns(100, 60), 1));
        set.Put(new Entry(new PlayerId(2), new ScoreColumns(100, 45), 2));
        set.Put(new Entry(new PlayerId(3), new ScoreColumns(90, 10), 3));
        Assert.Equal([2, 1, 3], All(set).Select(static entry => entry.Player.Number));
        Assert.Equal(new NeededScore(NeededScoreKind.AtLeast, new ScoreColumns(100, 44)), set.ScoresNeededFor(new Rank(1)));
    }

    [Fact]
    public void Who_is_not_there_has_no_rank()
    {
        var set = new RankedSet(ScoreOrder.HigherIsBetter);
        Assert.Equal(default, set.RankOf(new PlayerId(5)));
        Assert.Null(set.Find(new PlayerId(5)));
        Assert.False(set.Remove(new PlayerId(5)));
        Assert.False(set.TryGetScores(default, out _));
        Assert.Equal(0, set.CopyRange(new Rank(1), new Entry[3]));
    }

    [Fact]
    public void What_cannot_be_an_entry_is_refused_and_changes_nothing()
    {
        var set = new RankedSet(new ColumnOrder(ScoreOrder.HigherIsBetter, ScoreOrder.HigherIsBetter));
        set.Put(new Entry(new PlayerId(1), new ScoreColumns(1, 1), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Put(default));
        Assert.Throws<ArgumentException>(() => set.Put(new Entry(new PlayerId(1), new ScoreColumns(5, 5, 5), 2)));
        Assert.Throws<ArgumentException>(() => new RankedSetBuilder(set.Order).Add(new Entry(new PlayerId(1), new ScoreColumns(0, 0, 0, 1), 1)));
        Assert.Throws<ArgumentException>(() => new RankedSet(default));
        Assert.Throws<ArgumentException>(() => new ColumnOrder([]));
        Assert.Throws<ArgumentException>(() => new ColumnOrder([.. Enumerable.Repeat(ScoreOrder.LowerIsBetter, 5)]));
        Assert.Equal([new Entry(new PlayerId(1), new ScoreColumns(1, 1), 1)], All(set));
        set.CheckInvariants();
    }

    private static ColumnOrder OrderOf(string columns) =>
        new([.. columns.Select(static column => column == 'H' ? ScoreOrder.HigherIsBetter : ScoreOrder.LowerIsBetter)]);

    private static Entry[] All(RankedSet set)
    {
        var entries = new Entry[set.Count];
        Assert.Equal(set.Count, set.CopyRange(new Rank(1), entries));
        return entries;
    }
}

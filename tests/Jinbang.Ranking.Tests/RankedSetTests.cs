using Jinbang.Ranking;

namespace Jinbang.Ranking.Tests;

/// <summary>The ranked set against the plainest model there is: a sorted list.</summary>
public sealed class RankedSetTests
{
    public static TheoryData<ScoreOrder, int, int, int> Mixes => new()
    {
        // order, steps, players, different scores
        { ScoreOrder.HigherIsBetter, 6_000, 20, 5 },
        { ScoreOrder.LowerIsBetter, 6_000, 20, 5 },
        { ScoreOrder.HigherIsBetter, 40_000, 3_000, 40 },
        { ScoreOrder.LowerIsBetter, 40_000, 3_000, 40 },
        { ScoreOrder.HigherIsBetter, 60_000, 40_000, int.MaxValue },
        { ScoreOrder.LowerIsBetter, 60_000, 40_000, int.MaxValue },
    };

    [Theory]
    [MemberData(nameof(Mixes))]
    public void Agrees_with_a_sorted_list_over_random_steps(ScoreOrder order, int steps, int players, int scores)
    {
        var seed = Seed();
        var random = new Random(seed);
        var set = new RankedSet(order);
        var model = new Model(order);
        for (var step = 0; step < steps; step++)
        {
            var player = new PlayerId(random.Next(1, players + 1));
            if (random.Next(4) == 0)
            {
                Assert.Equal(model.Remove(player), set.Remove(player));
            }
            else
            {
                var entry = new Entry(player, AScore(random, scores), step);
                Assert.Equal(model.Put(entry), set.Put(entry));
            }

            if (step % 97 == 0)
            {
                CheckReads(set, model, random, players, scores);
            }

            if (step % (players < 100 ? 1 : 499) == 0)
            {
                set.CheckInvariants();
            }
        }

        Assert.Equal(model.Entries, All(set));
        set.CheckInvariants();
    }

    [Theory]
    [InlineData(ScoreOrder.HigherIsBetter)]
    [InlineData(ScoreOrder.LowerIsBetter)]
    public void Growing_and_emptying_keeps_every_invariant(ScoreOrder order)
    {
        var random = new Random(Seed());
        var set = new RankedSet(order);
        var players = Enumerable.Range(1, 20_000).ToArray();
        random.Shuffle(players);
        foreach (var player in players)
        {
            set.Put(new Entry(new PlayerId(player), new Score(random.Next(1000)), player));
        }

        set.CheckInvariants();
        random.Shuffle(players);
        for (var i = 0; i < players.Length; i++)
        {
            Assert.True(set.Remove(new PlayerId(players[i])));
            if (i % 251 == 0)
            {
                set.CheckInvariants();
            }
        }

        set.CheckInvariants();
        Assert.Equal(0, set.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(224)]
    [InlineData(225)]
    [InlineData(20_000)]
    public void Built_at_once_it_is_the_same_as_put_one_by_one(int count)
    {
        var random = new Random(Seed());
        var entries = Enumerable.Range(1, count).Select(player => new Entry(new PlayerId(player), new Score(random.Next(50)), random.Next())).ToArray();
        var built = RankedSet.Build(ScoreOrder.HigherIsBetter, entries);
        var put = new RankedSet(ScoreOrder.HigherIsBetter);
        foreach (var entry in entries)
        {
            put.Put(entry);
        }

        built.CheckInvariants();
        Assert.Equal(All(put), All(built));
        if (count > 0)
        {
            built.Put(new Entry(new PlayerId(1), new Score(99), 0));
            built.Remove(new PlayerId(count));
            built.CheckInvariants();
        }
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
    }

    [Fact]
    public void Who_is_not_there_has_no_rank()
    {
        var set = new RankedSet(ScoreOrder.HigherIsBetter);
        Assert.Equal(default, set.RankOf(new PlayerId(5)));
        Assert.Null(set.Find(new PlayerId(5)));
        Assert.False(set.Remove(new PlayerId(5)));
        Assert.False(set.TryGet(new PlayerId(5), out _));
        Assert.Equal(0, set.CopyRange(new Rank(1), new Entry[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.EntryAt(new Rank(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.CopyRange(default, new Entry[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Put(default));
    }

    private static void CheckReads(RankedSet set, Model model, Random random, int players, int scores)
    {
        Assert.Equal(model.Entries.Count, set.Count);
        var player = new PlayerId(random.Next(1, players + 1));
        var rank = model.RankOf(player);
        Assert.Equal(rank, set.RankOf(player));
        Assert.Equal(rank.IsRanked ? new Standing(rank, model.Entries[rank.Place - 1]) : null, set.Find(player));
        Assert.Equal(rank.IsRanked, set.TryGetScore(player, out var own));
        Assert.Equal(rank.IsRanked ? model.Entries[rank.Place - 1].Score : default, own);
        var score = AScore(random, scores);
        Assert.Equal(model.Entries.Count(entry => model.Order.IsBetter(entry.Score, score)), set.CountBetter(score));
        if (set.Count > 0)
        {
            var place = random.Next(1, set.Count + 1);
            Assert.Equal(model.Entries[place - 1], set.EntryAt(new Rank(place)));
            var rows = new Entry[random.Next(0, 300)];
            var copied = set.CopyRange(new Rank(place), rows);
            Assert.Equal(model.Entries.Skip(place - 1).Take(rows.Length), rows.Take(copied));
        }
    }

    private static Score AScore(Random random, int scores) =>
        new(scores == int.MaxValue ? random.NextInt64(long.MinValue, long.MaxValue) : random.Next(scores) - (scores / 2));

    private static Entry[] All(RankedSet set)
    {
        var entries = new Entry[set.Count];
        Assert.Equal(set.Count, set.CopyRange(new Rank(1), entries));
        return entries;
    }

    /// <summary>A new seed every run, printed so that a failure can be repeated.</summary>
    private static int Seed()
    {
        var seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage("seed {0}", seed);
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        return seed;
    }

    private sealed class Model(ScoreOrder order) : IComparer<Entry>
    {
        private readonly Dictionary<PlayerId, Entry> byPlayer = [];

        public ScoreOrder Order => order;

        public List<Entry> Entries { get; } = [];

        public Rank Put(Entry entry)
        {
            Remove(entry.Player);
            byPlayer.Add(entry.Player, entry);
            var at = ~Entries.BinarySearch(entry, this);
            Entries.Insert(at, entry);
            return new Rank(at + 1);
        }

        public bool Remove(PlayerId player)
        {
            if (!byPlayer.Remove(player, out var entry))
            {
                return false;
            }

            Entries.RemoveAt(Entries.BinarySearch(entry, this));
            return true;
        }

        public Rank RankOf(PlayerId player) => byPlayer.TryGetValue(player, out var entry) ? new Rank(Entries.BinarySearch(entry, this) + 1) : default;

        public int Compare(Entry x, Entry y) =>
            x.Score != y.Score ? (order.IsBetter(x.Score, y.Score) ? -1 : 1) : x.Order != y.Order ? x.Order.CompareTo(y.Order) : x.Player.Number.CompareTo(y.Player.Number);
    }
}

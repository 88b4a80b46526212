using Jinbang.Ranking.Sealed;

namespace Jinbang.Ranking.Tests.Sealed;

/// <summary>Sealed standings against a sorted list.</summary>
public sealed class SealedStandingsTests
{
    [Fact]
    public void Every_question_is_answered_as_a_sorted_list_would()
    {
        var random = new Random(Seeds.New());
        using var folder = new SealedFolder();
        for (var round = 0; round < 60; round++)
        {
            var count = round < 6 ? round / 2 : random.Next(4) == 0 ? random.Next(0, 5_001) : random.Next(0, 800);
            int[] highest = [count, 2 * count, 3 * count, 3_000_000];
            var model = RandomTables.Next(random, count, highest[random.Next(highest.Length)]);
            var standings = folder.Write(model);
            StandingsChecks.Agree(standings, model, random);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(92)]
    [InlineData(93)]
    [InlineData(94)]
    [InlineData(186)]
    [InlineData(187)]
    public void A_table_of_blocks_that_are_just_full_is_like_others(int count)
    {
        var random = new Random(Seeds.New());
        using var folder = new SealedFolder();
        var order = new ColumnOrder(ScoreOrder.HigherIsBetter, ScoreOrder.LowerIsBetter, ScoreOrder.HigherIsBetter, ScoreOrder.LowerIsBetter);
        for (var round = 0; round < 10; round++)
        {
            var model = RandomTables.Next(random, count, count, order);
            var standings = folder.Write(model);
            StandingsChecks.Agree(standings, model, random);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    public void Trees_of_two_levels_are_searched_like_small_ones(int playersApart)
    {
        var random = new Random(Seeds.New());
        using var folder = new SealedFolder();
        var order = new ColumnOrder(ScoreOrder.LowerIsBetter, ScoreOrder.HigherIsBetter, ScoreOrder.LowerIsBetter, ScoreOrder.HigherIsBetter);
        var model = RandomTables.Next(random, 11_000, 11_000 * playersApart, order);
        var standings = folder.Write(model);
        StandingsChecks.Agree(standings, model, random);
    }

    [Fact]
    public void Half_a_million_players_among_fifty_million_are_found()
    {
        var random = new Random(Seeds.New());
        using var folder = new SealedFolder();
        var model = RandomTables.Next(random, 530_000, 50_000_000, ScoreOrder.HigherIsBetter);
        var standings = folder.Write(model);
        for (var i = 0; i < 3_000; i++)
        {
            var at = random.Next(model.Count);
            var entry = model.Entries[at];
            Assert.Equal(new Standing(new Rank(at + 1), entry), standings.Find(entry.Player));
            var player = new PlayerId(random.Next(1, 50_000_001));
            Assert.Equal(model.RankOf(player), standings.RankOf(player));
        }

        for (var i = 0; i < 30; i++)
        {
            var scores = model.Entries[random.Next(model.Count)].Scores;
            Assert.Equal(model.CountBetter(scores), standings.CountBetter(scores));
            Assert.Equal(model.CountWorse(scores), standings.CountWorse(scores));
        }
    }

    [Fact]
    public void The_highest_player_number_there_is_has_a_rank()
    {
        using var folder = new SealedFolder();
        var model = StandingsModel.Of(
            ScoreOrder.HigherIsBetter,
            [new Entry(new PlayerId(int.MaxValue), new Score(5), 1), new Entry(new PlayerId(1), new Score(5), 2), new Entry(new PlayerId(16_777_217), new Score(9), 3)]);
        var standings = folder.Write(model);
        Assert.Equal(new Rank(2), standings.RankOf(new PlayerId(int.MaxValue)));
        Assert.Equal(new Rank(3), standings.RankOf(new PlayerId(1)));
        Assert.Equal(new Rank(1), standings.RankOf(new PlayerId(16_777_217)));
        Assert.Equal(default, standings.RankOf(new PlayerId(int.MaxValue - 1)));
    }

    [Fact]
    public void The_file_is_not_touched_before_the_first_question()
    {
        using var folder = new SealedFolder();
        var standings = folder.Open(ScoreOrder.HigherIsBetter);
        standings.Release();
        Assert.Throws<FileNotFoundException>(() => standings.Count);
        SealedFile.Write(folder.File, new ListStandings(new StandingsModel(ScoreOrder.HigherIsBetter)), SealedFolder.Label, SealedFolder.SyncNothing);
        Assert.Equal(0, standings.Count);
    }

    [Fact]
    public async Task Readers_beside_letting_go_of_the_file_get_right_answers()
    {
        var random = new Random(Seeds.New());
        using var folder = new SealedFolder();
        var model = RandomTables.Next(random, 1_500, 4_000);
        var standings = folder.Write(model);
        var questions = StandingsChecks.Questions(model, random).ToArray();
        var readers = Enumerable.Range(0, 4).Select(reader => Task.Run(() =>
        {
            for (var i = 0; i < 4 * questions.Length; i++)
            {
                questions[(i + (reader * 37)) % questions.Length](standings);
            }
        })).ToArray();
        var all = Task.WhenAll(readers);
        while (!all.IsCompleted)
        {
            standings.Release();
            Thread.Yield();
        }

        await all;
    }

    [Fact]
    public void After_disposing_a_question_is_refused()
    {
        using var folder = new SealedFolder();
        var standings = folder.Write(RandomTables.Next(new Random(1), 10, 10));
        Assert.Equal(10, standings.Count);
        standings.Dispose();
        standings.Dispose();
        standings.Release();
        Assert.Throws<ObjectDisposedException>(() => standings.Count);
    }
}

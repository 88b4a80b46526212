using Jinbang.Boards.Storage;
using Jinbang.Ranking;

namespace Jinbang.Storage.Contract;

public abstract partial class ScoreStoreContract
{
    [Fact]
    public async Task Commits_appear_after_reopening_and_the_last_row_of_a_player_counts()
    {
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main");
            await RegisterAsync(store, 1, "o-a", "o-b", "o-c");
            await CommitAsync(store, Row(1, 1, 10, 1), Row(1, 2, 20, 2), Row(1, 1, 30, 3));
            await CommitAsync(store, Row(1, 2, 25, 4));
        }

        await using var again = await OpenAsync();
        var board = await LoadedWindow.LoadAsync(again, 1);
        Assert.Equal(4, board.LastOrder);
        Assert.Equal([EntryOf(1, 30, 3), EntryOf(2, 25, 4)], board.Entries.Values);
    }

    [Fact]
    public async Task Boards_keep_their_rows_and_their_last_order_apart()
    {
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main", "weekly");
            await OpenGameAsync(store, "lantern-run", "main");
            await RegisterAsync(store, 1, "o-a");
            await RegisterAsync(store, 2, "o-a");
            await CommitAsync(store, Row(1, 1, 10, 1), Row(2, 1, 20, 7), Row(3, 1, 30, 1_000_000_000_000));
        }

        await using var again = await OpenAsync();
        Assert.Equal((1L, EntryOf(1, 10, 1)), Only(await LoadedWindow.LoadAsync(again, 1)));
        Assert.Equal((7L, EntryOf(1, 20, 7)), Only(await LoadedWindow.LoadAsync(again, 2)));
        Assert.Equal((1_000_000_000_000L, EntryOf(1, 30, 1_000_000_000_000)), Only(await LoadedWindow.LoadAsync(again, 3)));
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MinValue + 1)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(9_007_199_254_740_993)]
    [InlineData(long.MaxValue)]
    public async Task Any_64_bit_score_comes_back_as_it_is(long score)
    {
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main");
            await RegisterAsync(store, 1, "o-a");
            await CommitAsync(store, Row(1, 1, score, 1));
        }

        for (var turn = 0; turn < 2; turn++)
        {
            await using var again = await OpenAsync();
            Assert.Equal((1L, EntryOf(1, score, 1)), Only(await LoadedWindow.LoadAsync(again, 1)));
            await MaintainAsync(again);
        }
    }

    [Fact]
    public async Task The_largest_player_number_and_order_come_back_as_they_are()
    {
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main");
            await CommitAsync(store, Row(1, int.MaxValue, 5, long.MaxValue));
            Assert.Equal([RowResult.Added], await AnswersAsync(store, Row(1, int.MaxValue, new ProfileText("最后"))));
            await MaintainAsync(store);
        }

        await using var again = await OpenAsync();
        Assert.Equal((long.MaxValue, EntryOf(int.MaxValue, 5, long.MaxValue)), Only(await LoadedWindow.LoadAsync(again, 1)));
        Assert.Equal([new ProfileText("最后"), null], await ProfilesAsync(again, 1, int.MaxValue, 1));
    }

    [Fact]
    public async Task A_batch_of_ten_thousand_rows_is_stored_whole()
    {
        var batch = Batch([.. Enumerable.Range(1, 10_000).Select(static i => Row(1, i % 7_000 + 1, i, i))]);
        batch.Profiles.AddRange(Enumerable.Range(1, 10_000).Select(static i => Row(1, i % 8_000 + 1, new ProfileText($"玩家{i}"))));
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main");
            var version = await CommitAsync(store, batch);
            Assert.Equal(version, await VersionAsync(store));
            Assert.Equal(Enumerable.Repeat(RowResult.Added, 10_000), batch.SubmissionResults);
            Assert.Equal(Enumerable.Repeat(RowResult.Added, 8_000).Concat(Enumerable.Repeat(RowResult.Changed, 2_000)), batch.ProfileResults);
        }

        await using var again = await OpenAsync();
        var board = await LoadedWindow.LoadAsync(again, 1);
        Assert.Equal(10_000, board.LastOrder);
        Assert.Equal(
            Enumerable.Range(1, 10_000).GroupBy(static i => i % 7_000 + 1, static (player, rows) => EntryOf(player, rows.Max(), rows.Max())).OrderBy(static entry => entry.Player.Number),
            board.Entries.Values);
        Assert.Equal([new ProfileText("玩家8001"), new ProfileText("玩家10000"), new ProfileText("玩家7999")], await ProfilesAsync(again, 1, 2, 2_001, 8_000));
    }

    [Fact]
    public async Task The_version_grows_with_every_commit_that_stores_something_also_over_reopening()
    {
        var last = 0L;
        for (var opening = 0; opening < 3; opening++)
        {
            await using var store = await OpenAsync();
            await OpenGameAsync(store, "night-market", "main");
            Assert.Equal(last, await VersionAsync(store));
            for (var i = 0; i < 4; i++)
            {
                var order = opening * 4 + i + 1;
                var version = i % 2 == 0
                    ? await CommitAsync(store, Row(1, 1, order, order))
                    : await CommitAsync(store, Row(1, 1, new ProfileText($"名{order}")));
                Assert.True(version > last, $"{version} after {last}");
                last = version;
                Assert.Equal(last, await VersionAsync(store));
                await MaintainAsync(store);
                Assert.Equal(last, await VersionAsync(store));
            }
        }
    }

    [Fact]
    public async Task An_empty_batch_and_unchanged_profiles_leave_the_version_as_it_is()
    {
        await using var store = await OpenAsync();
        await OpenGameAsync(store, "night-market", "main");
        var version = await CommitAsync(store, Row(1, 1, new ProfileText("云", Sex: 1)));
        Assert.Equal(version, await CommitAsync(store, Row(1, 1, new ProfileText("云"))));
        Assert.Equal(version, await CommitAsync(store, Row(1, 1, new ProfileText())));
        Assert.Equal(version, await CommitAsync(store, Row(1, 1, new ProfileText("云", Sex: 1)), Row(1, 1, new ProfileText(Sex: 1))));
        Assert.Equal(version, await CommitAsync(store, new CommitBatch()));
        Assert.Equal(version, await VersionAsync(store));
        Assert.True(await CommitAsync(store, Row(1, 1, new ProfileText("云", Sex: 2))) > version);
    }

    [Fact]
    public async Task A_batch_is_answered_anew_when_it_is_used_again()
    {
        await using var store = await OpenAsync();
        await OpenGameAsync(store, "night-market", "main");
        var batch = Batch(Row(1, 1, 5, 1));
        await CommitAsync(store, batch);
        batch.Clear();
        Row(1, 1, 6, 2).AddTo(batch);
        await CommitAsync(store, batch);
        Assert.Equal([RowResult.Added], batch.SubmissionResults);
        Assert.Empty(batch.ProfileResults);
    }

    private static Entry EntryOf(int player, long score, long order) => new(new PlayerId(player), new Score(score), order);

    private static (long LastOrder, Entry Entry) Only(LoadedWindow board) => (board.LastOrder, Assert.Single(board.Entries.Values));
}

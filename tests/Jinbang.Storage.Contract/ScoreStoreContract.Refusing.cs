using Jinbang.Boards.Storage;

namespace Jinbang.Storage.Contract;

public abstract partial class ScoreStoreContract
{
    [Fact]
    public async Task A_refused_row_fails_alone()
    {
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main");
            await RegisterAsync(store, 1, "o-a", "o-b");
            await RefuseRowsAsync();
            var batch = Batch(Row(1, 1, 10, 1), Row(1, 2, RefusedScore, 2), Row(1, 2, 20, 3), Row(1, 1, RefusedScore, 4));
            batch.Profiles.AddRange(
                [Row(1, 1, new ProfileText("云")), Row(1, 2, new ProfileText(RefusedText)), Row(1, 1, new ProfileText(RefusedText, City: "城")), Row(1, 2, new ProfileText("鹤"))]);
            var version = await CommitAsync(store, batch);
            Assert.Equal([RowResult.Added, RowResult.Refused, RowResult.Added, RowResult.Refused], batch.ScoreResults);
            Assert.Equal([RowResult.Added, RowResult.Refused, RowResult.Refused, RowResult.Added], batch.ProfileResults);
            Assert.Equal(version, await VersionAsync(store));
            await MaintainAsync(store);
        }

        await using var again = await OpenAsync();
        Assert.Equal([EntryOf(1, 10, 1), EntryOf(2, 20, 3)], (await LoadedBoard.LoadAsync(again, 1)).Entries.Values);
        Assert.Equal([new ProfileText("云"), new ProfileText("鹤")], await ProfilesAsync(again, 1, 1, 2));
    }

    [Fact]
    public async Task A_batch_of_refused_rows_alone_stores_nothing_and_the_next_one_works()
    {
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main");
            await RefuseRowsAsync();
            var before = await CommitAsync(store, Row(1, 1, 5, 1));
            var refused = Batch(Row(1, 1, RefusedScore, 2));
            refused.Profiles.Add(Row(1, 1, new ProfileText(RefusedText)));
            Assert.Equal(before, await CommitAsync(store, refused));
            Assert.Equal([RowResult.Refused], refused.ScoreResults);
            Assert.Equal([RowResult.Refused], refused.ProfileResults);
            Assert.True(await CommitAsync(store, Row(1, 1, 7, 3)) > before);
        }

        await using var again = await OpenAsync();
        Assert.Equal((3L, EntryOf(1, 7, 3)), Only(await LoadedBoard.LoadAsync(again, 1)));
        Assert.Equal([null], await ProfilesAsync(again, 1, 1));
    }

    [Fact]
    public async Task A_refused_player_gets_no_number_and_costs_none()
    {
        await using var store = await OpenAsync();
        await OpenGameAsync(store, "night-market", "main");
        await RegisterAsync(store, 1, "o-a");
        await RefuseRowsAsync();
        Assert.Equal(NumbersOf(2, 0, 1, 3), await RegisterAsync(store, 1, "o-b", RefusedText, "o-a", "o-c"));
        Assert.Equal(NumbersOf(0), await RegisterAsync(store, 1, RefusedText));
        Assert.Equal(NumbersOf(4), await RegisterAsync(store, 1, "o-d"));
        Assert.Equal(4, (await PlayersAsync(store, 1)).Count);
    }
}

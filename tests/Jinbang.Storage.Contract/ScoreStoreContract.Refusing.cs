using Jinbang.Boards.Storage;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Storage.Contract;

public abstract partial class ScoreStoreContract
{
    [Fact]
    public async Task A_refused_profile_fails_alone()
    {
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main");
            await RefuseRowsAsync();
            var batch = Batch(Row(1, 1, 10, 1));
            batch.Profiles.AddRange(
                [Row(1, 1, new ProfileText("云")), Row(1, 2, new ProfileText(RefusedText)), Row(1, 1, new ProfileText(RefusedText, City: "城")), Row(1, 2, new ProfileText("鹤"))]);
            var version = await CommitAsync(store, batch);
            Assert.Equal([RowResult.Added], batch.SubmissionResults);
            Assert.Equal([RowResult.Added, RowResult.Refused, RowResult.Refused, RowResult.Added], batch.ProfileResults);
            Assert.Equal(version, await VersionAsync(store));
            await MaintainAsync(store);
        }

        await using var again = await OpenAsync();
        Assert.Equal([EntryOf(1, 10, 1)], (await LoadedWindow.LoadAsync(again, 1)).Entries.Values);
        Assert.Equal([new ProfileText("云"), new ProfileText("鹤")], await ProfilesAsync(again, 1, 1, 2));
    }

    [Fact]
    public async Task When_submissions_are_refused_nothing_is_stored_and_the_answers_say_which()
    {
        await using (var store = await OpenAsync())
        {
            var game = await OpenGameAsync(store, "night-market", "main");
            await RefuseRowsAsync();
            var before = await CommitAsync(store, Row(1, 1, 5, 1));
            var batch = Batch(Row(1, 1, 10, 2), Row(1, 2, RefusedScore, 3), Row(1, 2, 20, 4) with { Key = "k" }, Row(1, 1, RefusedScore, 5));
            batch.Profiles.Add(Row(1, 1, new ProfileText("云")));
            batch.Closings.Add(new WindowClosing(1, batch.At, 1, 1, 1, ScoreOrder.HigherIsBetter));
            batch.Events.Add(new EventRow(game.Number, "e-1", "closed", "{}"u8.ToArray()));
            batch.Records.Add(new RecordRow("key", "k-1", "{}"));
            Assert.Equal(before, await CommitAsync(store, batch));
            Assert.Equal([RowResult.Added, RowResult.Refused, RowResult.Added, RowResult.Refused], batch.SubmissionResults);
            Assert.Equal(before, await VersionAsync(store));
            Assert.Equal([null], await FindAsync(store, (1, 2, "k")));
            Assert.Equal([null], await ProfilesAsync(store, 1, 1));
            Assert.Empty(await store.ReadEventsAsync(game.Number, 0, 10, CancellationToken.None));
            Assert.Empty(await store.ReadRecordsAsync("key", CancellationToken.None));

            // Without them it goes.
            var rest = Batch(Row(1, 1, 10, 2), Row(1, 2, 20, 3) with { Key = "k" });
            Assert.True(await CommitAsync(store, rest) > before);
            Assert.NotNull((await FindAsync(store, (1, 2, "k")))[0]);
        }

        await using var again = await OpenAsync();
        var window = await LoadedWindow.LoadAsync(again, 1);
        Assert.Equal(3, window.LastOrder);
        Assert.Equal([EntryOf(1, 10, 2), EntryOf(2, 20, 3)], window.Entries.Values);
        Assert.Equal(WindowState.Open, (await again.FindWindowAsync(1, "all_time", "", CancellationToken.None))!.State);
        Assert.Equal(3, (await again.ReadLogAsync(1, 0, 10, CancellationToken.None)).Count);
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

using System.Text;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Ranking;

namespace Jinbang.Storage.Contract;

public abstract partial class ScoreStoreContract
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1_000)]
    public async Task Nothing_of_an_erased_player_is_left_but_entries_in_closed_windows(int steps)
    {
        const string id = "o-erased-player", key = "key-of-the-erased", metadata = "\"metadata of the erased\"";
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main", "other");
            await OpenWindowsAsync(store, Day(1, 23));
            await RegisterAsync(store, 1, "o-a", id, "o-c");
            var batch = Batch(
                Row(1, 1, 5, 1), Row(1, 2, 6, 2) with { Key = key + "1", Metadata = metadata, Lines = [Sent.Line(1, new(6)), Sent.Line(3, new(6))] },
                Row(2, 2, 7, 5) with { Key = key + "2", Metadata = metadata });
            batch.Profiles.Add(Row(1, 2, new ProfileText("nickname-erased")));
            await CommitAsync(store, batch);
            for (var step = 0; step < steps; step++)
            {
                await store.MaintainAsync(CancellationToken.None);
            }

            await CommitAsync(store, Row(1, 3, 8, 3), Row(1, 2, 9, 4) with { Key = key + "3", Metadata = metadata, Lines = [Sent.Line(1, new(9)), Sent.Line(3, new(9))] });
            for (var step = 0; step < Math.Min(steps, 3); step++)
            {
                await store.MaintainAsync(CancellationToken.None);
            }

            await CloseAsync(store, 3);
            var before = await VersionAsync(store);
            Assert.True(await store.EraseAsync(1, [new PlayerId(2)], [1, 2], CancellationToken.None) > before);
            await CheckAsync(store);
            await MaintainAsync(store);
            await CheckAsync(store);
        }

        await using (var again = await OpenAsync())
        {
            await CheckAsync(again);
            Assert.Equal(NumbersOf(4), await RegisterAsync(again, 1, "o-d"));
            Assert.Equal(4, await again.ReadLastPlayerAsync(1, CancellationToken.None));
            await MaintainAsync(again);
            await CheckAsync(again);
        }

        await AssertStoresNothingOfAsync(id, key, "metadata of the erased", "nickname-erased");

        async Task CheckAsync(IScoreStore store)
        {
            Assert.False((await PlayersAsync(store, 1)).ContainsKey(id));
            Assert.True((await store.ReadExternalIdsAsync(1, [new PlayerId(2)], CancellationToken.None))[0].Utf8.IsEmpty);
            Assert.Equal([null], await ProfilesAsync(store, 1, 2));
            Assert.Equal([EntryOf(1, 5, 1), EntryOf(3, 8, 3)], (await LoadedWindow.LoadAsync(store, 1)).Entries.Values);
            var other = await LoadedWindow.LoadAsync(store, 2);
            Assert.Empty(other.Entries);
            Assert.Equal(5, other.LastOrder);
            var closed = await LoadedWindow.LoadAsync(store, 3);
            Assert.Equal([EntryOf(2, 9, 4)], closed.Entries.Values);
            Assert.Equal(4, closed.LastOrder);
            Assert.Equal([null], await MetadataAsync(store, 3, 2));
            Assert.Equal([null, null, null], await FindAsync(store, (1, 2, key + "1"), (2, 2, key + "2"), (1, 2, key + "3")));
            Assert.Empty(await store.ReadHistoryAsync(1, new PlayerId(2), long.MaxValue, 10, CancellationToken.None));
            Assert.Equal([1, 3], (await store.ReadLogAsync(1, 0, 10, CancellationToken.None)).Select(static row => row.Player.Number));
        }
    }

    [Fact]
    public async Task An_erased_player_of_one_game_leaves_his_number_in_another_alone()
    {
        await using var store = await OpenAsync();
        await OpenGameAsync(store, "night-market", "main");
        await OpenGameAsync(store, "lantern-run", "main");
        await RegisterAsync(store, 1, "o-a");
        await RegisterAsync(store, 2, "o-a");
        await CommitAsync(store, Row(1, 1, 5, 1) with { Key = "k" }, Row(2, 1, 6, 1) with { Key = "k", Metadata = "1" });
        await store.EraseAsync(1, [new PlayerId(1)], [1], CancellationToken.None);
        Assert.Empty((await LoadedWindow.LoadAsync(store, 1)).Entries);
        Assert.Equal((1L, EntryOf(1, 6, 1)), Only(await LoadedWindow.LoadAsync(store, 2)));
        Assert.Equal(["1"], await MetadataAsync(store, 2, 1));
        Assert.NotNull((await FindAsync(store, (2, 1, "k")))[0]);
        Assert.Equal(["o-a"], (await PlayersAsync(store, 2)).Keys);

        // The same person again is somebody new.
        Assert.Equal(NumbersOf(2), await RegisterAsync(store, 1, "o-a"));
    }

    [Fact]
    public async Task A_deleted_profile_is_gone_and_the_rest_stays()
    {
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main");
            await RegisterAsync(store, 1, "o-a");
            await CommitAsync(store, Row(1, 1, new ProfileText("nickname-gone")), Row(1, 2, new ProfileText("stays")));
            var before = await VersionAsync(store);
            var version = await store.DeleteProfileAsync(1, new PlayerId(1), CancellationToken.None);
            Assert.True(version > before);
            Assert.Equal(version, await store.DeleteProfileAsync(1, new PlayerId(1), CancellationToken.None));
            Assert.Equal(version, await VersionAsync(store));
        }

        await using (var again = await OpenAsync())
        {
            Assert.Equal([null, new ProfileText("stays")], await ProfilesAsync(again, 1, 1, 2));
            Assert.Equal(["o-a"], (await PlayersAsync(again, 1)).Keys);
        }

        await AssertStoresNothingOfAsync("nickname-gone");
    }

    [Fact]
    public async Task External_ids_are_read_index_by_index()
    {
        await using var store = await OpenAsync();
        await OpenGameAsync(store, "night-market", "main");
        await RegisterAsync(store, 1, "o-a", "云");
        var ids = await store.ReadExternalIdsAsync(1, [new(2), new(9), new(1)], CancellationToken.None);
        Assert.Equal(["云", "", "o-a"], ids.Select(static id => Encoding.UTF8.GetString(id.Utf8)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_deleted_board_is_gone_at_once_and_its_name_is_free(bool isFolded)
    {
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main", "other");
            await CommitAsync(store, [.. Enumerable.Range(1, 600).Select(static player => Row(1, player, player, player) with { Key = "k" }), Row(2, 1, 5, 1)]);
            if (isFolded)
            {
                await MaintainAsync(store);
            }

            await store.DeleteBoardAsync(1, CancellationToken.None);
            Assert.Equal([2], (await store.LoadAsync(CancellationToken.None)).Games[0].Boards.Select(static board => board.Number));
            Assert.Null(await FindAllTimeAsync(store));
            var anew = await OpenGameAsync(store, "night-market", "main", "other");
            Assert.Equal([3, 2], anew.Boards);
            Assert.Equal([3, 2], anew.Windows);
            await CommitAsync(store, Row(3, 1, 9, 1) with { Key = "k" });
        }

        await using var again = await OpenAsync();
        await MaintainAsync(again);
        Assert.Equal((1L, EntryOf(1, 9, 1)), Only(await LoadedWindow.LoadAsync(again, 3)));
        Assert.Equal((1L, EntryOf(1, 5, 1)), Only(await LoadedWindow.LoadAsync(again, 2)));
        Assert.Equal(3, (await FindAsync(again, (3, 1, "k")))[0]!.Board);
    }

    [Fact]
    public async Task A_deleted_game_is_gone_at_once_and_its_id_is_free()
    {
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main", "other");
            await OpenGameAsync(store, "lantern-run", "main");
            await RegisterAsync(store, 1, "o-a", "o-b");
            await RegisterAsync(store, 2, "o-a");
            var batch = Batch(Row(1, 1, 5, 1), Row(2, 2, 5, 1), Row(3, 1, 7, 1));
            batch.Profiles.AddRange([Row(1, 1, new ProfileText("云")), Row(2, 1, new ProfileText("鹤"))]);
            batch.Events.AddRange([new EventRow(1, "a", "t", "{}"u8.ToArray()), new EventRow(2, "b", "t", "{}"u8.ToArray())]);
            await CommitAsync(store, batch);
            await store.DeleteGameAsync(1, CancellationToken.None);
            Assert.Equal([2], (await store.LoadAsync(CancellationToken.None)).Games.Select(static game => game.Number));
            Assert.Empty(await store.ReadEventsAsync(1, 0, 10, CancellationToken.None));
        }

        await using var again = await OpenAsync();
        var anew = await OpenGameAsync(again, "night-market", "main");
        Assert.Equal([3, 4, 4], Numbers(anew));
        Assert.Equal(NumbersOf(1), await RegisterAsync(again, 3, "o-a"));
        await MaintainAsync(again);
        Assert.Equal(["o-a"], (await PlayersAsync(again, 3)).Keys);
        Assert.Equal([new ProfileText("鹤")], await ProfilesAsync(again, 2, 1));
        Assert.Equal((1L, EntryOf(1, 7, 1)), Only(await LoadedWindow.LoadAsync(again, 3)));
        Assert.Single(await again.ReadEventsAsync(2, 0, 10, CancellationToken.None));
    }

    /// <summary>Looks for texts in all that the closed store has written.</summary>
    protected abstract Task AssertStoresNothingOfAsync(params string[] texts);
}

using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Storage.Contract;

public abstract partial class ScoreStoreContract
{
    [Fact]
    public async Task A_game_and_its_boards_are_found_again_with_the_same_numbers()
    {
        OpenedGame first, other;
        await using (var store = await OpenAsync())
        {
            first = await OpenGameAsync(store, "night-market", "main", "weekly");
            other = await OpenGameAsync(store, "lantern-run", "main");
            Assert.Equal(Numbers(first), Numbers(await OpenGameAsync(store, "night-market", "main", "weekly")));
            Assert.NotEqual(first.Number, other.Number);
            Assert.All((int[])[.. Numbers(first), .. Numbers(other)], static number => Assert.True(number >= 1));
            Assert.Equal(3, first.Boards.Concat(other.Boards).Distinct().Count());
            Assert.Equal(3, first.Windows.Concat(other.Windows).Distinct().Count());
        }

        await using var again = await OpenAsync();
        Assert.Equal(Numbers(other), Numbers(await OpenGameAsync(again, "lantern-run", "main")));
        Assert.Equal(Numbers(first), Numbers(await OpenGameAsync(again, "night-market", "main", "weekly")));
    }

    [Fact]
    public async Task A_new_store_is_empty_and_stands_at_no_commit()
    {
        await using var store = await OpenAsync();
        var contents = await store.LoadAsync(CancellationToken.None);
        Assert.Empty(contents.Games);
        Assert.Null(contents.LastCommit);
        Assert.Equal(0, await VersionAsync(store));
        var game = await OpenGameAsync(store, "night-market", "main");
        Assert.Empty(await PlayersAsync(store, game.Number));
        var window = await LoadedWindow.LoadAsync(store, game.Windows[0]);
        Assert.Equal(0, window.LastOrder);
        Assert.Empty(window.Entries);
        Assert.False(await store.MaintainAsync(CancellationToken.None));
    }

    [Fact]
    public async Task The_secret_is_32_bytes_that_stay_and_that_no_other_store_has()
    {
        byte[] secret;
        await using (var store = await OpenAsync())
        {
            secret = (await store.LoadAsync(CancellationToken.None)).Secret.ToArray();
            Assert.Equal(32, secret.Length);
            Assert.True(secret.Distinct().Count() > 8);
        }

        await using var again = await OpenAsync();
        Assert.Equal(secret, (await again.LoadAsync(CancellationToken.None)).Secret.ToArray());
    }

    [Fact]
    public async Task Definitions_come_back_as_they_were_put_last()
    {
        var board = new BoardDefinition
        {
            Name = "main",
            Title = "夜市 'main'",
            Columns = [new ColumnDefinition(), new ColumnDefinition { Name = "time", Order = ScoreOrder.LowerIsBetter, Decimals = 3, Lowest = 0 }],
            Keep = KeepRule.Sum,
            Ties = TieRule.EqualPlaceDense,
            Writers = Writers.Server,
            Ledger = true,
            MetadataBytes = 512,
            Windows = [new WindowRule { Name = "daily", Kind = WindowKind.Daily, Zone = "Asia/Shanghai" }],
        };
        await using (var store = await OpenAsync())
        {
            var game = await OpenGameAsync(store, "night-market", "main");
            Assert.Equal(game.Boards[0], await store.PutBoardAsync(game.Number, board, CancellationToken.None));
            var named = new GameDefinition { Id = GameId.Parse("night-market"), Name = "夜市", Origins = ["https://play.example"] };
            Assert.Equal(game.Number, await store.PutGameAsync(named, CancellationToken.None));
        }

        await using var again = await OpenAsync();
        var stored = Assert.Single((await again.LoadAsync(CancellationToken.None)).Games);
        Assert.Equal("夜市", stored.Definition.Name);
        Assert.Equal(["https://play.example"], stored.Definition.Origins);
        Assert.True(DefinitionJson.AreEqual(board, Assert.Single(stored.Boards).Definition));
        await again.PutGameAsync(new GameDefinition { Id = GameId.Parse("night-market") }, CancellationToken.None);
        Assert.Null((await again.LoadAsync(CancellationToken.None)).Games[0].Definition.Origins);
    }

    [Fact]
    public async Task The_time_of_the_last_commit_comes_back_to_the_millisecond()
    {
        var batch = Batch(Row(1, 1, 5, 1));
        batch.At = new DateTimeOffset(2026, 11, 24, 12, 0, 0, 123, TimeSpan.Zero);
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main");
            await CommitAsync(store, batch);
        }

        await using var again = await OpenAsync();
        Assert.Equal(batch.At, (await again.LoadAsync(CancellationToken.None)).LastCommit);
        Assert.Equal(batch.At, Assert.Single(await again.ReadLogAsync(1, 0, 10, CancellationToken.None)).At);
    }

    private static int[] Numbers(OpenedGame game) => [game.Number, .. game.Boards, .. game.Windows];
}

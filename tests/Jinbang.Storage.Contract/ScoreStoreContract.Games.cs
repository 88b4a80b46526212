using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;
using Jinbang.Ranking;

namespace Jinbang.Storage.Contract;

public abstract partial class ScoreStoreContract
{
    [Fact]
    public async Task A_game_and_its_boards_are_found_again_with_the_same_numbers()
    {
        StoredGame first, other;
        await using (var store = await OpenAsync())
        {
            first = await OpenGameAsync(store, "night-market", "main", "weekly");
            other = await OpenGameAsync(store, "lantern-run", "main");
            Assert.Equal(Numbers(first), Numbers(await OpenGameAsync(store, "night-market", "main", "weekly")));
            Assert.NotEqual(first.Number, other.Number);
            Assert.All((int[])[first.Number, other.Number, .. Boards(first), .. Boards(other)], static number => Assert.True(number >= 1));
            Assert.Equal(3, Boards(first).Concat(Boards(other)).Distinct().Count());
        }

        await using var again = await OpenAsync();
        Assert.Equal(Numbers(other), Numbers(await OpenGameAsync(again, "lantern-run", "main")));
        Assert.Equal(Numbers(first), Numbers(await OpenGameAsync(again, "night-market", "main", "weekly")));
    }

    [Fact]
    public async Task Boards_come_in_the_order_of_the_definition_also_when_one_is_new()
    {
        await using var store = await OpenAsync();
        var before = await OpenGameAsync(store, "night-market", "main", "weekly");
        var after = await OpenGameAsync(store, "night-market", "daily", "weekly", "main");
        Assert.Equal(before.Number, after.Number);
        Assert.Equal(before.Boards[1], after.Boards[1]);
        Assert.Equal(before.Boards[0], after.Boards[2]);
        Assert.DoesNotContain(after.Boards[0], before.Boards);
    }

    [Fact]
    public async Task A_new_store_is_empty_and_stands_at_no_commit()
    {
        await using var store = await OpenAsync();
        var game = await OpenGameAsync(store, "night-market", "main");
        Assert.Empty(await PlayersAsync(store, game.Number));
        var board = await LoadedBoard.LoadAsync(store, game.Boards[0].Number);
        Assert.Equal(0, board.LastOrder);
        Assert.Empty(board.Entries);
        Assert.Equal(0, await VersionAsync(store));
        Assert.False(await store.MaintainAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_board_cannot_be_opened_with_another_order()
    {
        await using var store = await OpenAsync();
        var before = await OpenGameAsync(store, "night-market", "main");
        var turned = new GameDefinition
        {
            Id = GameId.Parse("night-market"),
            Boards = [new BoardDefinition { Name = "extra" }, new BoardDefinition { Name = "main", Order = ScoreOrder.LowerIsBetter }],
        };
        var refusal = await Assert.ThrowsAsync<StoreOpenException>(async () => await store.OpenGameAsync(turned, CancellationToken.None));
        Assert.Contains("night-market/main", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(Numbers(before), Numbers(await OpenGameAsync(store, "night-market", "main")));
    }

    private static int[] Boards(StoredGame game) => [.. game.Boards.Select(static board => board.Number)];

    private static int[] Numbers(StoredGame game) => [game.Number, .. Boards(game)];
}

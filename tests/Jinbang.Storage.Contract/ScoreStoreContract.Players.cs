using System.Text;
using Jinbang.Boards.Players;
using Jinbang.Ranking;

namespace Jinbang.Storage.Contract;

public abstract partial class ScoreStoreContract
{
    [Fact]
    public async Task Players_are_numbered_densely_from_one_and_known_ids_keep_their_number()
    {
        await using (var store = await OpenAsync())
        {
            var game = (await OpenGameAsync(store, "night-market", "main")).Number;
            Assert.Equal(NumbersOf(1, 2, 3), await RegisterAsync(store, game, "o-a", "o-b", "o-c"));
            Assert.Equal(NumbersOf(4, 2, 5, 1), await RegisterAsync(store, game, "o-d", "o-b", "o-e", "o-a"));
            Assert.Equal(NumbersOf(3), await RegisterAsync(store, game, "o-c"));
            Assert.Empty(await RegisterAsync(store, game));
        }

        await using var again = await OpenAsync();
        Assert.Equal(NumbersOf(6, 4), await RegisterAsync(again, 1, "o-f", "o-d"));
        Assert.Equal(
            new Dictionary<string, int> { ["o-a"] = 1, ["o-b"] = 2, ["o-c"] = 3, ["o-d"] = 4, ["o-e"] = 5, ["o-f"] = 6 }, await PlayersAsync(again, 1));
    }

    [Fact]
    public async Task Each_game_numbers_its_own_players()
    {
        await using var store = await OpenAsync();
        var first = (await OpenGameAsync(store, "night-market", "main")).Number;
        var other = (await OpenGameAsync(store, "lantern-run", "main")).Number;
        Assert.Equal(NumbersOf(1, 2), await RegisterAsync(store, first, "o-a", "o-b"));
        Assert.Equal(NumbersOf(1, 2), await RegisterAsync(store, other, "o-b", "o-c"));
        Assert.Equal(NumbersOf(3), await RegisterAsync(store, first, "o-c"));
        Assert.Equal(new Dictionary<string, int> { ["o-b"] = 1, ["o-c"] = 2 }, await PlayersAsync(store, other));
        Assert.Equal(3, (await PlayersAsync(store, first)).Count);
    }

    [Fact]
    public async Task Ids_are_told_apart_byte_by_byte()
    {
        string[] ids = ["a", "A", "á", "a\u0301", "ａ", "\U0001F600", "\uE000", "\U0010FFFD", "o'quote", "o\"quote", "a b", "%", "_", "--", ";"];
        await using (var store = await OpenAsync())
        {
            var game = (await OpenGameAsync(store, "night-market", "main")).Number;
            Assert.Equal(Enumerable.Range(1, ids.Length), (await RegisterAsync(store, game, ids)).Select(static player => player.Number));
        }

        await using var again = await OpenAsync();
        Assert.Equal(ids.Select(static (id, index) => KeyValuePair.Create(id, index + 1)).OrderBy(static pair => pair.Value), (await PlayersAsync(again, 1)).OrderBy(static pair => pair.Value));
    }

    [Fact]
    public async Task Ids_of_128_scalar_values_of_four_bytes_are_stored_whole()
    {
        var ids = Enumerable.Range(0, 50).Select(static last => string.Concat(Enumerable.Repeat("\U0001F3C6", 127)) + char.ConvertFromUtf32(0x1F600 + last)).ToArray();
        Assert.Equal(ExternalId.LongestBytes, Encoding.UTF8.GetByteCount(ids[0]));
        await using (var store = await OpenAsync())
        {
            var game = (await OpenGameAsync(store, "night-market", "main")).Number;
            Assert.Equal(Enumerable.Range(1, 50), (await RegisterAsync(store, game, ids)).Select(static player => player.Number));
        }

        await using var again = await OpenAsync();
        var players = await PlayersAsync(again, 1);
        Assert.All(ids, (id, index) => Assert.Equal(index + 1, players[id]));
        Assert.Equal(NumbersOf(50), await RegisterAsync(again, 1, ids[49]));
    }

    [Fact]
    public async Task Ten_thousand_players_are_registered_in_one_call()
    {
        var ids = Enumerable.Range(1, 10_000).Select(static number => $"o-{number}").ToArray();
        await using (var store = await OpenAsync())
        {
            var game = (await OpenGameAsync(store, "night-market", "main")).Number;
            Assert.Equal(Enumerable.Range(1, 10_000), (await RegisterAsync(store, game, ids)).Select(static player => player.Number));
        }

        await using var again = await OpenAsync();
        var players = await PlayersAsync(again, 1);
        Assert.Equal(10_000, players.Count);
        Assert.All(players, static player => Assert.Equal($"o-{player.Value}", player.Key));
    }

    [Fact]
    public async Task Registering_players_is_no_commit()
    {
        await using var store = await OpenAsync();
        var game = await OpenGameAsync(store, "night-market", "main");
        await RegisterAsync(store, game.Number, "o-a");
        var version = await CommitAsync(store, Row(game.Boards[0], 1, 5, 1));
        await RegisterAsync(store, game.Number, "o-b");
        Assert.Equal(version, await VersionAsync(store));
    }

    private static PlayerId[] NumbersOf(params int[] numbers) => [.. numbers.Select(static number => new PlayerId(number))];
}

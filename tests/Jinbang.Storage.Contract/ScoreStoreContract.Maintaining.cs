using Jinbang.Boards.Storage;

namespace Jinbang.Storage.Contract;

public abstract partial class ScoreStoreContract
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Agrees_with_a_plain_model_over_random_calls_and_reopenings(int salt)
    {
        const int games = 2, boardsPerGame = 2, steps = 400;
        var random = new Random(Seed() * 31 + salt);
        var model = new StoreModel(games, boardsPerGame);
        var store = await OpenAsync();
        try
        {
            var numbers = await OpenGamesAsync(store, games, boardsPerGame);
            var version = 0L;
            for (var step = 0; step < steps; step++)
            {
                switch (random.Next(12))
                {
                    case 0:
                        await RegisterSomeAsync(store, model, numbers, random);
                        break;

                    case < 7:
                        version = await CommitSomeAsync(store, model, numbers, random, version);
                        break;

                    case 7:
                        await MaintainAsync(store);
                        break;

                    case < 11:
                        await store.MaintainAsync(CancellationToken.None);
                        break;

                    default:
                        await store.DisposeAsync();
                        store = await OpenAsync();
                        Assert.Equal(numbers.Select(Numbers), (await OpenGamesAsync(store, games, boardsPerGame)).Select(Numbers));
                        await CheckBoardsAsync(store, model, numbers);
                        break;
                }

                Assert.Equal(version, await VersionAsync(store));
                await CheckPlayersAsync(store, model, numbers, random);
            }

            await store.DisposeAsync();
            store = await OpenAsync();
            await CheckBoardsAsync(store, model, numbers);
        }
        finally
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task Boards_load_the_same_between_any_two_steps_of_maintaining()
    {
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main", "weekly");
            for (var order = 1; order <= 40; order++)
            {
                await CommitAsync(store, [.. Enumerable.Range(1, 50).Select(player => Row(player % 2 + 1, player, order * 100 + player, order * 50L + player))]);
            }
        }

        await using var again = await OpenAsync();
        var before = await LoadedWindow.LoadAsync(again, 2);
        Assert.Equal(25, before.Entries.Count);
        for (var step = 0; step < 200; step++)
        {
            await again.MaintainAsync(CancellationToken.None);
            var after = await LoadedWindow.LoadAsync(again, 2);
            Assert.Equal(before.Entries, after.Entries);
            Assert.Equal(before.LastOrder, after.LastOrder);
        }
    }

    private static async Task<OpenedGame[]> OpenGamesAsync(IScoreStore store, int games, int boardsPerGame)
    {
        var names = Enumerable.Range(0, boardsPerGame).Select(static board => $"board-{board}").ToArray();
        var opened = new OpenedGame[games];
        for (var game = 0; game < games; game++)
        {
            opened[game] = await OpenGameAsync(store, $"game-{game}", names);
        }

        return opened;
    }

    private static async Task RegisterSomeAsync(IScoreStore store, StoreModel model, OpenedGame[] numbers, Random random)
    {
        var game = random.Next(numbers.Length);
        var ids = Enumerable.Range(0, random.Next(6)).Select(_ => $"o-{random.Next(40)}").Distinct().ToArray();
        var given = await RegisterAsync(store, numbers[game].Number, ids);
        Assert.Equal(ids.Select(id => model.Register(game, id)), given.Select(static player => player.Number));
    }

    private static async Task<long> CommitSomeAsync(IScoreStore store, StoreModel model, OpenedGame[] numbers, Random random, long version)
    {
        var batch = Batch(Array.Empty<Sent>());
        var answers = new List<RowResult>();
        for (var rows = random.Next(30); rows > 0; rows--)
        {
            var board = random.Next(model.Boards.Length);
            var number = numbers[model.GameOf(board)].Boards[board % numbers[0].Boards.Count];
            var row = Row(number, random.Next(1, 30), random.NextInt64(long.MinValue, long.MaxValue), model.LastOrders[board] + random.Next(1, 3));
            row.AddTo(batch);
            model.Put(board, row);
        }

        for (var rows = random.Next(5); rows > 0; rows--)
        {
            var game = random.Next(numbers.Length);
            var player = random.Next(1, 20);
            var change = new ProfileText(Some(random, "云", "", "鹤"), Sex: random.Next(3) == 0 ? (byte)random.Next(3) : null, City: Some(random, "城", "🏙", "'"));
            batch.Profiles.Add(Row(numbers[game].Number, player, change));
            answers.Add(model.Change(game, player, change));
        }

        var after = await CommitAsync(store, batch);
        Assert.Equal(Enumerable.Repeat(RowResult.Added, batch.Submissions.Count), batch.SubmissionResults);
        Assert.Equal(answers, batch.ProfileResults);
        var changes = batch.Submissions.Count > 0 || answers.Exists(static answer => answer != RowResult.Unchanged);
        Assert.True(changes ? after > version : after == version, $"{after} after {version}");
        return after;
    }

    private static string? Some(Random random, params string[] texts) => random.Next(2) == 0 ? null : texts[random.Next(texts.Length)];

    private static async Task CheckPlayersAsync(IScoreStore store, StoreModel model, OpenedGame[] numbers, Random random)
    {
        var game = random.Next(numbers.Length);
        Assert.Equal(
            model.Players[game].OrderBy(static player => player.Value), (await PlayersAsync(store, numbers[game].Number)).OrderBy(static player => player.Value));
        var asked = Enumerable.Range(0, random.Next(8)).Select(_ => random.Next(1, 21)).ToArray();
        Assert.Equal(asked.Select(player => model.Profiles.GetValueOrDefault((game, player))), await ProfilesAsync(store, numbers[game].Number, asked));
    }

    private static async Task CheckBoardsAsync(IScoreStore store, StoreModel model, OpenedGame[] numbers)
    {
        for (var board = 0; board < model.Boards.Length; board++)
        {
            var loaded = await LoadedWindow.LoadAsync(store, numbers[model.GameOf(board)].Boards[board % numbers[0].Boards.Count]);
            Assert.Equal(model.LastOrders[board], loaded.LastOrder);
            Assert.Equal(model.Boards[board], loaded.Entries);
        }
    }
}

using System.Text;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Storage.Contract;

/// <summary>What <see cref="IScoreStore"/> promises, as tests. A store runs them by deriving a class that opens it; every test has its own data.</summary>
public abstract partial class ScoreStoreContract
{
    /// <summary>A score that the store refuses after <see cref="RefuseRowsAsync"/>.</summary>
    protected const long RefusedScore = 404_404;

    /// <summary>An external id, and a nickname, that the store refuses after <see cref="RefuseRowsAsync"/>.</summary>
    protected const string RefusedText = "refused";

    /// <summary>Opens the store of this test; called again after a dispose it opens the same data.</summary>
    protected abstract Task<IScoreStore> OpenAsync();

    /// <summary>
    /// Makes the opened store refuse, from now on: log rows with <see cref="RefusedScore"/>, profiles with the nickname <see cref="RefusedText"/>,
    /// and players with the id <see cref="RefusedText"/>.
    /// </summary>
    protected abstract Task RefuseRowsAsync();

    /// <summary>A seed that is printed, so that a failure can be had again.</summary>
    protected static int Seed()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        return seed;
    }

    /// <summary>Makes a game, its boards and their windows where they are missing.</summary>
    protected static async Task<OpenedGame> OpenGameAsync(IScoreStore store, string id, params string[] boards)
    {
        var game = await store.PutGameAsync(new GameDefinition { Id = GameId.Parse(id) }, CancellationToken.None);
        var numbers = new List<int>();
        foreach (var name in boards)
        {
            numbers.Add(await store.PutBoardAsync(game, new BoardDefinition { Name = name }, CancellationToken.None));
        }

        return new OpenedGame(game, numbers, await OpenWindowsAsync(store, [.. numbers.Select(static board => AllTime(board))]));
    }

    protected static WindowOpening AllTime(int board) => new(board, "all_time", WindowKind.AllTime, "", null, null, null);

    /// <summary>A day of November 2026 as a window.</summary>
    protected static WindowOpening Day(int board, int day, string rule = "daily")
    {
        var starts = new DateTimeOffset(2026, 11, day, 0, 0, 0, TimeSpan.Zero);
        return new WindowOpening(board, rule, WindowKind.Daily, $"2026-11-{day:00}", starts, starts.AddDays(1), starts.AddDays(1).AddMinutes(5));
    }

    protected static Task<IReadOnlyList<int>> OpenWindowsAsync(IScoreStore store, params WindowOpening[] windows) =>
        store.OpenWindowsAsync(windows, CancellationToken.None).AsTask();

    protected static async Task<PlayerId[]> RegisterAsync(IScoreStore store, int game, params string[] ids) =>
        [.. await store.RegisterAsync(game, [.. ids.Select(static id => ExternalId.Copy(Encoding.UTF8.GetBytes(id)))], CancellationToken.None)];

    protected static Sent Row(int board, int player, long score, long order) => new(board, player, new ScoreColumns(score), order);

    protected static ProfileRow Row(int game, int player, ProfileText text) => new(game, new PlayerId(player), text.ToChange());

    protected static CommitBatch Batch(params Sent[] rows)
    {
        var batch = new CommitBatch { At = TimeProvider.System.GetUtcNow() };
        Array.ForEach(rows, row => row.AddTo(batch));
        return batch;
    }

    protected static CommitBatch Batch(params ProfileRow[] rows)
    {
        var batch = new CommitBatch { At = TimeProvider.System.GetUtcNow() };
        batch.Profiles.AddRange(rows);
        return batch;
    }

    protected static Task<long> CommitAsync(IScoreStore store, CommitBatch batch) => store.CommitAsync(batch, CancellationToken.None).AsTask();

    protected static Task<long> CommitAsync(IScoreStore store, params Sent[] rows) => CommitAsync(store, Batch(rows));

    protected static Task<long> CommitAsync(IScoreStore store, params ProfileRow[] rows) => CommitAsync(store, Batch(rows));

    protected static Task<long> VersionAsync(IScoreStore store) => store.ReadVersionAsync(CancellationToken.None).AsTask();

    protected static async Task<Dictionary<string, int>> PlayersAsync(IScoreStore store, int game)
    {
        var players = new Dictionary<string, int>();
        await store.LoadPlayersAsync(game, (id, player) => players.Add(Encoding.UTF8.GetString(id), player.Number), CancellationToken.None);
        return players;
    }

    protected static async Task<ProfileText?[]> ProfilesAsync(IScoreStore store, int game, params int[] players) =>
        [.. (await store.ReadProfilesAsync(game, [.. players.Select(static player => new PlayerId(player))], CancellationToken.None)).Select(ProfileText.Of)];

    /// <summary>Maintains until nothing more waits.</summary>
    protected static async Task MaintainAsync(IScoreStore store)
    {
        while (await store.MaintainAsync(CancellationToken.None))
        {
        }
    }
}

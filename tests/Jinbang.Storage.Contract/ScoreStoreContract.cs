using System.Text;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
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

    protected static GameDefinition GameOf(string id, params string[] boards) => new()
    {
        Id = GameId.Parse(id),
        Boards = [.. boards.Select(static name => new BoardDefinition { Name = name })],
    };

    protected static Task<StoredGame> OpenGameAsync(IScoreStore store, string id, params string[] boards) =>
        store.OpenGameAsync(GameOf(id, boards), CancellationToken.None).AsTask();

    protected static async Task<PlayerId[]> RegisterAsync(IScoreStore store, int game, params string[] ids) =>
        [.. await store.RegisterAsync(game, [.. ids.Select(static id => ExternalId.Copy(Encoding.UTF8.GetBytes(id)))], CancellationToken.None)];

    protected static ScoreRow Row(int board, int player, long score, long order) =>
        new(board, new PlayerId(player), new Score(score), order, SubmitResult.First);

    protected static ProfileRow Row(int game, int player, ProfileText text) => new(game, new PlayerId(player), text.ToChange());

    protected static CommitBatch Batch(params ScoreRow[] rows)
    {
        var batch = new CommitBatch { At = TimeProvider.System.GetUtcNow() };
        batch.Scores.AddRange(rows);
        return batch;
    }

    protected static CommitBatch Batch(params ProfileRow[] rows)
    {
        var batch = new CommitBatch { At = TimeProvider.System.GetUtcNow() };
        batch.Profiles.AddRange(rows);
        return batch;
    }

    protected static Task<long> CommitAsync(IScoreStore store, CommitBatch batch) => store.CommitAsync(batch, CancellationToken.None).AsTask();

    protected static Task<long> CommitAsync(IScoreStore store, params ScoreRow[] rows) => CommitAsync(store, Batch(rows));

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

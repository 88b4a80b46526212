using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Jinbang.Storage.Contract;

namespace Jinbang.Storage.Sqlite.Tests;

/// <summary>Short forms of the store's calls.</summary>
internal static class StoreCalls
{
    public static Sent Row(int board, int player, long score, long order) => new(board, player, new ScoreColumns(score), order);

    /// <summary>Makes the game "night-market" with boards of one window each, where they are missing.</summary>
    public static async Task OpenGameAsync(this SqliteScoreStore store, params string[] boards)
    {
        var game = await store.PutGameAsync(new GameDefinition { Id = GameId.Parse("night-market") }, CancellationToken.None);
        foreach (var name in boards)
        {
            var board = await store.PutBoardAsync(game, new BoardDefinition { Name = name }, CancellationToken.None);
            await store.OpenWindowsAsync([new WindowOpening(board, "all_time", WindowKind.AllTime, "", null, null, null)], CancellationToken.None);
        }
    }

    public static Task<long> CommitAsync(this SqliteScoreStore store, TimeProvider time, params Sent[] rows)
    {
        var batch = new CommitBatch { At = time.GetUtcNow() };
        Array.ForEach(rows, row => row.AddTo(batch));
        return store.CommitAsync(batch, CancellationToken.None).AsTask();
    }

    public static Task<long> CommitAsync(this SqliteScoreStore store, params Sent[] rows) => store.CommitAsync(TimeProvider.System, rows);

    public static Task<long> CommitProfilesAsync(this SqliteScoreStore store, IEnumerable<int> players, byte[] nickname, byte[] avatar)
    {
        var batch = new CommitBatch { At = TimeProvider.System.GetUtcNow() };
        batch.Profiles.AddRange(players.Select(player => new ProfileRow(1, new PlayerId(player), new ProfileChange { Nickname = nickname, Avatar = avatar })));
        return store.CommitAsync(batch, CancellationToken.None).AsTask();
    }

    public static Task<bool> MaintainAsync(this SqliteScoreStore store) => store.MaintainAsync(CancellationToken.None).AsTask();

    /// <summary>Takes a number of steps of maintaining, whatever they answer; gives the thread that sorts a chance between them.</summary>
    public static async Task MaintainAsync(this SqliteScoreStore store, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            await store.MaintainAsync();
            await Task.Yield();
        }
    }

    /// <summary>Maintains until the whole log is folded and nothing waits.</summary>
    public static async Task FoldAllAsync(this SqliteScoreStore store, TemporaryFolder folder)
    {
        for (var step = 0; folder.Select("SELECT folded = log_number FROM store")[0] != "1"; step++)
        {
            Assert.True(step < 10_000, "The fold does not come to its end.");
            await store.MaintainAsync();
            await Task.Yield();
        }

        while (await store.MaintainAsync())
        {
        }
    }
}

using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Jinbang.Storage.Contract;

namespace Jinbang.Storage.Sqlite.Tests;

public sealed class PurgingTests : IDisposable
{
    private const string Left = "SELECT (SELECT count(*) FROM entry), (SELECT count(*) FROM log), (SELECT count(*) FROM log_index), (SELECT count(*) FROM purge)";

    private static readonly SqliteStoreOptions Options = new() { FoldRows = 500, UnsafeWithoutSync = true };

    private readonly TemporaryFolder folder = new();
    private readonly ManualTime time = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(100)]
    public async Task Nothing_of_a_deleted_board_is_left_whatever_was_folded_when_it_was_deleted(int steps)
    {
        await using var store = folder.Open(Options, time);
        await store.OpenGameAsync("main", "other");
        await WriteAsync(store, board: 1, rows: 1_000);
        await store.MaintainAsync(steps);
        await WriteAsync(store, board: 1, rows: 300, order: 2_000);
        await store.CommitAsync(time, StoreCalls.Row(2, 1, 5, 1));
        await store.DeleteBoardAsync(1, CancellationToken.None);
        await WriteAsync(store, board: 2, rows: 10, order: 5);
        await FoldAndPurgeAsync(store);
        Assert.Equal(["10|11|11|0"], folder.Select(Left));
    }

    [Fact]
    public async Task Purging_goes_on_after_a_restart_at_any_step()
    {
        await using (var store = folder.Open(Options, time))
        {
            await store.OpenGameAsync("main", "other");
            await store.RegisterAsync(
                1, [.. Enumerable.Range(1, 700).Select(static number => Boards.Players.ExternalId.Copy(System.Text.Encoding.UTF8.GetBytes($"o-{number}")))], CancellationToken.None);
            await store.CommitProfilesAsync(Enumerable.Range(1, 600), "云"u8.ToArray(), "a"u8.ToArray());
            await WriteAsync(store, board: 1, rows: 1_500);
            await WriteAsync(store, board: 2, rows: 700);
            await store.DeleteGameAsync(1, CancellationToken.None);
        }

        for (var opening = 0; opening < 200 && folder.Select(Left)[0] != "0|0|0|0"; opening++)
        {
            await using var store = folder.Open(Options, time);
            Assert.Empty((await store.LoadAsync(CancellationToken.None)).Games);
            time.Advance(TimeSpan.FromSeconds(10));
            await store.MaintainAsync(steps: opening % 40 + 1);
        }

        Assert.Equal(["0|0|0|0"], folder.Select(Left));
        Assert.Equal(["0|0|0|0|0"], folder.Select(
            "SELECT (SELECT count(*) FROM player), (SELECT count(*) FROM profile), (SELECT count(*) FROM window), (SELECT count(*) FROM board), (SELECT count(*) FROM game)"));
    }

    [Fact]
    public async Task Entries_of_a_replaced_window_go_also_those_that_were_not_folded()
    {
        await using var store = folder.Open(Options, time);
        await store.OpenGameAsync("main");
        await WriteAsync(store, board: 1, rows: 600);
        await store.MaintainAsync(steps: 3);
        var opening = new WindowOpening(1, "all_time", WindowKind.AllTime, "", null, null, null);
        await store.ReplaceWindowsAsync(
            1, new BoardDefinition { Name = "main" }, [new WindowReplacement(1, opening, [new Entry(new PlayerId(3), new Score(4), 5)])], CancellationToken.None);
        await FoldAndPurgeAsync(store);
        Assert.Equal([$"{Key.Of(2, 3)}|4|5"], folder.Select("SELECT key, score, ord FROM entry"));
        Assert.Equal(["600|600|0"], folder.Select("SELECT (SELECT count(*) FROM log), (SELECT count(*) FROM log_index), (SELECT count(*) FROM purge)"));
        Assert.Equal(["all_time|open|3|4"], folder.Select("SELECT window, state, player, score FROM standing"));
    }

    private async Task WriteAsync(SqliteScoreStore store, int board, int rows, long order = 0) => await store.CommitAsync(
        time, [.. Enumerable.Range(1, rows).Select(player => StoreCalls.Row(board, player, player, order + player) with { Key = $"k-{order + player}" })]);

    private async Task FoldAndPurgeAsync(SqliteScoreStore store)
    {
        time.Advance(TimeSpan.FromSeconds(10));
        await store.FoldAllAsync(folder);
    }
}

using System.Diagnostics;
using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Npgsql;

namespace Jinbang.Storage.Postgres.Tests;

public sealed class SharingTests : IAsyncLifetime
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private TemporaryDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await TemporaryDatabase.CreateAsync();

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task A_board_that_another_has_claimed_takes_nothing_from_its_former_owner()
    {
        await using var one = await JoinAsync("one");
        await using var other = await JoinAsync("other");
        var board = await MakeBoardAsync(one);
        var window = await ClaimAndOpenAsync(one, board);
        await one.CommitAsync(Batch(board, window, 1, 10, 1), CancellationToken.None);
        Assert.True(await other.ClaimAsync(board, CancellationToken.None));
        var batch = Batch(board, window, 1, 99, 2);
        batch.Records.Add(new RecordRow("kind", "id", "{}"));
        var lost = await Assert.ThrowsAsync<BoardsLostException>(async () => await one.CommitAsync(batch, CancellationToken.None));
        Assert.Equal([board], lost.Boards);
        await Assert.ThrowsAsync<BoardsLostException>(async () => await one.OpenWindowsAsync([new(board, "late", WindowKind.AllTime, "", null, null, null)], CancellationToken.None));
        await Assert.ThrowsAsync<BoardsLostException>(async () => await one.PutBoardAsync(1, new BoardDefinition { Name = "main", Title = "new" }, CancellationToken.None));
        Assert.Equal([10], (await other.ReadLogAsync(board, 0, 10, CancellationToken.None)).Select(static row => (int)row.Submitted.First));
        Assert.Empty(await other.ReadRecordsAsync("kind", CancellationToken.None));
        Assert.Equal(1, await other.CommitAsync(Batch(board, window, 1, 50, 2), CancellationToken.None) is var commit && commit > 0 ? 1 : 0);
        Assert.Equal([1, 2], (await other.ReadLogAsync(board, 0, 10, CancellationToken.None)).Select(static row => (int)row.Number));
    }

    [Fact]
    public async Task A_batch_of_several_boards_is_stored_whole_or_not_at_all()
    {
        await using var one = await JoinAsync("one");
        await using var other = await JoinAsync("other");
        var boards = new[] { await MakeBoardAsync(one, "a"), await MakeBoardAsync(one, "b") };
        var windows = new[] { await ClaimAndOpenAsync(one, boards[0]), await ClaimAndOpenAsync(one, boards[1]) };
        await other.ClaimAsync(boards[1], CancellationToken.None);
        var batch = Batch(boards[0], windows[0], 1, 10, 1);
        Add(batch, boards[1], windows[1], 1, 10, 1);
        Assert.Equal([boards[1]], (await Assert.ThrowsAsync<BoardsLostException>(async () => await one.CommitAsync(batch, CancellationToken.None))).Boards);
        Assert.Empty(await one.ReadLogAsync(boards[0], 0, 10, CancellationToken.None));
        await one.CommitAsync(Batch(boards[0], windows[0], 1, 10, 1), CancellationToken.None);
        Assert.Single(await one.ReadLogAsync(boards[0], 0, 10, CancellationToken.None));
    }

    [Fact]
    public async Task A_claim_waits_for_a_write_that_is_running()
    {
        await using var one = await JoinAsync("one");
        await using var other = await JoinAsync("other");
        var board = await MakeBoardAsync(one);
        await ClaimAndOpenAsync(one, board);
        await using var running = new NpgsqlConnection(database.ConnectionString + ";Pooling=false");
        await running.OpenAsync();
        await using var transaction = await running.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand($"SELECT FROM ownership WHERE board = {board} FOR SHARE", running, transaction))
        {
            await command.ExecuteNonQueryAsync();
        }

        var claim = other.ClaimAsync(board, CancellationToken.None).AsTask();
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        Assert.False(claim.IsCompleted);
        await transaction.CommitAsync();
        Assert.True(await claim);
    }

    [Fact]
    public async Task Whoever_claims_a_board_waits_until_its_former_owner_has_released_it_or_lost_his_lease()
    {
        await using var one = await JoinAsync("one");
        await using var other = await JoinAsync("other");
        await using var third = await JoinAsync("third");
        var board = await MakeBoardAsync(one);
        await ClaimAndOpenAsync(one, board);
        await other.ClaimAsync(board, CancellationToken.None);
        await third.ClaimAsync(board, CancellationToken.None);
        Assert.InRange(await third.ReadWaitAsync(board, CancellationToken.None), TimeSpan.FromTicks(1), Lease);
        Assert.Equal([board], (await one.RenewAsync(default, Lease, CancellationToken.None)).Lost);
        await one.ReleaseAsync([board], CancellationToken.None);
        Assert.Empty((await one.RenewAsync(default, Lease, CancellationToken.None)).Lost);
        Assert.InRange(await third.ReadWaitAsync(board, CancellationToken.None), TimeSpan.FromTicks(1), Lease);
        await database.ExecuteAsync($"UPDATE member SET lease_until = clock_timestamp() - interval '1 second' WHERE number = {other.Member}");
        Assert.Equal(TimeSpan.Zero, await third.ReadWaitAsync(board, CancellationToken.None));
        Assert.Equal(third.Member, Assert.Single(await third.ReadOwnershipsAsync(CancellationToken.None)).Owner);
    }

    [Fact]
    public async Task A_claim_whose_answer_did_not_come_is_given_up_with_what_a_renewal_tells()
    {
        await using var one = await JoinAsync("one");
        await using var other = await JoinAsync("other");
        var board = await MakeBoardAsync(one);

        // As if it had claimed the board and not been told.
        await database.ExecuteAsync($"UPDATE ownership SET epoch = epoch + 1, owner = {one.Member} WHERE board = {board}");
        Assert.True(await other.ClaimAsync(board, CancellationToken.None));
        Assert.Equal([board], (await one.RenewAsync(default, Lease, CancellationToken.None)).Lost);
        await one.ReleaseAsync([board], CancellationToken.None);
        Assert.Equal(TimeSpan.Zero, await other.ReadWaitAsync(board, CancellationToken.None));
    }

    [Fact]
    public async Task Orphans_are_the_boards_whose_owner_is_gone_and_0_while_nobody_tells_of_events()
    {
        await using var one = await JoinAsync("one");
        var other = await JoinAsync("other");
        var (a, b) = (await MakeBoardAsync(one, "a"), await MakeBoardAsync(one, "b"));
        Assert.Equal([0, a, b], await one.ReadOrphansAsync(10, CancellationToken.None));
        await one.ClaimAsync(0, CancellationToken.None);
        await one.ClaimAsync(a, CancellationToken.None);
        await other.ClaimAsync(b, CancellationToken.None);
        Assert.Empty(await one.ReadOrphansAsync(10, CancellationToken.None));
        await other.LeaveAsync(CancellationToken.None);
        await other.DisposeAsync();
        Assert.Equal([b], await one.ReadOrphansAsync(10, CancellationToken.None));
        Assert.Equal(["one"], (await one.ReadMembersAsync(CancellationToken.None)).Select(static member => member.Description.Name));
        await database.ExecuteAsync("UPDATE member SET lease_until = clock_timestamp() - interval '1 second'");
        Assert.Equal([0, a, b], await one.ReadOrphansAsync(10, CancellationToken.None));
    }

    [Fact]
    public async Task A_renewal_tells_what_has_changed_and_whether_it_came_too_late()
    {
        await using var one = await JoinAsync("one");
        await using var other = await JoinAsync("other");
        var before = await one.RenewAsync(default, Lease, CancellationToken.None);
        var board = await MakeBoardAsync(other);
        var batch = new CommitBatch { At = TimeProvider.System.GetUtcNow() };
        batch.Records.Add(new RecordRow("kind", "id", "{}"));
        await other.CommitAsync(batch, CancellationToken.None);
        var number = await other.BeginErasureAsync(1, [new PlayerId(1), new PlayerId(2)], CancellationToken.None);
        var after = await one.RenewAsync(new MemberLoad(1, 2, 3), Lease, CancellationToken.None);
        Assert.True(after.IsMember && after.Catalog > before.Catalog && after.Records > before.Records);
        Assert.Equal((number, before.Erasures + 2), (after.Erasures, number));
        Assert.Equal([(number - 1, 1), (number, 2)], (await one.ReadErasuresAsync(before.Erasures, CancellationToken.None)).Select(static row => (row.Number, row.Player.Number)));
        Assert.False(await one.IsErasedAsync(1, number, CancellationToken.None));
        await other.ClaimAsync(board, CancellationToken.None);
        await other.EraseFromBoardAsync(board, [new PlayerId(1), new PlayerId(2)], [], number, CancellationToken.None);
        Assert.True(await one.IsErasedAsync(1, number, CancellationToken.None));
        Assert.Equal(new MemberLoad(1, 2, 3), (await other.ReadMembersAsync(CancellationToken.None))[0].Load);
        await database.ExecuteAsync($"UPDATE member SET lease_until = clock_timestamp() - interval '10 minutes' WHERE number = {one.Member}");
        Assert.False((await one.RenewAsync(default, Lease, CancellationToken.None)).IsMember);
    }

    [Fact]
    public async Task A_server_alone_refuses_to_start_beside_another_and_takes_over_when_its_lease_is_over()
    {
        var quick = new PostgresStoreOptions { Lease = TimeSpan.FromSeconds(1) };
        var one = await database.OpenAsync(quick);
        await Assert.ThrowsAsync<StoreOpenException>(() => database.OpenAsync(quick));
        await Assert.ThrowsAsync<StoreOpenException>(async () => await JoinAsync("shared"));
        var board = await MakeBoardAsync(one);
        var window = (await one.OpenWindowsAsync([new(board, "all_time", WindowKind.AllTime, "", null, null, null)], CancellationToken.None))[0];
        await one.CommitAsync(Batch(board, window, 1, 10, 1), CancellationToken.None);

        // As if it had been frozen for long.
        await database.ExecuteAsync("DELETE FROM member");
        await using var other = await database.OpenAsync(quick);
        await Assert.ThrowsAsync<StoreBrokenException>(async () => await one.CommitAsync(Batch(board, window, 1, 99, 2), CancellationToken.None));
        await other.CommitAsync(Batch(board, window, 1, 20, 2), CancellationToken.None);
        Assert.Equal([10, 20], (await other.ReadLogAsync(board, 0, 10, CancellationToken.None)).Select(static row => (int)row.Submitted.First));
        await one.DisposeAsync();
    }

    [Fact]
    public async Task Members_commit_to_their_own_boards_at_the_same_time_and_versions_of_a_board_grow()
    {
        await using var one = await JoinAsync("one");
        await using var other = await JoinAsync("other");
        var tasks = new[] { one, other }.Select(async (store, i) =>
        {
            var board = await MakeBoardAsync(store, $"board-{i}");
            var window = await ClaimAndOpenAsync(store, board);
            var last = 0L;
            for (var order = 1; order <= 200; order++)
            {
                var commit = await Task.Run(async () => await store.CommitAsync(Batch(board, window, order % 7 + 1, order, order), CancellationToken.None));
                Assert.True(commit > last);
                last = commit;
            }

            Assert.Equal(Enumerable.Range(1, 200), (await store.ReadLogAsync(board, 0, 1000, CancellationToken.None)).Select(static row => (int)row.Number));
            return last;
        });
        Assert.Equal((await Task.WhenAll(tasks)).Max(), await one.ReadVersionAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_fold_in_the_background_keeps_the_tail_short_and_loses_nothing()
    {
        await using var store = await JoinAsync("one", new PostgresStoreOptions { IsShared = true, FoldRows = 50, FoldAge = TimeSpan.FromMilliseconds(50) });
        var board = await MakeBoardAsync(store);
        var window = await ClaimAndOpenAsync(store, board);
        for (var order = 1; order <= 1_000; order++)
        {
            await store.CommitAsync(Batch(board, window, order % 70 + 1, order, order), CancellationToken.None);
            await store.MaintainAsync(CancellationToken.None);
            Assert.True(await database.NumberAsync($"SELECT {order} - folded FROM board WHERE number = {board}") <= 4 * 50 + 1);
        }

        var clock = Stopwatch.StartNew();
        while (await database.NumberAsync($"SELECT folded FROM board WHERE number = {board}") < 1_000 && clock.Elapsed < TimeSpan.FromSeconds(20))
        {
            await store.MaintainAsync(CancellationToken.None);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        Assert.Equal(1_000, await database.NumberAsync($"SELECT folded FROM board WHERE number = {board}"));
        Assert.Equal(70, await database.NumberAsync($"SELECT count(*) FROM entry WHERE \"window\" = {window} AND score > 930"));
    }

    private async Task<PostgresScoreStore> JoinAsync(string name, PostgresStoreOptions? options = null)
    {
        var store = await database.OpenAsync(options ?? new PostgresStoreOptions { IsShared = true });
        try
        {
            await store.JoinAsync(new MemberDescription(name, ""), Lease, CancellationToken.None);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    internal static async Task<int> MakeBoardAsync(IScoreStore store, string name = "main")
    {
        var game = await store.PutGameAsync(new GameDefinition { Id = GameId.Parse("night-market") }, CancellationToken.None);
        return await store.PutBoardAsync(game, new BoardDefinition { Name = name }, CancellationToken.None);
    }

    internal static async Task<int> ClaimAndOpenAsync(ISharedStore store, int board)
    {
        Assert.True(await store.ClaimAsync(board, CancellationToken.None));
        return (await store.OpenWindowsAsync([new(board, "all_time", WindowKind.AllTime, "", null, null, null)], CancellationToken.None))[0];
    }

    internal static CommitBatch Batch(int board, int window, int player, long score, long order)
    {
        var batch = new CommitBatch { At = TimeProvider.System.GetUtcNow() };
        Add(batch, board, window, player, score, order);
        return batch;
    }

    private static void Add(CommitBatch batch, int board, int window, int player, long score, long order)
    {
        batch.Submissions.Add(new SubmissionRow(board, new PlayerId(player), order, new ScoreColumns(score), SubmitResult.First, null, null, batch.Windows.Count, 1));
        batch.Windows.Add(new WindowLine(window, SubmitResult.First, new ScoreColumns(score), new Rank(1), default, 1));
    }
}

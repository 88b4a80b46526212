using Jinbang.Boards.Storage;

namespace Jinbang.Storage.Postgres.Tests;

public sealed class SharedStatusTests
{
    [Fact]
    public async Task Says_who_is_there_who_has_what_and_what_is_behind()
    {
        await using var database = await TemporaryDatabase.CreateAsync();
        await using var one = await database.OpenAsync(new PostgresStoreOptions { IsShared = true, TidiesAtOnce = true, FoldAge = TimeSpan.Zero });
        await one.JoinAsync(new MemberDescription("one", "127.0.0.1:1"), TimeSpan.FromSeconds(30), CancellationToken.None);
        await using var other = await database.OpenAsync(new PostgresStoreOptions { IsShared = true });
        await other.JoinAsync(new MemberDescription("other", "127.0.0.1:2"), TimeSpan.FromSeconds(30), CancellationToken.None);
        var board = await SharingTests.MakeBoardAsync(one);
        var window = await SharingTests.ClaimAndOpenAsync(one, board);
        await one.CommitAsync(SharingTests.Batch(board, window, 1, 10, 1), CancellationToken.None);
        await one.MaintainAsync(CancellationToken.None);
        await one.CommitAsync(SharingTests.Batch(board, window, 2, 10, 2), CancellationToken.None);
        await one.SetFollowerAsync(board, other.Member, CancellationToken.None);
        await other.NoteFollowedAsync(board, 1, CancellationToken.None);
        await one.RenewAsync(new MemberLoad(1, 2, 0), TimeSpan.FromSeconds(30), CancellationToken.None);

        var status = await SharedStatus.ReadAsync(database.ConnectionString, CancellationToken.None);
        Assert.Equal(["one", "other"], status.Members.Select(static member => member.Name));
        Assert.Equal(new MemberLoad(1, 2, 0), status.Members[0].Load);
        Assert.InRange(status.Members[0].Lease, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30));
        Assert.Equal(new BoardStatus("night-market", "main", board, 1, one.Member, other.Member, 1, 1, 1), Assert.Single(status.Boards));
        Assert.Contains("no synchronous standby", status.Durability, StringComparison.Ordinal);
        Assert.Empty(status.Standbys);
    }

    [Fact]
    public async Task An_empty_database_is_named_as_one_and_left_as_it_is()
    {
        await using var database = await TemporaryDatabase.CreateAsync();
        Assert.Contains("empty", (await Assert.ThrowsAsync<StoreOpenException>(() => SharedStatus.ReadAsync(database.ConnectionString, CancellationToken.None))).Message, StringComparison.Ordinal);
        Assert.Equal(0, await database.NumberAsync("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
    }
}

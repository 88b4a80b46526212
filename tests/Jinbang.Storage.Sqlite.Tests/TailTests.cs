namespace Jinbang.Storage.Sqlite.Tests;

public sealed class TailTests
{
    private readonly ManualTime time = new();

    [Fact]
    public void A_fold_keeps_the_last_row_of_each_player_in_the_order_of_keys()
    {
        var tail = new Tail(new SqliteStoreOptions { FoldRows = 5 }, time);
        tail.Add(board: 2, player: 1, score: 5, order: 1, number: 1);
        tail.Add(board: 1, player: 9, score: 7, order: 1, number: 2);
        tail.Add(board: 1, player: 2, score: 3, order: 2, number: 3);
        tail.Add(board: 1, player: 9, score: 8, order: 3, number: 4);
        tail.Add(board: 2, player: 1, score: 4, order: 2, number: 5);
        tail.BeginFold();
        var fold = tail.WaitForSorting()!;
        Assert.Equal([RowOf(1, 2, 3, 2), RowOf(1, 9, 8, 3), RowOf(2, 1, 4, 2)], fold.Rest.ToArray());
        Assert.Equal(new Dictionary<int, long> { [1] = 3, [2] = 2 }, fold.LastOrders);
        Assert.Equal(5, fold.UpTo);
        fold.Written = 2;
        Assert.Equal([RowOf(2, 1, 4, 2)], fold.Rest.ToArray());
    }

    [Fact]
    public void A_fold_begins_when_there_are_enough_rows()
    {
        var tail = new Tail(new SqliteStoreOptions { FoldRows = 3 }, time);
        Add(tail, 1, 2);
        tail.BeginFold();
        Assert.Null(tail.WaitForSorting());
        Add(tail, 3, 3);
        tail.BeginFold();
        Assert.Equal(3, tail.WaitForSorting()!.UpTo);
    }

    [Fact]
    public void A_fold_begins_when_the_oldest_row_is_old_enough()
    {
        var tail = new Tail(new SqliteStoreOptions { FoldAge = TimeSpan.FromSeconds(10) }, time);
        time.Advance(TimeSpan.FromHours(1));
        Add(tail, 1, 1);
        time.Advance(TimeSpan.FromSeconds(9));
        Add(tail, 2, 2);
        tail.BeginFold();
        Assert.Null(tail.WaitForSorting());
        time.Advance(TimeSpan.FromSeconds(1));
        tail.BeginFold();
        Assert.Equal(2, tail.WaitForSorting()!.UpTo);
    }

    [Fact]
    public void Rows_that_come_during_a_fold_wait_for_the_next_one()
    {
        var tail = new Tail(new SqliteStoreOptions { FoldRows = 2 }, time);
        Add(tail, 1, 2);
        tail.BeginFold();
        Add(tail, 3, 4);
        tail.BeginFold();
        Assert.Equal(2, tail.WaitForSorting()!.UpTo);
        tail.EndFold();
        tail.BeginFold();
        Assert.Equal(4, tail.WaitForSorting()!.UpTo);
    }

    [Fact]
    public void The_tail_is_too_long_when_a_fold_runs_and_twice_its_rows_wait()
    {
        var tail = new Tail(new SqliteStoreOptions { FoldRows = 2 }, time);
        Add(tail, 1, 9);
        Assert.False(tail.IsTooLong);
        tail.BeginFold();
        Add(tail, 10, 12);
        Assert.False(tail.IsTooLong);
        Add(tail, 13, 13);
        Assert.True(tail.IsTooLong);
        tail.WaitForSorting();
        tail.EndFold();
        Assert.False(tail.IsTooLong);
    }

    private static Tail.Row RowOf(int board, int player, long score, long order) => new(Key.Of(board, player), score, order);

    private static void Add(Tail tail, int from, int to)
    {
        for (var number = from; number <= to; number++)
        {
            tail.Add(StoreCalls.Row(1, number, number, number), number);
        }
    }
}

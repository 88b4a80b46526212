using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Ranking;
using Jinbang.Storage.Contract;

namespace Jinbang.Storage.Sqlite.Tests;

public sealed class TailTests
{
    private readonly ManualTime time = new();

    [Fact]
    public void A_fold_keeps_the_last_row_of_each_entry_in_the_order_of_keys_and_every_index_row()
    {
        var tail = new Tail(new SqliteStoreOptions { FoldRows = 10 }, time);
        Add(tail, board: 2, player: 1, score: 5, order: 1, number: 1);
        Add(tail, board: 1, player: 9, score: 7, order: 1, number: 2);
        Add(tail, board: 1, player: 2, score: 3, order: 2, number: 3, hash: 77);
        Add(tail, board: 1, player: 9, score: 8, order: 3, number: 4);
        Add(tail, board: 2, player: 1, score: 4, order: 2, number: 5);
        tail.BeginFold();
        var fold = tail.WaitForSorting()!;
        Assert.Equal([RowOf(1, 2, 3, 2), RowOf(1, 9, 8, 3), RowOf(2, 1, 4, 2)], fold.Entries.ToArray());
        Assert.Equal(
            [new(Key.Of(1, 2), 77, 3), new(Key.Of(1, 9), 0, 2), new(Key.Of(1, 9), 0, 4), new(Key.Of(2, 1), 0, 1), new(Key.Of(2, 1), 0, 5)], fold.Index.ToArray());
        Assert.Equal(new Dictionary<int, long> { [1] = 3, [2] = 2 }, fold.LastOrders);
        Assert.Equal(5, fold.UpTo);
        fold.EntriesWritten = 2;
        Assert.Equal([RowOf(2, 1, 4, 2)], fold.Entries.ToArray());
    }

    [Fact]
    public void A_row_that_changes_no_entry_is_in_the_index_alone()
    {
        var tail = new Tail(new SqliteStoreOptions { FoldAge = TimeSpan.Zero }, time);
        tail.Add(1, 1, 0, [new WindowLine(1, SubmitResult.NotBetter, new ScoreColumns(5), default, default, 0)], null, 7, 1);
        tail.BeginFold();
        var fold = tail.WaitForSorting()!;
        Assert.True(fold.Entries.IsEmpty);
        Assert.Equal([new(Key.Of(1, 1), 7, 1)], fold.Index.ToArray());
    }

    [Fact]
    public void A_fold_begins_when_there_are_enough_rows()
    {
        var tail = new Tail(new SqliteStoreOptions { FoldRows = 6 }, time);
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
        var tail = new Tail(new SqliteStoreOptions { FoldRows = 4 }, time);
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
        var tail = new Tail(new SqliteStoreOptions { FoldRows = 4 }, time);
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_rows_of_a_window_are_found_in_order_by_group_and_by_search(bool isAsOpened)
    {
        var tail = new Tail(new SqliteStoreOptions { FoldRows = 1 }, time);
        for (var number = 1; number <= 40_000; number++)
        {
            Add(tail, board: number % 3 + 1, player: number % 7, score: number, order: number, number);
            if (number == 30_000)
            {
                tail.BeginFold();
                tail.WaitForSorting();
            }
        }

        if (isAsOpened)
        {
            tail.SetOpened(40_000);
        }

        for (var window = 0; window <= 4; window++)
        {
            var expected = Enumerable.Range(1, 40_000).Where(number => number % 3 + 1 == window).Select(number => RowOf(window, number % 7, number, number));
            Assert.Equal(expected, tail.RowsOf(window));
        }

        Add(tail, board: 2, player: 1, score: 9, order: 40_001, number: 40_001);
        Assert.Equal(RowOf(2, 1, 9, 40_001), tail.RowsOf(2)[^1]);
    }

    [Fact]
    public void Keys_with_the_same_hash_are_all_found_until_their_fold_has_ended()
    {
        var tail = new Tail(new SqliteStoreOptions { FoldRows = 1 }, time);
        Add(tail, 1, 1, 5, 1, number: 1, hash: 9);
        Add(tail, 1, 1, 5, 2, number: 2, hash: 9);
        Add(tail, 1, 2, 5, 3, number: 3, hash: 9);
        tail.BeginFold();
        Add(tail, 1, 1, 5, 4, number: 4, hash: 9);
        Assert.Equal([1, 2, 4], Find(tail, Key.Of(1, 1), 9));
        Assert.Empty(Find(tail, Key.Of(1, 1), 8));
        tail.WaitForSorting();
        tail.EndFold();
        Assert.Equal([4], Find(tail, Key.Of(1, 1), 9));
    }

    [Fact]
    public void What_is_removed_is_in_no_fold_and_found_nowhere()
    {
        var tail = new Tail(new SqliteStoreOptions { FoldRows = 1 }, time);
        Add(tail, 1, 1, 5, 1, number: 1, hash: 9, metadata: "1"u8.ToArray());
        Add(tail, 1, 2, 5, 2, number: 2, hash: 9, metadata: "2"u8.ToArray());
        tail.BeginFold();
        Add(tail, 1, 1, 6, 3, number: 3, hash: 10, metadata: "3"u8.ToArray());
        tail.Remove(static key => Key.Second(key) == 1, static key => Key.Second(key) == 1);
        var fold = tail.WaitForSorting()!;
        Assert.Equal([RowOf(1, 2, 5, 2)], fold.Entries.ToArray());
        Assert.Equal([new(Key.Of(1, 2), 9, 2)], fold.Index.ToArray());
        Assert.Equal([RowOf(1, 2, 5, 2)], tail.RowsOf(1));
        Assert.Empty(tail.IndexOf(static owner => owner == Key.Of(1, 1)));
        Assert.Empty(Find(tail, Key.Of(1, 1), 9));
        Assert.Empty(Find(tail, Key.Of(1, 1), 10));
        Assert.Null(tail.MetadataOf(Key.Of(1, 1)));
        Assert.Equal(2, tail.MetadataOf(Key.Of(1, 2))!.Value.Order);
        Assert.Equal(3, tail.LastOrders()[1]);
    }

    [Fact]
    public void A_row_without_metadata_takes_away_what_an_earlier_one_had()
    {
        var tail = new Tail(new SqliteStoreOptions { FoldRows = 1 }, time);
        Add(tail, 1, 1, 5, 1, number: 1, metadata: "1"u8.ToArray());
        tail.BeginFold();
        Add(tail, 1, 1, 6, 2, number: 2);
        Assert.Equal(new EntryMetadata(0, null), tail.MetadataOf(Key.Of(1, 1)));
        var fold = tail.WaitForSorting()!;
        Assert.Equal("1"u8.ToArray(), fold.MetadataOf(fold.Entries[0]));
        tail.EndFold();
        tail.BeginFold();
        fold = tail.WaitForSorting()!;
        Assert.Null(fold.MetadataOf(fold.Entries[0]));
    }

    private static List<long> Find(Tail tail, long owner, long hash)
    {
        var numbers = new List<long>();
        tail.Find(owner, hash, numbers);
        return numbers;
    }

    private static TailRow RowOf(int window, int player, long score, long order) => new(Key.Of(window, player), new ScoreColumns(score), order);

    private static void Add(Tail tail, int board, int player, long score, long order, long number, long hash = 0, byte[]? metadata = null) =>
        tail.Add(board, player, order, [Sent.Line(board, new ScoreColumns(score))], metadata, hash, number);

    private static void Add(Tail tail, int from, int to)
    {
        for (var number = from; number <= to; number++)
        {
            Add(tail, 1, number, number, number, number);
        }
    }
}

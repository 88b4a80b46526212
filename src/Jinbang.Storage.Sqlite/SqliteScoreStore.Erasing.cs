using Jinbang.Boards.Storage;
using Jinbang.Ranking;

namespace Jinbang.Storage.Sqlite;

// Forgetting a player, in one synced transaction. Two things would be lost with his rows of the log and are kept first: his entries in closed windows that
// are not folded yet, and how far the order numbers of his boards have come.

public sealed partial class SqliteScoreStore
{
    /// <inheritdoc />
    public ValueTask<long> EraseAsync(int game, IReadOnlyList<PlayerId> players, IReadOnlyList<int> openWindows, CancellationToken cancellationToken)
    {
        tail.WaitForSorting();
        var erased = players.Select(static player => player.Number).ToHashSet();
        var open = openWindows.ToHashSet();
        var boards = NumbersOf("SELECT number FROM board WHERE game = ?1", game);
        var windows = NumbersOf("SELECT window.number FROM window JOIN board ON board.number = window.board WHERE game = ?1", game);
        bool IsEntry(long key) => erased.Contains(Key.Second(key)) && windows.Contains(Key.First(key));
        bool IsOwner(long key) => erased.Contains(Key.Second(key)) && boards.Contains(Key.First(key));

        Securely(() =>
        {
            Transact(() =>
            {
                KeepRest(windows, erased, open, boards);
                foreach (var row in tail.IndexOf(IsOwner))
                {
                    DeleteRow(row);
                }

                EraseRows(game, erased, windows, open, boards);
                CountCommit(time.GetUtcNow(), logNumber);
                return true;
            });
            commitNumber++;
            tail.Remove(IsEntry, IsOwner);
        });
        return new(commitNumber);
    }

    private HashSet<int> NumbersOf(string sql, int game) => Numbers(sql, statement => statement.Bind(1, game)).Select(static number => (int)number).ToHashSet();

    private void KeepRest(HashSet<int> windows, HashSet<int> players, HashSet<int> open, HashSet<int> boards)
    {
        foreach (var row in tail.RowsOf(windows, players).Where(row => !open.Contains(Key.First(row.Key))))
        {
            statements.PutEntry.Bind(1, row.Key).Bind(2, row.Scores).Bind(6, row.Order).BindText(7, (byte[]?)null).Run();
        }

        foreach (var (board, order) in tail.LastOrders().Where(last => boards.Contains(last.Key)))
        {
            statements.SetLastOrder.Bind(1, board).Bind(2, order).Run();
        }
    }

    private void EraseRows(int game, HashSet<int> players, HashSet<int> windows, HashSet<int> open, HashSet<int> boards)
    {
        using var deletePlayer = new Statement(database, "DELETE FROM player WHERE key = ?1");
        using var deleteEntry = new Statement(database, "DELETE FROM entry WHERE key = ?1");
        using var removeMetadata = new Statement(database, "UPDATE entry SET metadata = NULL WHERE key = ?1 AND metadata IS NOT NULL");
        foreach (var player in players)
        {
            deletePlayer.Bind(1, Key.Of(game, player)).Run();
            statements.DeleteProfile.Bind(1, Key.Of(game, player)).Run();
            foreach (var window in windows)
            {
                (open.Contains(window) ? deleteEntry : removeMetadata).Bind(1, Key.Of(window, player)).Run();
            }

            foreach (var board in boards)
            {
                foreach (var row in IndexRows("SELECT owner, key, number FROM log_index WHERE owner = ?1", select => select.Bind(1, Key.Of(board, player))))
                {
                    DeleteRow(row);
                }
            }
        }
    }
}

using Jinbang.Boards.Storage;

namespace Jinbang.Storage.Sqlite;

// What names a board or a game goes at once, in one synced transaction; what may be many rows goes afterwards in slices, from a list in the table "purge"
// that survives a restart. Rows of the tail may still belong to what was deleted, and folding writes them as any others: so the clearing of something waits
// until the log is folded up to where it stood when that was deleted. From then on nothing writes rows of it.

public sealed partial class SqliteScoreStore
{
    private enum PurgeKind
    {
        Window = 1,
        Board = 2,
        Game = 3,
    }

    /// <inheritdoc />
    public ValueTask DeleteBoardAsync(int board, CancellationToken cancellationToken)
    {
        Transact(() =>
        {
            DeleteBoard(board);
            return true;
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask DeleteGameAsync(int game, CancellationToken cancellationToken)
    {
        Securely(() => Transact(() =>
        {
            foreach (var board in Numbers("SELECT number FROM board WHERE game = ?1", statement => statement.Bind(1, game)))
            {
                DeleteBoard((int)board);
            }

            Run("DELETE FROM event WHERE game = ?1", statement => statement.Bind(1, game));
            Run("DELETE FROM game WHERE number = ?1", statement => statement.Bind(1, game));
            AddPurge(PurgeKind.Game, game);
            return true;
        }));
        return ValueTask.CompletedTask;
    }

    private void DeleteBoard(int board)
    {
        Run(
            "INSERT OR IGNORE INTO purge (kind, number, after) SELECT ?1, number, ?2 FROM window WHERE board = ?3",
            statement => statement.Bind(1, (long)PurgeKind.Window).Bind(2, logNumber).Bind(3, board));
        Run("DELETE FROM window WHERE board = ?1", statement => statement.Bind(1, board));
        Run("DELETE FROM board WHERE number = ?1", statement => statement.Bind(1, board));
        AddPurge(PurgeKind.Board, board);
    }

    private void AddPurge(PurgeKind kind, int number) => Run(
        "INSERT OR IGNORE INTO purge (kind, number, after) VALUES (?1, ?2, ?3)",
        statement => statement.Bind(1, (long)kind).Bind(2, number).Bind(3, logNumber));

    /// <summary>Clears away a slice of what was deleted.</summary>
    /// <returns>Whether there was anything to do.</returns>
    private bool Purge()
    {
        if (!statements.NextPurge.Bind(1, folded).Step())
        {
            return false;
        }

        var kind = (PurgeKind)statements.NextPurge.Number(0);
        var number = (int)statements.NextPurge.Number(1);
        statements.NextPurge.Reset();
        Securely(() => Unsynced(() =>
        {
            var deleted = kind switch
            {
                PurgeKind.Window => DeleteSome("entry", number),
                PurgeKind.Board => DeleteSomeOfLog(number),
                PurgeKind.Game => DeleteSome("player", number) + DeleteSome("profile", number),
            };
            if (deleted == 0)
            {
                Run("DELETE FROM purge WHERE kind = ?1 AND number = ?2", statement => statement.Bind(1, (long)kind).Bind(2, number));
            }

            return true;
        }));
        return true;
    }

    private int DeleteSome(string table, int first) => Run(
        $"DELETE FROM {table} WHERE key IN (SELECT key FROM {table} WHERE key BETWEEN ?1 AND ?2 LIMIT ?3)",
        statement => statement.Bind(1, Key.Of(first, 0)).Bind(2, Key.Of(first, -1)).Bind(3, SliceRows));

    private int DeleteSomeOfLog(int board)
    {
        var rows = IndexRows(
            "SELECT owner, key, number FROM log_index WHERE owner BETWEEN ?1 AND ?2 LIMIT ?3",
            statement => statement.Bind(1, Key.Of(board, 0)).Bind(2, Key.Of(board, -1)).Bind(3, SliceRows));
        foreach (var row in rows)
        {
            DeleteRow(row);
        }

        return rows.Count;
    }

    private List<IndexRow> IndexRows(string sql, Func<Statement, Statement> bind)
    {
        using var select = new Statement(database, sql);
        bind(select);
        var rows = new List<IndexRow>();
        while (select.Step())
        {
            rows.Add(new IndexRow(select.Number(0), select.Number(1), select.Number(2)));
        }

        return rows;
    }
}

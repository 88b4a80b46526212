using Jinbang.Boards.Storage;
using Jinbang.Ranking;

namespace Jinbang.Storage.Postgres;

// Forgetting a player. What the log holds of a board is folded first, so that his entries in closed windows, and how far the board's order numbers have come, outlive his
// rows. PostgreSQL keeps what was deleted in its files until a vacuum, and in its write-ahead log and backups for as long as those are kept.

public sealed partial class PostgresScoreStore
{
    private enum PurgeKind
    {
        Window = 1,
        Board = 2,
        Game = 3,
    }

    /// <inheritdoc />
    public ValueTask<long> EraseAsync(int game, IReadOnlyList<PlayerId> players, IReadOnlyList<int> openWindows, CancellationToken cancellationToken)
    {
        var boards = BoardsOf(game);
        boards.ForEach(FoldNow);
        var numbers = players.Select(static player => player.Number).ToArray();
        return new(Transact(() =>
        {
            Fence(boards);
            var number = BeginErasure(game, numbers);
            foreach (var board in boards)
            {
                EraseFrom(board, numbers, openWindows, number);
            }

            return CountCommit();
        }));
    }

    /// <inheritdoc />
    public async ValueTask<long> BeginErasureAsync(int game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken)
    {
        var numbers = players.Select(static player => player.Number).ToArray();
        return await WriteAsync(async opened =>
        {
            await using var transaction = await opened.BeginTransactionAsync(cancellationToken);
            await RunAsync(opened, DeletePlayers, cancellationToken, game, numbers);
            await RunAsync(opened, DeleteProfiles, cancellationToken, game, numbers);
            var number = await OneAsync(opened, AddErasures, cancellationToken, game, numbers);
            await transaction.CommitAsync(cancellationToken);
            return number;
        }, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Erasure>> ReadErasuresAsync(long after, CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<Erasure>>(
        "SELECT number, game, player FROM erasure WHERE number > $1 ORDER BY number",
        static async (reader, cancellationToken) =>
        {
            var erasures = new List<Erasure>();
            while (await reader.ReadAsync(cancellationToken))
            {
                erasures.Add(new Erasure(reader.GetInt64(0), reader.GetInt32(1), new PlayerId(reader.GetInt32(2))));
            }

            return erasures;
        },
        cancellationToken,
        after);

    /// <inheritdoc />
    public ValueTask<long> EraseFromBoardAsync(
        int board, IReadOnlyList<PlayerId> players, IReadOnlyList<int> openWindows, long through, CancellationToken cancellationToken)
    {
        FoldNow(board);
        return new(Transact(() =>
        {
            Fence([board]);
            EraseFrom(board, [.. players.Select(static player => player.Number)], openWindows, through);
            return CountCommit();
        }));
    }

    /// <inheritdoc />
    public async ValueTask<bool> IsErasedAsync(int game, long through, CancellationToken cancellationToken) => await ReadAsync(
        "SELECT count(*) FROM board WHERE game = $1 AND erased_through < $2",
        static async (reader, cancellationToken) => await reader.ReadAsync(cancellationToken) && reader.GetInt64(0) == 0,
        cancellationToken,
        game,
        through);

    /// <inheritdoc />
    public ValueTask DeleteBoardAsync(int board, CancellationToken cancellationToken)
    {
        Transact(() =>
        {
            Fence([board]);
            DeleteBoard(board);
            CountCatalogChange();
            return true;
        });
        Forget([board]);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask DeleteGameAsync(int game, CancellationToken cancellationToken)
    {
        var boards = BoardsOf(game);
        Transact(() =>
        {
            Fence(boards);
            boards.ForEach(DeleteBoard);
            Run("DELETE FROM event WHERE game = $1", game);
            Run("DELETE FROM erasure WHERE game = $1", game);
            Run("DELETE FROM game WHERE number = $1", game);
            AddPurge(PurgeKind.Game, game);
            CountCatalogChange();
            return true;
        });
        Forget(boards);
        return ValueTask.CompletedTask;
    }

    private const string DeletePlayers = "DELETE FROM player WHERE game = $1 AND number = ANY ($2)";
    private const string DeleteProfiles = "DELETE FROM profile WHERE game = $1 AND player = ANY ($2)";

    /// <summary>The row of changes is locked first, so erasures become visible in the order of their numbers.</summary>
    private const string AddErasures = """
        WITH counted AS (UPDATE change SET erasures = erasures + cardinality($2::integer[]) RETURNING erasures),
        added AS (
          INSERT INTO erasure (number, game, player)
          SELECT c.erasures - cardinality($2::integer[]) + p.place, $1, p.player FROM counted AS c, unnest($2::integer[]) WITH ORDINALITY AS p (player, place))
        SELECT erasures FROM counted
        """;

    private long BeginErasure(int game, int[] players)
    {
        Run(DeletePlayers, game, players);
        Run(DeleteProfiles, game, players);
        return One(AddErasures, game, players);
    }

    private void EraseFrom(int board, int[] players, IReadOnlyList<int> openWindows, long through)
    {
        var open = openWindows.ToArray();

        // A fold that has lost its caller may still be running: it is waited for, and one that comes later finds nothing to do.
        Run("SELECT FROM board WHERE number = $1 FOR UPDATE", board);
        Run("DELETE FROM log WHERE board = $1 AND player = ANY ($2)", board, players);
        Run(
            "DELETE FROM entry WHERE player = ANY ($2) AND \"window\" IN (SELECT number FROM \"window\" WHERE board = $1 AND number = ANY ($3))", board, players, open);
        Run(
            """
            UPDATE entry SET metadata = NULL WHERE player = ANY ($2) AND metadata IS NOT NULL
              AND "window" IN (SELECT number FROM "window" WHERE board = $1 AND number <> ALL ($3))
            """,
            board, players, open);
        Run("UPDATE board SET erased_through = greatest(erased_through, $2) WHERE number = $1", board, through);
    }

    private List<int> BoardsOf(int game)
    {
        lock (gate)
        {
            try
            {
                Connection();
                using var command = Command("SELECT number FROM board WHERE game = $1 ORDER BY number", game);
                using var reader = command.ExecuteReader();
                var boards = new List<int>();
                while (reader.Read())
                {
                    boards.Add(reader.GetInt32(0));
                }

                return boards;
            }
            catch (Exception fault) when (PostgresErrors.IsOurs(fault))
            {
                CloseIfBroken(fault);
                throw PostgresErrors.Unavailable(fault);
            }
        }
    }

    private void DeleteBoard(int board)
    {
        Run("INSERT INTO purge (kind, number) SELECT $1, number FROM \"window\" WHERE board = $2 ON CONFLICT DO NOTHING", (int)PurgeKind.Window, board);
        Run("DELETE FROM \"window\" WHERE board = $1", board);
        Run("DELETE FROM board WHERE number = $1", board);
        Run("DELETE FROM ownership WHERE board = $1", board);
        Run("DELETE FROM handover WHERE board = $1", board);
        AddPurge(PurgeKind.Board, board);
    }

    private void AddPurge(PurgeKind kind, int number) => Run("INSERT INTO purge (kind, number) VALUES ($1, $2) ON CONFLICT DO NOTHING", (int)kind, number);

    private void Forget(IReadOnlyList<int> boards)
    {
        lock (claiming)
        {
            foreach (var board in boards)
            {
                claims.Remove(board);
            }
        }
    }
}

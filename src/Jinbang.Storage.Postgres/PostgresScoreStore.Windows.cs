using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;
using NpgsqlTypes;

namespace Jinbang.Storage.Postgres;

public sealed partial class PostgresScoreStore
{
    /// <inheritdoc />
    public ValueTask<int> PutGameAsync(GameDefinition game, CancellationToken cancellationToken) => new(Transact(() =>
    {
        var (id, name, origins) = (game.Id.ToString(), game.Name ?? "", new Text(DefinitionJson.WriteOrigins(game.Origins)));
        LockNumbers();
        var number = (int)One("SELECT number FROM game WHERE id = $1", id);
        if (number == 0)
        {
            number = NextNumber("last_game");
            Run("INSERT INTO game (number, id, name, origins) VALUES ($1, $2, $3, $4)", number, id, name, origins);
            CountCatalogChange();
        }
        else if (Run("UPDATE game SET name = $2, origins = $3 WHERE number = $1 AND (name <> $2 OR origins IS DISTINCT FROM $3)", number, name, origins) > 0)
        {
            CountCatalogChange();
        }

        return number;
    }));

    /// <inheritdoc />
    public ValueTask<int> PutBoardAsync(int game, BoardDefinition board, CancellationToken cancellationToken)
    {
        var isNew = false;
        var put = Transact(() =>
        {
            var definition = DefinitionJson.Write(board);
            LockNumbers();
            var number = (int)One("SELECT number FROM board WHERE game = $1 AND name = $2", game, board.Name);
            if (number == 0)
            {
                number = NextNumber("last_board");
                Run(
                    "INSERT INTO board (number, game, name, definition, erased_through) SELECT $1, $2, $3, $4, erasures FROM change",
                    number, game, board.Name, definition);
                Run("INSERT INTO ownership (board, epoch, owner) VALUES ($1, $2, $3)", number, options.IsShared ? 0L : 1L, options.IsShared ? 0 : Member);
                CountCatalogChange();
                isNew = true;
            }
            else if (One("SELECT count(*) FROM board WHERE number = $1 AND definition <> $2", number, definition) > 0)
            {
                Fence([number]);
                Run("UPDATE board SET definition = $2 WHERE number = $1", number, definition);
                CountCommit();
                CountCatalogChange();
            }

            return number;
        });
        if (isNew && !options.IsShared)
        {
            lock (claiming)
            {
                claims[put] = new Claim { Epoch = 1 };
            }
        }

        return new(put);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<int>> OpenWindowsAsync(IReadOnlyList<WindowOpening> windows, CancellationToken cancellationToken)
    {
        if (windows.Count == 0)
        {
            return new([]);
        }

        return new(Transact<IReadOnlyList<int>>(() =>
        {
            Fence(windows.Select(static window => window.Board));
            var numbers = new int[windows.Count];
            for (var i = 0; i < numbers.Length; i++)
            {
                var window = windows[i];
                numbers[i] = (int)One(
                    "SELECT number FROM \"window\" WHERE board = $1 AND rule = $2 AND key = $3 AND state <> 3", window.Board, window.Rule, window.Key);
                numbers[i] = numbers[i] == 0 ? AddWindow(window) : numbers[i];
            }

            return numbers;
        }));
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<int>> ReplaceWindowsAsync(
        int board, BoardDefinition definition, IReadOnlyList<WindowReplacement> windows, CancellationToken cancellationToken)
    {
        FoldNow(board);
        return new(Transact<IReadOnlyList<int>>(() =>
        {
            Fence([board]);
            Run("UPDATE board SET definition = $2 WHERE number = $1", board, DefinitionJson.Write(definition));
            foreach (var window in windows)
            {
                if (Run("UPDATE \"window\" SET state = 3 WHERE number = $1 AND board = $2 AND state = 1", window.Replaces, board) == 0)
                {
                    throw new InvalidOperationException($"Window {window.Replaces} is no open window of board {board}.");
                }

                // Nobody shows its entries any more.
                AddPurge(PurgeKind.Window, window.Replaces);
            }

            var numbers = new int[windows.Count];
            for (var i = 0; i < numbers.Length; i++)
            {
                numbers[i] = AddWindow(windows[i].Opening);
                AddEntries(numbers[i], windows[i]);
                Run(
                    "UPDATE board SET last_order = greatest(last_order, $2) WHERE number = $1",
                    board, windows[i].Entries.Select(static entry => entry.Order).DefaultIfEmpty().Max());
            }

            CountCommit();
            CountCatalogChange();
            return numbers;
        }));
    }

    private int AddWindow(WindowOpening window)
    {
        var number = NextNumber("last_window");
        Run(
            "INSERT INTO \"window\" (number, board, rule, kind, key, starts, ends, closes, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)",
            number, window.Board, window.Rule, (int)window.Kind, window.Key, new Moment(window.Starts), new Moment(window.Ends), new Moment(window.Closes));
        return number;
    }

    /// <summary>Writes the entries of a new window, each with its metadata of the old one if it is the same entry still.</summary>
    private void AddEntries(int number, WindowReplacement window)
    {
        if (window.Entries.Count == 0)
        {
            return;
        }

        Run("CREATE TEMPORARY TABLE IF NOT EXISTS rebuilt (player integer, score bigint, score2 bigint, score3 bigint, score4 bigint, ord bigint, former bigint) ON COMMIT DELETE ROWS");
        using (var copy = connection!.BeginBinaryImport("COPY rebuilt FROM STDIN (FORMAT BINARY)"))
        {
            for (var i = 0; i < window.Entries.Count; i++)
            {
                var entry = window.Entries[i];
                copy.StartRow();
                copy.Write(entry.Player.Number, NpgsqlDbType.Integer);
                copy.Write(entry.Scores.First, NpgsqlDbType.Bigint);
                copy.Write(entry.Scores.Second, NpgsqlDbType.Bigint);
                copy.Write(entry.Scores.Third, NpgsqlDbType.Bigint);
                copy.Write(entry.Scores.Fourth, NpgsqlDbType.Bigint);
                copy.Write(entry.Order, NpgsqlDbType.Bigint);
                copy.Write(window.FormerOrders is { } former ? former[i] : entry.Order, NpgsqlDbType.Bigint);
            }

            copy.Complete();
        }

        Run(
            """
            INSERT INTO entry ("window", player, score, score2, score3, score4, ord, metadata)
            SELECT $1, r.player, r.score, r.score2, r.score3, r.score4, r.ord, old.metadata
            FROM rebuilt AS r LEFT JOIN entry AS old ON old."window" = $2 AND old.player = r.player AND old.ord = r.former ORDER BY r.player
            """,
            number, window.Replaces);
        Run("DELETE FROM rebuilt");
    }

    /// <summary>Whoever gives numbers to games and boards waits here, so that two do not add the same.</summary>
    private void LockNumbers() => Run("SELECT FROM store FOR UPDATE");

    /// <summary>The next number of a kind; within a transaction.</summary>
    private int NextNumber(string column) => (int)One($"UPDATE store SET {column} = {column} + 1 RETURNING {column}");
}

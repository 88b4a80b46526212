using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;
using Jinbang.Ranking;

namespace Jinbang.Storage.Sqlite;

public sealed partial class SqliteScoreStore
{
    private const string FindOpening = "SELECT number FROM window WHERE board = ?1 AND rule = ?2 AND key = ?3 AND state <> 3";

    /// <inheritdoc />
    public ValueTask<int> PutGameAsync(GameDefinition game, CancellationToken cancellationToken)
    {
        var number = 0;
        Transact(() =>
        {
            var id = game.Id.ToString();
            number = (int)Numbers("SELECT number FROM game WHERE id = ?1", statement => statement.BindText(1, id)).FirstOrDefault();
            if (number == 0)
            {
                number = NextNumber("last_game");
                Run("INSERT INTO game (number, id, players) VALUES (?1, ?2, 0)", statement => statement.Bind(1, number).BindText(2, id));
            }

            Run(
                "UPDATE game SET name = ?2, origins = ?3 WHERE number = ?1",
                statement => statement.Bind(1, number).BindText(2, game.Name).BindText(3, DefinitionJson.WriteOrigins(game.Origins)));
            return true;
        });
        return new(number);
    }

    /// <inheritdoc />
    public ValueTask<int> PutBoardAsync(int game, BoardDefinition board, CancellationToken cancellationToken)
    {
        var number = 0;
        var isChange = false;
        Transact(() =>
        {
            number = (int)Numbers("SELECT number FROM board WHERE game = ?1 AND name = ?2", statement => statement.Bind(1, game).BindText(2, board.Name))
                .FirstOrDefault();
            if (number == 0)
            {
                number = NextNumber("last_board");
                Run(
                    "INSERT INTO board (number, game, name, definition, last_order) VALUES (?1, ?2, ?3, '', 0)",
                    statement => statement.Bind(1, number).Bind(2, game).BindText(3, board.Name));
            }
            else
            {
                isChange = Numbers(
                    "SELECT 1 FROM board WHERE number = ?1 AND definition <> ?2",
                    statement => statement.Bind(1, number).BindText(2, DefinitionJson.Write(board))).Count > 0;
            }

            SetDefinition(number, board);
            if (isChange)
            {
                CountCommit(time.GetUtcNow(), logNumber);
            }

            return true;
        });
        commitNumber += isChange ? 1 : 0;
        return new(number);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<int>> OpenWindowsAsync(IReadOnlyList<WindowOpening> windows, CancellationToken cancellationToken)
    {
        var numbers = new int[windows.Count];
        Transact(() =>
        {
            using var find = new Statement(database, FindOpening);
            var isNew = false;
            for (var i = 0; i < numbers.Length; i++)
            {
                var window = windows[i];
                numbers[i] = (int)find.Bind(1, window.Board).BindText(2, window.Rule).BindText(3, window.Key).Numbers().FirstOrDefault();
                if (numbers[i] == 0)
                {
                    numbers[i] = AddWindow(window);
                    isNew = true;
                }
            }

            return isNew;
        });
        return new(numbers);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<int>> ReplaceWindowsAsync(
        int board, BoardDefinition definition, IReadOnlyList<WindowReplacement> windows, CancellationToken cancellationToken)
    {
        var numbers = new int[windows.Count];
        Transact(() =>
        {
            SetDefinition(board, definition);
            foreach (var window in windows)
            {
                var replaced = Run(
                    "UPDATE window SET state = 3 WHERE number = ?1 AND board = ?2 AND state = 1",
                    statement => statement.Bind(1, window.Replaces).Bind(2, board));
                if (replaced == 0)
                {
                    throw new InvalidOperationException($"Window {window.Replaces} is no open window of board {board}.");
                }

                // Nobody shows its entries any more.
                AddPurge(PurgeKind.Window, window.Replaces);
            }

            for (var i = 0; i < numbers.Length; i++)
            {
                numbers[i] = AddWindow(windows[i].Opening);
                AddEntries(numbers[i], windows[i]);
                statements.SetLastOrder.Bind(1, board).Bind(2, windows[i].Entries.Select(static entry => entry.Order).DefaultIfEmpty().Max()).Run();
            }

            CountCommit(time.GetUtcNow(), logNumber);
            return true;
        });
        commitNumber++;
        return new(numbers);
    }

    private int AddWindow(WindowOpening window)
    {
        var number = NextNumber("last_window");
        Run(
            "INSERT INTO window (number, board, rule, kind, key, starts, ends, closes, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1)",
            statement => statement
                .Bind(1, number).Bind(2, window.Board).BindText(3, window.Rule).Bind(4, (long)window.Kind).BindText(5, window.Key)
                .Bind(6, window.Starts).Bind(7, window.Ends).Bind(8, window.Closes));
        return number;
    }

    /// <summary>Writes the entries of a new window, each with its metadata of the old one if it is the same entry still.</summary>
    private void AddEntries(int number, WindowReplacement window)
    {
        using var find = new Statement(database, "SELECT metadata FROM entry WHERE key = ?1 AND ord = ?2 AND metadata IS NOT NULL");
        var entries = window.Entries.Select((entry, i) => (Entry: entry, Former: window.FormerOrders is { } orders ? orders[i] : entry.Order));
        foreach (var (entry, former) in entries.OrderBy(static entry => entry.Entry.Player.Number))
        {
            var old = Key.Of(window.Replaces, entry.Player.Number);
            byte[]? metadata = null;
            if (tail.MetadataOf(old) is { } unfolded && unfolded.Order == former)
            {
                metadata = unfolded.Json;
            }
            else if (find.Bind(1, old).Bind(2, former).Step())
            {
                metadata = find.Text(0);
                find.Reset();
            }

            statements.PutEntry
                .Bind(1, Key.Of(number, entry.Player.Number)).Bind(2, entry.Scores).Bind(6, entry.Order).BindText(7, metadata).Run();
        }
    }

    private void SetDefinition(int board, BoardDefinition definition) => Run(
        "UPDATE board SET definition = ?2 WHERE number = ?1", statement => statement.Bind(1, board).BindText(2, DefinitionJson.Write(definition)));
}

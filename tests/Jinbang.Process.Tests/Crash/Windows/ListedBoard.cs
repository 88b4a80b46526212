namespace Jinbang.ProcessTests.Crash.Windows;

/// <summary>A row of the log, and which windows it fed by their numbers.</summary>
internal sealed record LogRow(long Number, string Board, long Order, long At, string Key, Points Points, IReadOnlyList<(int Window, int Count)> Windows);

/// <summary>A window as the database holds it.</summary>
internal sealed record WindowRow(int Number, string Board, string Name, int State, long? Closes, long? ClosedAt, long? LastOrder, int? Count)
{
    public bool IsOpen => State == 1;

    public bool IsClosed => State == 2;

    public bool IsReplaced => State == 3;
}

/// <summary>A board as plain lists, fed with the log's rows in their order.</summary>
internal sealed class ListedBoard(string name, BoardRules rules)
{
    private readonly Dictionary<string, ListedWindow> windows = [];
    private readonly Dictionary<string, int> numbers = [];
    private readonly HashSet<string> over = [];
    private readonly List<(long Number, string Player, Points Points, string[] Windows)> fed = [];

    public string Name => name;

    public BoardRules Rules { get; private set; } = rules;

    public IReadOnlyDictionary<string, ListedWindow> Windows => windows;

    /// <summary>Whether the row was decided in other windows of the same names than the rows before it: after a rebuild.</summary>
    public bool IsRebuiltBy(LogRow row, IReadOnlyDictionary<int, WindowRow> stored) =>
        row.Windows.Any(line => numbers.TryGetValue(stored[line.Window].Name, out var number) && number != line.Window);

    /// <summary>Whether the server counted fewer entries than are listed here.</summary>
    public bool LacksAnEntry(LogRow row, string player, IReadOnlyDictionary<int, WindowRow> stored) =>
        row.Windows.Any(line => windows.TryGetValue(stored[line.Window].Name, out var window) && line.Count < window.Count + (window.Has(player) ? 0 : 1));

    /// <summary>Decides a row.</summary>
    /// <returns>What its receipt must say.</returns>
    public Receipt Submit(LogRow row, string player, IReadOnlyDictionary<int, WindowRow> stored)
    {
        var names = row.Windows.Select(line => stored[line.Window].Name).ToArray();
        foreach (var (window, index) in names.Select(static (window, index) => (window, index)))
        {
            Assert.False(over.Contains(window), $"{name}: {row.Key} fed {window} after an earlier submission did not.");
            numbers[window] = row.Windows[index].Window;
            windows.TryAdd(window, new ListedWindow());
        }

        over.UnionWith(windows.Keys.Except(names));
        fed.Add((row.Number, player, row.Points, names));
        return new Receipt(row.At, [.. names.Select(window => (window, windows[window].Submit(Rules, player, row.Points, row.Number)))]);
    }

    /// <summary>Decides all rows once more, for the windows that are open.</summary>
    public void Rebuild(BoardRules changed, IReadOnlySet<string> open)
    {
        Rules = changed;
        foreach (var window in open.Where(windows.ContainsKey))
        {
            numbers.Remove(window);
            windows[window] = new ListedWindow();
            foreach (var row in fed.Where(row => row.Windows.Contains(window)))
            {
                windows[window].Submit(changed, row.Player, row.Points, row.Number);
            }
        }
    }

    /// <summary>Takes a player out of the windows that are open, and all that he submitted out of memory.</summary>
    public void Forget(string player, IReadOnlySet<string> open)
    {
        fed.RemoveAll(row => row.Player == player);
        foreach (var window in open.Where(windows.ContainsKey))
        {
            windows[window].Remove(player);
        }
    }
}

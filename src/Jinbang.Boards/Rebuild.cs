using Jinbang.Boards.Committing;
using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Boards;

// A rebuild decides the submissions of a board once more, by another order, other columns or another keep rule. It reads what the log still holds, in
// order; where a window is older than the log, the scores a player had before his first row there count as his earliest submission. Each open window is replaced by a new one with
// the same name (rows of the log go on naming the window they were decided in), in one transaction together with the definition, so that a crash leaves either all of the old or all of the new. Closed windows stay final.
// It runs on the committer's thread: nothing is written meanwhile.

/// <summary>Makes a board's open windows again by another definition.</summary>
internal sealed class Rebuild(IScoreStore store)
{
    private const int RowsAtOnce = 4096;

    /// <summary>Makes them, commits them and gives them to the board.</summary>
    public void Run(Board board, BoardDefinition definition)
    {
        var windows = board.OpenWindows.Where(window => definition.Windows.Any(rule => rule.Name == window.Stored.Rule)).ToDictionary(
            static window => window.Stored.Number, window => new Rebuilt(window));
        var all = windows.Values.ToList();
        foreach (var former in Committer.Wait(store.ReadReplacedWindowsAsync(board.Number, CancellationToken.None)))
        {
            if (all.Find(rebuilt => rebuilt.Old.Stored.Name == former.Name) is { } now)
            {
                windows.Add(former.Number, now);
            }
        }

        DecideAgain(board.Number, definition, windows);
        var wanted = all.Select(rebuilt => rebuilt.Replacement(definition.Order.Columns)).ToList();
        var before = Committer.Wait(store.ReadVersionAsync(CancellationToken.None));
        var numbers = Committer.Wait(store.ReplaceWindowsAsync(board.Number, definition, wanted, CancellationToken.None));
        board.Replace(
            definition,
            [.. all.Select((rebuilt, i) => (rebuilt.Old, rebuilt.Old.Stored with { Number = numbers[i] }, wanted[i].Entries))],
            before + 1);
    }

    private void DecideAgain(int board, BoardDefinition definition, Dictionary<int, Rebuilt> windows)
    {
        long after = 0, order = 0;
        IReadOnlyList<StoredSubmission> rows;
        do
        {
            rows = Committer.Wait(store.ReadLogAsync(board, after, RowsAtOnce, CancellationToken.None));
            foreach (var row in rows)
            {
                after = row.Number;
                order = Math.Max(order, row.Order);
                foreach (var line in row.Windows)
                {
                    if (definition.Accepts(row.Submitted) && windows.TryGetValue(line.Window, out var rebuilt))
                    {
                        rebuilt.Submit(definition, row, line, order);
                    }
                }
            }
        }
        while (rows.Count == RowsAtOnce);
    }

    private sealed class Rebuilt(OpenWindow old)
    {
        private readonly Dictionary<PlayerId, Entry> entries = [];

        public OpenWindow Old => old;

        public void Submit(BoardDefinition definition, StoredSubmission row, in WindowLine line, long order)
        {
            // Only what the log does not tell: an entry from before its first row. A row that changed nothing says what was there.
            var isKnown = entries.TryGetValue(row.Player, out var present);
            if (!isKnown && old.Set.TryGet(row.Player, out var kept))
            {
                if (kept.Order < row.Order || (row.Order == 0 && kept.Order <= order))
                {
                    (isKnown, present) = (true, kept);
                }
                else if (line.Result == SubmitResult.NotBetter)
                {
                    (isKnown, present) = (true, new Entry(row.Player, line.Scores, order));
                }
            }

            var result = ScoreKeeping.Keep(definition.Keep, definition.Order, isKnown ? present.Scores : null, row.Submitted, out var scores);
            if (result is SubmitResult.First or SubmitResult.Improved)
            {
                present = new Entry(row.Player, scores, row.Order == 0 ? order : row.Order);
            }

            if (isKnown || result == SubmitResult.First)
            {
                entries[row.Player] = present;
            }
        }

        public WindowReplacement Replacement(int columns)
        {
            var all = new Entry[old.Set.Count];
            old.Set.CopyRange(new Rank(1), all);
            foreach (var entry in all)
            {
                entries.TryAdd(entry.Player, entry);
            }

            var window = old.Stored;
            return new WindowReplacement(
                window.Number,
                new WindowOpening(window.Board, window.Rule, window.Kind, window.Key, window.Starts, window.Ends, window.Closes),
                [.. entries.Values.Select(entry => entry with { Scores = Fit(entry.Scores, columns) })]);
        }

        private static ScoreColumns Fit(in ScoreColumns scores, int columns) => new(
            scores.First, columns > 1 ? scores.Second : 0, columns > 2 ? scores.Third : 0, columns > 3 ? scores.Fourth : 0);
    }
}

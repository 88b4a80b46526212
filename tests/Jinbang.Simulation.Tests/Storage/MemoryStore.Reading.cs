using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Simulation.Tests.Storage;

internal sealed partial class MemoryStore
{
    public ValueTask<StoreContents> LoadAsync(CancellationToken cancellationToken)
    {
        var fault = Begin();
        var games = new List<StoredGame>();
        foreach (var game in disk.Games)
        {
            var boards = new List<StoredBoard>();
            foreach (var board in disk.Boards)
            {
                if (board.Game == game.Number)
                {
                    boards.Add(new StoredBoard(board.Number, board.Definition, board.LastOrder, WindowsOf(board.Number)));
                }
            }

            games.Add(new StoredGame(game.Number, game.Definition, boards));
        }

        return Answer(fault, new StoreContents(games, Disk.Secret, disk.LastCommit), default);
    }

    public ValueTask LoadPlayersAsync(int game, PlayerReader read, CancellationToken cancellationToken)
    {
        var fault = Begin(canBeHalf: true);
        foreach (var (number, id) in Game(game).Players)
        {
            read(id, new PlayerId(number));
            if (fault == FaultKind.CrashInside)
            {
                throw new CrashException();
            }
        }

        return Done(Answer(fault, true, default));
    }

    public ValueTask<int> ReadLastPlayerAsync(int game, CancellationToken cancellationToken) => Answer(Begin(), Game(game).LastPlayer, default);

    public ValueTask LoadWindowAsync(int window, EntryReader readEntry, EntryReader readTail, CancellationToken cancellationToken)
    {
        var fault = Begin(canBeHalf: true);
        var found = disk.Window(window);
        foreach (var (entry, _) in found.Entries.Values)
        {
            readEntry(mutant == Mutant.MixesOrders ? entry with { Order = long.MaxValue - entry.Order } : entry);
            if (fault == FaultKind.CrashInside)
            {
                throw new CrashException();
            }
        }

        if (mutant == Mutant.DoublesEntry && found.Entries.Count > 0 && !found.Entries.ContainsKey(1))
        {
            readEntry(found.Entries.Values.First().Entry with { Player = new PlayerId(1) });
        }

        foreach (var row in disk.Log)
        {
            foreach (var line in row.Number > disk.Folded ? row.Windows : [])
            {
                if (line.Window == window && line.ChangesEntry)
                {
                    readTail(new Entry(row.Player, line.Scores, mutant == Mutant.MixesOrders ? long.MaxValue - row.Order : row.Order));
                }
            }
        }

        return Done(Answer(fault, true, default));
    }

    public ValueTask<IReadOnlyList<StoredSubmission?>> FindSubmissionsAsync(IReadOnlyList<SubmissionKey> keys, CancellationToken cancellationToken)
    {
        var fault = Begin();
        var found = new StoredSubmission?[keys.Count];
        for (var i = 0; i < found.Length; i++)
        {
            var key = keys[i];
            found[i] = mutant == Mutant.LosesKey ? null : disk.Log.Find(row => row.Key == key.Key && row.Board == key.Board && row.Player == key.Player);
        }

        return Answer<IReadOnlyList<StoredSubmission?>>(fault, found, default);
    }

    public ValueTask<long> ReadVersionAsync(CancellationToken cancellationToken) => Answer(Begin(), mutant == Mutant.ForgetsVersion ? 0 : disk.Commit, default);

    public ValueTask<IReadOnlyList<Profile?>> ReadProfilesAsync(int game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken)
    {
        var profiles = Game(game).Profiles;
        return Answer<IReadOnlyList<Profile?>>(Begin(), [.. players.Select(player => profiles.GetValueOrDefault(player.Number))], default);
    }

    public ValueTask<IReadOnlyList<ExternalId>> ReadExternalIdsAsync(int game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken)
    {
        var ids = Game(game).Players;
        return Answer<IReadOnlyList<ExternalId>>(
            Begin(), [.. players.Select(player => ids.TryGetValue(player.Number, out var id) ? ExternalId.Copy(id) : default)], default);
    }

    public ValueTask<IReadOnlyList<EntryMetadata>> ReadMetadataAsync(int window, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<EntryMetadata>>(Begin(), [.. players.Select(player => MetadataOf(disk.Window(window), player))], default);

    public ValueTask<IReadOnlyList<StoredSubmission>> ReadHistoryAsync(int board, PlayerId player, long before, int limit, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<StoredSubmission>>(
            Begin(), [.. disk.Log.Where(row => row.Board == board && row.Player == player && row.Number < before).Reverse().Take(limit)], default);

    public ValueTask<IReadOnlyList<StoredSubmission>> ReadLogAsync(int board, long after, int limit, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<StoredSubmission>>(Begin(), [.. disk.Log.Where(row => row.Board == board && row.Number > after).Take(limit)], default);

    public ValueTask<StoredWindow?> FindWindowAsync(int board, string rule, string key, CancellationToken cancellationToken) =>
        Answer(Begin(), Find(board, rule, key), default);

    public ValueTask<IReadOnlyList<StoredWindow>> ReadReplacedWindowsAsync(int board, CancellationToken cancellationToken)
    {
        var fault = Begin();
        var found = new List<StoredWindow>();
        for (var number = 1; number <= disk.Windows.Count; number++)
        {
            var window = disk.Window(number).Stored;
            if (window.Board == board && window.State == WindowState.Replaced)
            {
                found.Add(window);
            }
        }

        return Answer<IReadOnlyList<StoredWindow>>(fault, found, default);
    }

    public ValueTask<IReadOnlyList<StoredWindow>> ReadWindowsAsync(int board, string? rule, int before, int limit, CancellationToken cancellationToken)
    {
        var fault = Begin();
        var found = new List<StoredWindow>();
        for (var number = Math.Min(before - 1, disk.Windows.Count); number > 0 && found.Count < limit; number--)
        {
            var window = disk.Window(number).Stored;
            if (window.Board == board && window.State != WindowState.Replaced && (rule is null || rule == window.Rule))
            {
                found.Add(window);
            }
        }

        return Answer<IReadOnlyList<StoredWindow>>(fault, found, default);
    }

    public ValueTask<IReadOnlyList<StoredEvent>> ReadEventsAsync(int game, long after, int limit, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<StoredEvent>>(
            Begin(), [.. disk.Events.Where(row => row.Game == game && row.Event.Number > after).Select(static row => row.Event).Take(limit)], default);

    public ValueTask<IReadOnlyList<RecordRow>> ReadRecordsAsync(string kind, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<RecordRow>>(
            Begin(), [.. disk.Records.Where(row => row.Key.Kind == kind).Select(row => new RecordRow(kind, row.Key.Id, row.Value))], default);

    private List<StoredWindow> WindowsOf(int board)
    {
        var windows = new List<StoredWindow>();
        var lastClosed = new Dictionary<string, StoredWindow>();
        foreach (var window in disk.Windows)
        {
            if (window.Stored.Board != board)
            {
                continue;
            }

            if (window.IsOpen)
            {
                windows.Add(window.Stored);
            }
            else if (window.Stored.State == WindowState.Closed && !(lastClosed.GetValueOrDefault(window.Stored.Rule)?.Ends > window.Stored.Ends))
            {
                lastClosed[window.Stored.Rule] = window.Stored;
            }
        }

        foreach (var closed in lastClosed.Values)
        {
            windows.Add(mutant == Mutant.ReopensWindow ? closed with { State = WindowState.Open, Closing = null } : closed);
        }

        return windows;
    }

    private Entry? EntryOf(DiskWindow window, PlayerId player)
    {
        Entry? entry = window.Entries.TryGetValue(player.Number, out var folded) ? folded.Entry : null;
        foreach (var row in disk.Log)
        {
            foreach (var line in row.Number > disk.Folded && row.Player == player ? row.Windows : [])
            {
                entry = line.Window == window.Stored.Number && line.ChangesEntry ? new Entry(player, line.Scores, row.Order) : entry;
            }
        }

        return entry;
    }

    private EntryMetadata MetadataOf(DiskWindow window, PlayerId player)
    {
        var found = window.Entries.TryGetValue(player.Number, out var folded) && folded.Metadata is not null
            ? new EntryMetadata(folded.Entry.Order, folded.Metadata)
            : default;
        foreach (var row in disk.Log)
        {
            foreach (var line in row.Number > disk.Folded && row.Player == player && row.Metadata is not null ? row.Windows : [])
            {
                found = line.Window == window.Stored.Number && line.ChangesEntry ? new EntryMetadata(row.Order, row.Metadata) : found;
            }
        }

        return found;
    }
}

using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Simulation.Tests.Storage;

/// <summary>The calls that write.</summary>
internal enum StoreCallKind
{
    Other,
    PutGame,
    PutBoard,
    DeleteBoard,
    Open,
    Replace,
    Register,
    Commit,
    Erase,
}

/// <summary>A call that was stored.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="Numbers">The numbers it gave or is about.</param>
/// <param name="Closings">The closes of a commit.</param>
/// <param name="HasRows">Whether a commit had rows other than closes and events.</param>
internal readonly record struct StoreCall(StoreCallKind Kind, IReadOnlyList<int> Numbers, IReadOnlyList<WindowClosing>? Closings = null, bool HasRows = false);

// Every call happens on the disk as a whole: a call that fails or dies in the middle has stored nothing, but for the slices of a fold. A process that dies leaves
// this object behind and opens another one over the same disk.

/// <summary>A store in memory over a disk that outlives it, with faults.</summary>
internal sealed partial class MemoryStore(Disk disk, Faults faults, TimeProvider time, TimeSpan? retention = null, Mutant mutant = Mutant.None) : IScoreStore
{
    private const int FoldSlice = 2;
    private const int FoldFrom = 3;

    private readonly Queue<(DiskWindow Window, Entry Entry, byte[]? Metadata)> fold = [];
    private long foldsTo;

    /// <summary>What was stored since it was last cleared.</summary>
    public List<StoreCall> Calls { get; } = [];

    /// <summary>The stored call in which the process died, if it did.</summary>
    public StoreCall? DiedIn { get; private set; }

    /// <summary>What the store was asked that must never be asked.</summary>
    public string? Violation { get; private set; }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public ValueTask<int> PutGameAsync(GameDefinition game, CancellationToken cancellationToken)
    {
        var fault = Begin();
        var known = disk.Games.Find(other => other.Definition.Id == game.Id);
        if (known is null)
        {
            disk.Games.Add(known = new DiskGame { Number = ++disk.LastGame, Definition = game with { Boards = [] } });
        }

        known.Definition = game with { Boards = [] };
        return Answer(fault, known.Number, new StoreCall(StoreCallKind.PutGame, [known.Number]));
    }

    public ValueTask<int> PutBoardAsync(int game, BoardDefinition board, CancellationToken cancellationToken)
    {
        var fault = Begin();
        var known = disk.Boards.Find(other => other.Game == game && other.Definition.Name == board.Name);
        if (known is null)
        {
            disk.Boards.Add(known = new DiskBoard { Number = ++disk.LastBoard, Game = game, Definition = board });
        }

        if (!DefinitionJson.AreEqual(known.Definition, board))
        {
            known.Definition = board;
            CountCommit(time.GetUtcNow());
        }

        return Answer(fault, known.Number, new StoreCall(StoreCallKind.PutBoard, [known.Number]));
    }

    public ValueTask DeleteBoardAsync(int board, CancellationToken cancellationToken)
    {
        var fault = Begin();
        Remove(board);
        return Done(Answer(fault, true, new StoreCall(StoreCallKind.DeleteBoard, [board])));
    }

    public ValueTask DeleteGameAsync(int game, CancellationToken cancellationToken)
    {
        var fault = Begin();
        foreach (var board in disk.Boards.Where(board => board.Game == game).ToList())
        {
            Remove(board.Number);
        }

        disk.Games.RemoveAll(other => other.Number == game);
        disk.Events.RemoveAll(row => row.Game == game);
        return Done(Answer(fault, true, default));
    }

    public ValueTask<IReadOnlyList<int>> OpenWindowsAsync(IReadOnlyList<WindowOpening> windows, CancellationToken cancellationToken)
    {
        var fault = Begin();
        var numbers = new int[windows.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            var window = windows[i];
            if (Find(window.Board, window.Rule, window.Key) is { } known)
            {
                Violation ??= $"window {window.Rule}:{window.Key} of board {window.Board} is opened again, it is {known.State}";
                numbers[i] = known.Number;
            }
            else
            {
                numbers[i] = Add(window);
            }
        }

        return Answer<IReadOnlyList<int>>(fault, numbers, new StoreCall(StoreCallKind.Open, numbers));
    }

    public ValueTask<IReadOnlyList<int>> ReplaceWindowsAsync(
        int board, BoardDefinition definition, IReadOnlyList<WindowReplacement> windows, CancellationToken cancellationToken)
    {
        var fault = Begin();
        var numbers = new int[windows.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            var window = windows[i];
            var old = disk.Window(window.Replaces);
            var former = window.FormerOrders ?? [.. window.Entries.Select(static entry => entry.Order)];
            var metadata = window.Entries.Zip(former).ToDictionary(
                static pair => pair.First.Player, pair => MetadataOf(old, pair.First.Player) is { Order: > 0 } kept && kept.Order == pair.Second ? kept.Json : null);
            if (!old.IsOpen)
            {
                Violation ??= $"window {window.Replaces} is replaced and not open";
            }

            old.Stored = old.Stored with { State = WindowState.Replaced };
            numbers[i] = Add(window.Opening);
            foreach (var entry in window.Entries)
            {
                disk.Window(numbers[i]).Entries.Add(entry.Player.Number, (entry, metadata[entry.Player]));
            }
        }

        var changed = disk.Boards.Find(other => other.Number == board)!;
        changed.Definition = definition;
        changed.LastOrder = windows.SelectMany(static window => window.Entries).Select(static entry => entry.Order).Append(changed.LastOrder).Max();
        CountCommit(time.GetUtcNow());
        return Answer<IReadOnlyList<int>>(fault, numbers, new StoreCall(StoreCallKind.Replace, [board, .. numbers]));
    }

    public ValueTask<IReadOnlyList<PlayerId>> RegisterAsync(int game, IReadOnlyList<ExternalId> players, CancellationToken cancellationToken)
    {
        var fault = Begin();
        var target = Game(game);
        var numbers = new PlayerId[players.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            var number = target.Find(players[i].Utf8);
            if (number == 0)
            {
                number = mutant == Mutant.GivesNumberAgain ? Enumerable.Range(1, target.LastPlayer + 1).First(free => !target.Players.ContainsKey(free)) : target.LastPlayer + 1;
                target.LastPlayer = Math.Max(number, target.LastPlayer);
                target.Players.Add(number, players[i].Utf8.ToArray());
            }

            numbers[i] = new PlayerId(number);
        }

        return Answer<IReadOnlyList<PlayerId>>(fault, numbers, new StoreCall(StoreCallKind.Register, [.. numbers.Select(static player => player.Number)]));
    }

    public ValueTask<long> CommitAsync(CommitBatch batch, CancellationToken cancellationToken)
    {
        var fault = Begin(batch);
        batch.SubmissionResults.Clear();
        batch.ProfileResults.Clear();
        if (fault == FaultKind.RefusedRow)
        {
            var refused = batch.At.Ticks % batch.Submissions.Count;
            batch.SubmissionResults.AddRange(batch.Submissions.Select((_, i) => i == refused ? RowResult.Refused : RowResult.Added));
            return new(disk.Commit);
        }

        var changes = batch.Submissions.Count > 0 || batch.Records.Count > 0;
        foreach (ref readonly var row in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(batch.Submissions))
        {
            Append(batch, row);
            batch.SubmissionResults.Add(RowResult.Added);
        }

        if (mutant == Mutant.LosesRow && batch.Submissions.Count > 1)
        {
            disk.Log.RemoveAt(disk.Log.Count - 1);
        }

        foreach (var closing in batch.Closings)
        {
            var window = disk.Window(closing.Window);
            if (!window.IsOpen)
            {
                Violation ??= $"window {closing.Window} closes and is {window.Stored.State}";
                continue;
            }

            window.Stored = window.Stored with { State = WindowState.Closed, Closing = mutant == Mutant.ClosesLate ? closing with { Count = closing.Count + 1 } : closing };
            changes = true;
        }

        foreach (var row in batch.Events)
        {
            if (!disk.Events.Exists(other => other.Event.Id == row.Id) || mutant == Mutant.DoublesEvent)
            {
                disk.Events.Add((row.Game, new StoredEvent(disk.Events.Count + 1, row.Id, row.Type, batch.At, row.Body)));
                changes = true;
                if (mutant == Mutant.DoublesEvent)
                {
                    disk.Events.Add((row.Game, new StoredEvent(disk.Events.Count + 1, row.Id, row.Type, batch.At, row.Body)));
                }
            }
        }

        foreach (var row in batch.Records)
        {
            disk.Records.Remove((row.Kind, row.Id));
            if (row.Body is { } body)
            {
                disk.Records.Add((row.Kind, row.Id), body);
            }
        }

        foreach (var row in batch.Profiles)
        {
            var result = Put(row);
            batch.ProfileResults.Add(result);
            changes |= result is RowResult.Added or RowResult.Changed;
        }

        if (changes)
        {
            CountCommit(batch.At);
        }

        return Answer(fault, disk.Commit, new StoreCall(
            StoreCallKind.Commit, [], batch.Closings.Count > 0 ? [.. batch.Closings] : null, batch.Submissions.Count > 0 || batch.Profiles.Count > 0));
    }

    public ValueTask<long> EraseAsync(int game, IReadOnlyList<PlayerId> players, IReadOnlyList<int> openWindows, CancellationToken cancellationToken)
    {
        var fault = Begin();
        fold.Clear();
        foldsTo = disk.Folded;
        var boards = disk.Boards.Where(board => board.Game == game).Select(static board => board.Number).ToHashSet();
        foreach (var player in players)
        {
            foreach (var window in disk.Windows.Where(window => boards.Contains(window.Stored.Board)))
            {
                if (openWindows.Contains(window.Stored.Number))
                {
                    if (mutant != Mutant.ErasesHalf)
                    {
                        window.Entries.Remove(player.Number);
                    }
                }
                else if (EntryOf(window, player) is { } entry)
                {
                    window.Entries[player.Number] = (entry, null);
                }
            }

            disk.Log.RemoveAll(row => row.Player == player && boards.Contains(row.Board) && (mutant != Mutant.ErasesHalf || row.Number <= disk.Folded));
            Game(game).Players.Remove(player.Number);
            Game(game).Profiles.Remove(player.Number);
        }

        CountCommit(time.GetUtcNow());
        return Answer(fault, disk.Commit, new StoreCall(StoreCallKind.Erase, [.. players.Select(static player => player.Number)]));
    }

    public ValueTask<long> DeleteProfileAsync(int game, PlayerId player, CancellationToken cancellationToken)
    {
        var fault = Begin();
        if (Game(game).Profiles.Remove(player.Number))
        {
            CountCommit(time.GetUtcNow());
        }

        return Answer(fault, disk.Commit, default);
    }

    public ValueTask<bool> MaintainAsync(CancellationToken cancellationToken)
    {
        var fault = Begin(canBeHalf: true);
        if (fold.Count == 0 && disk.LastRow - disk.Folded >= FoldFrom)
        {
            BeginFold();
        }

        if (foldsTo > disk.Folded)
        {
            for (var i = 0; i < FoldSlice && fold.TryDequeue(out var row); i++)
            {
                row.Window.Entries[row.Entry.Player.Number] = (row.Entry, row.Metadata);
                if (fault == FaultKind.CrashInside)
                {
                    throw new CrashException();
                }
            }

            if (fold.Count == 0)
            {
                disk.Folded = foldsTo;
            }

            return Answer(fault, fold.Count > 0 || retention is not null, default);
        }

        if (fault == FaultKind.CrashInside)
        {
            throw new CrashException();
        }

        if (retention is { } kept)
        {
            var before = time.GetUtcNow() - kept;
            disk.Log.RemoveAll(row => row.Number <= disk.Folded && row.At < before);
        }

        return Answer(fault, false, default);
    }

    private static ValueTask Done(ValueTask<bool> answer) => answer.IsCompletedSuccessfully ? ValueTask.CompletedTask : new(answer.AsTask());

    private static async ValueTask<T> LateAsync<T>(T value)
    {
        await Task.Yield();
        return value;
    }

    /// <summary>Begins a call: it may fail or die here. Of a commit, one row may be stored by a store that tears.</summary>
    private FaultKind Begin(CommitBatch? batch = null, bool canBeHalf = false)
    {
        var fault = faults.Next();
        if (fault == FaultKind.None)
        {
            return fault;
        }

        if (fault == FaultKind.CrashInside && canBeHalf)
        {
            return fault;
        }

        if (fault == FaultKind.CrashInside && mutant == Mutant.TearsCommit && batch is { Submissions.Count: > 0 })
        {
            Append(batch, batch.Submissions[0]);
        }

        return fault switch
        {
            FaultKind.Unavailable => throw new StoreUnavailableException("The store is out of reach."),
            FaultKind.CrashBefore or FaultKind.CrashInside => throw new CrashException(),
            FaultKind.RefusedRow when batch is not { Submissions.Count: > 0 } => throw new StoreUnavailableException("The store is out of reach."),
            _ => fault,
        };
    }

    private ValueTask<T> Answer<T>(FaultKind fault, T value, StoreCall call)
    {
        if (call.Kind != StoreCallKind.Other)
        {
            Calls.Add(call);
        }

        if (fault is FaultKind.CrashAfter or FaultKind.CrashInside)
        {
            DiedIn = call;
            throw new CrashException();
        }

        return fault == FaultKind.Late ? LateAsync(value) : new(value);
    }

    private void CountCommit(DateTimeOffset at) => (disk.Commit, disk.LastCommit) = (disk.Commit + 1, at);

    private DiskGame Game(int number) => disk.Games.Find(game => game.Number == number)!;

    private StoredWindow? Find(int board, string rule, string key)
    {
        foreach (var window in disk.Windows)
        {
            var stored = window.Stored;
            if (stored.Board == board && stored.State != WindowState.Replaced && stored.Rule == rule && stored.Key == key)
            {
                return stored;
            }
        }

        return null;
    }

    private int Add(WindowOpening window)
    {
        var number = disk.Windows.Count + 1;
        disk.Windows.Add(new DiskWindow
        {
            Stored = new StoredWindow(number, window.Board, window.Rule, window.Kind, window.Key, window.Starts, window.Ends, window.Closes, WindowState.Open),
        });
        return number;
    }

    private void Remove(int board)
    {
        disk.Boards.RemoveAll(other => other.Number == board);
        disk.Log.RemoveAll(row => row.Board == board);
        foreach (var window in disk.Windows.Where(window => window.Stored.Board == board))
        {
            window.Stored = window.Stored with { State = WindowState.Replaced };
            window.Entries.Clear();
        }
    }

    private void Append(CommitBatch batch, in SubmissionRow row)
    {
        var lines = batch.Windows.GetRange(row.FirstWindow, row.WindowCount);
        foreach (var line in lines)
        {
            if (line.ChangesEntry && !disk.Window(line.Window).IsOpen)
            {
                Violation ??= $"a submission changes window {line.Window}, which is {disk.Window(line.Window).Stored.State}";
            }
        }

        if (mutant == Mutant.StoresWrongRank && lines.Count > 0)
        {
            lines[^1] = lines[^1] with { Rank = new Rank(lines[^1].Rank.Place + 1) };
        }

        disk.Log.Add(new StoredSubmission
        {
            Number = ++disk.LastRow,
            At = DateTimeOffset.FromUnixTimeMilliseconds(batch.At.ToUnixTimeMilliseconds()),
            Board = row.Board,
            Player = row.Player,
            Order = row.Order,
            Submitted = row.Submitted,
            Result = row.Result,
            Key = row.Key,
            Metadata = row.Metadata,
            Windows = lines,
        });
        if (row.Order > 0)
        {
            foreach (var board in disk.Boards)
            {
                if (board.Number == row.Board)
                {
                    board.LastOrder = Math.Max(board.LastOrder, row.Order);
                }
            }
        }
    }

    private RowResult Put(in ProfileRow row)
    {
        var profiles = Game(row.Game).Profiles;
        var isThere = profiles.TryGetValue(row.Player.Number, out var known);
        if (isThere && (row.Change.Nickname is null || row.Change.Nickname.AsSpan().SequenceEqual(known!.Nickname)))
        {
            return RowResult.Unchanged;
        }

        profiles[row.Player.Number] = new Profile { Nickname = row.Change.Nickname ?? known?.Nickname };
        return isThere ? RowResult.Changed : RowResult.Added;
    }

    private void BeginFold()
    {
        foldsTo = disk.LastRow;
        var last = new Dictionary<(int Window, int Player), (Entry Entry, byte[]? Metadata)>();
        foreach (var row in disk.Log)
        {
            foreach (var line in row.Number > disk.Folded ? row.Windows : [])
            {
                if (line.ChangesEntry)
                {
                    last[(line.Window, row.Player.Number)] = (new Entry(row.Player, line.Scores, row.Order), row.Metadata);
                }
            }
        }

        foreach (var ((window, _), (entry, metadata)) in last)
        {
            fold.Enqueue((disk.Window(window), entry, metadata));
        }

        if (mutant == Mutant.LosesFoldedEntry && fold.Count > 1)
        {
            fold.Dequeue();
        }
    }
}

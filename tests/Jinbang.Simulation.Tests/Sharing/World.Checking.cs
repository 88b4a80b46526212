using System.Text;
using Jinbang.Boards;
using Jinbang.Boards.Rankings;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;

namespace Jinbang.Simulation.Tests.Sharing;

// An answer is right if one of the states of its board says the same: not an older one than somebody had seen, or was told was stored, before the call began, and not a
// later one than there is. Of several that fit, the oldest is taken: it binds later answers least.

internal sealed partial class World
{
    private const int MostRounds = 400;

    private void Submitted(PendingCall call, SentSubmission submission, SubmitOutcome outcome)
    {
        if (outcome.Result is SubmitResult.Unavailable or SubmitResult.Gone)
        {
            return;
        }

        var board = call.Board;
        var id = submission.Request.Metadata!;
        var name = Encoding.UTF8.GetString(id);
        Tell($"submission {name} is answered {outcome.Result}");
        if (outcome.Result is SubmitResult.KeyConflict)
        {
            throw new DifferenceException($"submission {name} is answered {outcome.Result}");
        }

        if (outcome.Receipt is not { } receipt)
        {
            throw new DifferenceException($"submission {name} is answered {outcome.Result} without a receipt");
        }

        SeeVersion(call, receipt.Version);

        // Whoever had the id may have been erased: then it is another player's now, and the key is too.
        var rows = board.Log.FindAll(logged => logged.Row.Player == receipt.Player && logged.Row.Metadata.AsSpan().SequenceEqual(id));
        if (rows.Count == 0 && IsErased(receipt.Player))
        {
            return;
        }

        if (rows.Count > 1)
        {
            throw new DifferenceException($"submission {name} is stored {rows.Count} times");
        }

        if (rows is [var row])
        {
            // Its change is stored: from now on everybody sees it.
            submission.IsStored = true;
            See(call, Math.Max(call.Floor, row.State));
            var windows = row.Row.Windows.Select(line => new WindowReceipt(Disk.Window(line.Window).Stored.Name, line.Result, line.Scores, line.Rank, line.RankBefore, line.Count)).ToList();
            if (row.Row.Result != outcome.Result || !windows.SequenceEqual(receipt.Windows))
            {
                throw new DifferenceException($"submission {name} is answered {outcome.Result} [{string.Join(", ", receipt.Windows)}] and stored as {row.Row.Result} [{string.Join(", ", windows)}]");
            }

            return;
        }

        if (outcome.Result != SubmitResult.NotBetter || submission.Request.Key is not null)
        {
            throw new DifferenceException($"submission {name} is answered {outcome.Result} and not stored");
        }

        Match(call, $"submission {name} was not better", state =>
        {
            foreach (var window in receipt.Windows)
            {
                if (state.Find(window.Window) is not { } standings
                    || Array.FindIndex(standings.Entries, entry => entry.Player == receipt.Player) is not (>= 0 and var place)
                    || standings.Entries[place].Scores != window.Scores || window.Rank.Place != place + 1 || window.Count != standings.Entries.Length)
                {
                    return false;
                }
            }

            return true;
        });
    }

    private void PageRead(PendingCall call, StandingsPage? page, bool isWhole)
    {
        if (page is null)
        {
            return;
        }

        SeeVersion(call, page.Version);
        Match(call, $"{page.Window.State} {page.Window.Name} of {page.Window.Count}: {string.Join(" ", page.Lines.Select(static line => $"{line.Rank.Place}:{line.Entry.Player.Number}={line.Entry.Scores.First}/{line.Entry.Order}"))}", state =>
        {
            if (Window(state, page.Window) is not { } entries || (isWhole && page.Lines.Count != entries.Length))
            {
                return page.Lines.Count == 0 && IsEmpty(state, page.Window);
            }

            foreach (var line in page.Lines)
            {
                if (line.Rank.Place < 1 || line.Rank.Place > entries.Length || entries[line.Rank.Place - 1] != line.Entry)
                {
                    return false;
                }
            }

            return true;
        });
    }

    private void HeadRead(PendingCall call, BoardHead head)
    {
        Tell($"process {call.Process.Number} shows head {head.Version}: {string.Join(" ", head.Rows.Select(static row => $"{row.Entry.Player.Number}={row.Entry.Scores.First}/{row.Entry.Order}"))}");
        if (head.Version != 0)
        {
            _ = head.Version < call.HeadFloor
                ? throw new DifferenceException($"process {call.Process.Number} shows a head of version {head.Version} of board {call.Board.Number} after {call.HeadFloor}")
                : call.Board.HeadFloor = Math.Max(call.Board.HeadFloor, head.Version);
            var entries = head.Rows.Select(static row => row.Entry).ToList();
            if (!call.Board.Heads.TryAdd(head.Version, entries) && !call.Board.Heads[head.Version].SequenceEqual(entries))
            {
                throw new DifferenceException($"process {call.Process.Number} shows another head of version {head.Version} of board {call.Board.Number} than was shown before");
            }
        }

        Match(call, $"head {string.Join(" ", head.Rows.Select(static row => $"{row.Entry.Player.Number}={row.Entry.Scores.First}/{row.Entry.Order}"))}", state =>
        {
            var entries = state.Find(new WindowName("all_time"))?.Entries ?? [];
            if (entries.Length != head.Rows.Count)
            {
                return false;
            }

            for (var i = 0; i < entries.Length; i++)
            {
                if (entries[i] != head.Rows[i].Entry)
                {
                    return false;
                }
            }

            return true;
        });
    }

    private void Asked(PendingCall call, Answer? answer)
    {
        if (answer is null)
        {
            return;
        }

        SeeVersion(call, answer.Version);
        Match(call, $"{answer.Better} better, {answer.Equal} equal, {answer.Worse} worse of {answer.Window.Count} in {answer.Window.Name}", state =>
        {
            var entries = Window(state, answer.Window);
            if (entries is null)
            {
                return IsEmpty(state, answer.Window);
            }

            var better = entries.Count(static entry => entry.Scores.First > 5);
            var equal = entries.Count(static entry => entry.Scores.First == 5);
            return answer.Better == better && answer.Equal == equal && answer.Worse == entries.Length - better - equal && answer.RankFor?.Place == better + equal + 1;
        });
    }

    private void ScoreRead(PendingCall call, string player, Ranking.Score? score)
    {
        if (deleted.Count > 0)
        {
            // Whose score it is depends on who knows what of the deletion.
            return;
        }

        var number = Disk.Games[0].Players.GetValueOrDefault(player);
        Match(call, $"score of {player}: {score?.Value}", state =>
        {
            foreach (var entry in state.Find(new WindowName("all_time"))?.Entries ?? [])
            {
                if (entry.Player.Number == number)
                {
                    return score?.Value == entry.Scores.First;
                }
            }

            return score is null;
        });
    }

    /// <summary>The entries of a window, if it is as the answer says.</summary>
    private static Ranking.Entry[]? Window(BoardState state, WindowInfo info) =>
        info.State != WindowState.Empty && state.Find(info.Name) is { } window && window.Stored.State == info.State
        && (info.State == WindowState.Closed ? window.Stored.Closing!.Count : window.Entries.Length) == info.Count
            ? window.Entries
            : null;

    /// <summary>Whether nobody has submitted to a window. One whose opening nobody knows to be stored is not known until its board is taken the next time.</summary>
    private static bool IsEmpty(BoardState state, WindowInfo info) => info.State == WindowState.Empty && state.Find(info.Name) is null or { Entries.Length: 0 };

    private void Match(PendingCall call, string what, Func<BoardState, bool> fits)
    {
        var states = call.Board.States;
        for (var i = call.Floor; i < states.Count; i++)
        {
            if (fits(states[i]))
            {
                See(call, i);
                return;
            }
        }

        throw new DifferenceException(
            $"process {call.Process.Number} answers for board {call.Board.Number} what no state from {call.Floor} to {states.Count - 1} says: {what}; the last one: "
            + string.Join("; ", states[^1].Windows.Select(static window => $"{window.Stored.State} {window.Stored.Name} {string.Join(" ", window.Entries.Select(static entry => $"{entry.Player.Number}={entry.Scores.First}/{entry.Order}"))}")));
    }

    private static void See(PendingCall call, int state) => call.Board.Floor = Math.Max(call.Board.Floor, state);

    private void SeeVersion(PendingCall call, long version)
    {
        if (version < call.VersionFloor)
        {
            throw new DifferenceException($"the {call.What} of process {call.Process.Number} shows version {version} of board {call.Board.Number} after {call.VersionFloor}");
        }

        call.Board.VersionFloor = Math.Max(call.Board.VersionFloor, version);
    }

    private bool IsErased(Ranking.PlayerId player) => Disk.Erasures.Exists(erasure => erasure.Player == player);

    /// <summary>All faults end: everything must be answered, every board can be taken, and shows what it must.</summary>
    private void End()
    {
        Tell($"all faults end");
        isCalm = true;
        Advance(Milliseconds(3_000));
        foreach (var process in Processes)
        {
            (process.FrozenUntil, process.CutOffUntil) = (0, 0);
        }

        for (var rounds = 0; pending.Count > 0; rounds++)
        {
            Round(rounds, $"the {pending[0].What} of process {pending[0].Process.Number} is not answered");
        }

        foreach (var board in Disk.Boards)
        {
            KnowsItsWindows(board);
            foreach (var process in Processes.ToList())
            {
                TakeAtLast(process, board);
            }
        }

        foreach (var submission in sent)
        {
            if (submission.IsStored && submission.Board.Log.FindAll(logged => !IsErased(logged.Row.Player) && logged.Row.Metadata.AsSpan().SequenceEqual(submission.Request.Metadata)).Count is not 1 and var count
                && (count > 1 || deleted.Count == 0))
            {
                throw new DifferenceException($"submission {Encoding.UTF8.GetString(submission.Request.Metadata!)} is stored {count} times in the end");
            }
        }
    }

    /// <summary>Whoever serves a board knows every window that is open in the store, also one whose opening was of unknown outcome: it would never close.</summary>
    private void KnowsItsWindows(SharedRow board)
    {
        var id = new BoardId(Game, board.Definition.Name);
        var owner = Processes.Find(process => process.Store.Member == board.Owner && process.Boards.IsServing(id));
        for (var rounds = 0; owner is not null && owner.Boards.IsServing(id); rounds++)
        {
            Task<(IReadOnlyList<WindowInfo> Windows, int Next)>? reading = null;
            As(owner, process => reading = process.Boards.ReadWindowsAsync(id, rule: null, cursor: 0, limit: 100, CancellationToken.None).AsTask());
            while (!reading!.IsCompleted)
            {
                Round(rounds++, $"process {owner.Number} does not say which windows board {board.Number} has");
            }

            var known = reading.IsCompletedSuccessfully ? reading.Result.Windows.Where(static window => window.State == WindowState.Open).Select(static window => window.Name).ToHashSet() : [];
            var missing = board.States[^1].Windows.FirstOrDefault(window => window.Stored.State == WindowState.Open && !known.Contains(window.Stored.Name));
            if (missing is null)
            {
                return;
            }

            Round(rounds, $"process {owner.Number} serves board {board.Number} and does not know its window {missing.Stored.Name}");
        }
    }

    private void TakeAtLast(Process process, SharedRow board)
    {
        var id = new BoardId(Game, board.Definition.Name);
        for (var rounds = 0; !process.Boards.IsServing(id) || board.Owner != process.Store.Member; rounds++)
        {
            if (rounds % 8 == 0)
            {
                Take(process, board.Number);
            }

            Round(rounds, $"process {process.Number} cannot take board {board.Number}; lease {process.Boards.HoldsLease}, renewing {process.Renewing?.Status}, waiting {string.Join(", ", pending.Select(static call => $"{call.What} of {call.Process.Number}"))}");
        }

        As(process, static process => process.Refreshing = process.Boards.RefreshAsync().AsTask());
        for (var rounds = 0; !process.Refreshing!.IsCompleted || pending.Count > 0; rounds++)
        {
            Round(rounds, $"process {process.Number} does not end its refreshing");
        }

        Observe(process.Refreshing);
        foreach (var window in board.States[^1].Windows.ToList())
        {
            board.Floor = board.States.Count - 1;
            Call(
                process, "last page", () => process.Boards.ReadAsync(id, window.Stored.Name, new StandingsQuery.From(1, 100), CancellationToken.None).AsTask(), board,
                (call, page) => PageRead(call, page, isWhole: true));
            foreach (var entry in window.Stored.State == WindowState.Open ? window.Entries : [])
            {
                if (IsErased(entry.Player))
                {
                    throw new DifferenceException($"player {entry.Player.Number} was erased and is on board {board.Number}");
                }
            }
        }

        for (var rounds = 0; pending.Count > 0; rounds++)
        {
            Round(rounds, $"the last page of board {board.Number} is not answered");
        }
    }

    private void Round(int round, string what)
    {
        if (round >= MostRounds)
        {
            throw new DifferenceException(what);
        }

        foreach (var process in Processes.ToList())
        {
            Step(process);
        }

        Advance(Milliseconds(20));
    }
}

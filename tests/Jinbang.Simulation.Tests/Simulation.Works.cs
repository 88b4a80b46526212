using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Simulation.Tests.Model;
using Jinbang.Simulation.Tests.Storage;

namespace Jinbang.Simulation.Tests;

internal sealed partial class Simulation
{
    private DateTimeOffset latestWall = DateTimeOffset.MinValue;

    private bool IsDead => store.DiedIn is not null || faults.Hit is FaultKind.CrashBefore or FaultKind.CrashInside or FaultKind.CrashAfter;

    /// <summary>Settles works of one turn: all of them were decided, or none.</summary>
    private void Settle(List<Work> turn, DateTimeOffset now, ref bool diedInCommit)
    {
        var unanswered = turn.Count(IsUnanswered);
        if (unanswered > 0 && (!faults.IsHit || faults.Hit == FaultKind.Late))
        {
            throw new DifferenceException($"{unanswered} works are answered unavailable, and nothing was wrong with the store");
        }

        if (unanswered > 0 && unanswered < turn.Count && faults.Hit != FaultKind.RefusedRow && !turn.Exists(IsOfNobody))
        {
            throw new DifferenceException($"{unanswered} of {turn.Count} works of a turn are answered unavailable");
        }

        // The process died after the commit: its callers learned nothing, and none the less it happened.
        var isSilent = diedInCommit && unanswered > 0 && turn.TrueForAll(static work => IsUnanswered(work) || IsOfNobody(work));
        diedInCommit &= !isSilent;
        foreach (var work in turn)
        {
            if (IsUnanswered(work) && !isSilent)
            {
                continue;
            }

            if (work is SubmissionWork submission)
            {
                Decide(submission, now, isSilent ? null : submission.Task.Result);
            }
            else if (work is ProfileWork { } post && (post.Player ?? Current(post.Id)) is { IsErased: false } player)
            {
                var expected = player.Nickname is null ? ProfileOutcome.Added : ProfileOutcome.Changed;
                Same(expected, isSilent ? expected : post.Task.Result, $"answer to a profile of {player.Id}");
                player.Nickname = post.Nickname;
            }
        }
    }

    private static bool IsUnanswered(Work work) => work switch
    {
        SubmissionWork submission => submission.Task.Result.Result == SubmitResult.Unavailable,
        ProfileWork post => post.Task.Result == ProfileOutcome.Unavailable && !IsOfNobody(post),
        _ => false,
    };

    /// <summary>Whether it is the profile of someone who is erased, which is refused alone.</summary>
    private static bool IsOfNobody(Work work) => work is ProfileWork { Player.IsErased: true };

    private void NoteForgotten(Work work)
    {
        if (retention is null || work is not SubmissionWork { Request.Key: { } key, Player: { } player } submission || !submission.Board.Keys.TryGetValue((player, key), out var answer)
            || disk.Log.Exists(row => row.Key == key && row.Player == player.Number && row.Board == submission.Board.Number))
        {
            return;
        }

        // The log ages by the wall clock, also while that is not trusted.
        _ = latestWall - answer.At < retention.Value - TimeSpan.FromDays(4) ? throw new DifferenceException($"key {key} is forgotten too early") : submission.Board.Keys.Remove((player, key));
    }

    /// <summary>Decides a submission by the model, and compares the answer if there is one.</summary>
    private void Decide(SubmissionWork work, DateTimeOffset now, SubmitOutcome? outcome)
    {
        var board = work.Board;
        var player = work.Player ?? Current(work.Id);
        if (board.IsGone || player is { IsErased: true })
        {
            Same(SubmitResult.Gone, outcome?.Result ?? SubmitResult.Gone, $"answer to {work}, which is gone");
            return;
        }

        if (player is null)
        {
            throw new DifferenceException($"nobody registered {work.Id}");
        }

        var isRepetition = false;
        if (work.Request.Key is { } key && board.Keys.TryGetValue((player, key), out var answer))
        {
            isRepetition = true;
            if (answer.Submitted != work.Request.Scores || !(answer.Metadata ?? []).AsSpan().SequenceEqual(work.Request.Metadata))
            {
                Same(SubmitResult.KeyConflict, outcome?.Result ?? SubmitResult.KeyConflict, $"answer to {work}, whose key is taken");
                return;
            }
        }
        else
        {
            answer = board.Submit(player, work.Request, now, ++sequence) ?? throw new DifferenceException($"a window is not open for {work}");
            firstPlaces += wantsEvents ? answer.Lines.Count(static line => line is { Result: not SubmitResult.NotBetter, Rank: 1, RankBefore: not 1 }) : 0;
        }

        if (outcome is { } given)
        {
            Same(answer.Result, given.Result, $"answer to {work}");
            if (work.WantsReceipt)
            {
                Compare(answer, given.Receipt, board, player, isRepetition, work);
            }
        }
    }

    private static void Compare(ModelAnswer answer, SubmissionReceipt? receipt, ModelBoard board, ModelPlayer player, bool isRepetition, SubmissionWork work)
    {
        if (receipt is null)
        {
            throw new DifferenceException($"no receipt for {work}");
        }

        Same(player.Number, receipt.Player, $"player of {work}");
        Same(answer.At, receipt.At, $"time of {work}");
        Same(isRepetition, receipt.IsRepetition, $"whether it is a repetition: {work}");
        _ = receipt.Version < board.Version ? throw new DifferenceException($"the version of {work} is {receipt.Version} after {board.Version}") : true;
        var next = 0;
        foreach (var line in answer.Lines)
        {
            _ = next >= receipt.Windows.Count ? throw new DifferenceException($"{work} lacks window {line.Window.Name}") : true;
            var (window, result, scores, rank, rankBefore, count) = receipt.Windows[next++];
            var given = (window, result, scores, rank.Place, rankBefore.Place, count);
            Same((line.Window.Name, line.Result, line.Scores, line.Rank, line.RankBefore, line.Count), given, $"receipt of {work}");
        }

        Same(next, receipt.Windows.Count, $"windows of {work}");
    }

    /// <summary>Settles an errand: what of it was stored happened, whatever its caller was told.</summary>
    private void Settle(Work work, DateTimeOffset now)
    {
        var made = call < work.CallsAfter ? store.Calls[call] : default;
        var isMade = false;
        bool isUnavailable;
        switch (work)
        {
            case CloseWork close:
                var window = Board(close.Board.Name)?.FindNamed(close.Window, now);
                isUnavailable = close.Task.Result == CatalogOutcome.Unavailable;
                isMade = made.Kind == StoreCallKind.Commit;
                if (isMade)
                {
                    Same(window?.Number, made.Closings!.Single().Window, $"window that closes as {close.Window}");
                    Close(made.Closings!.Single(), now);
                }
                else if (!isUnavailable)
                {
                    Same((CatalogOutcome.NotFound, null), (close.Task.Result, window), $"close of {close.Window}");
                }

                break;

            case EraseWork erase:
                isUnavailable = !erase.Task.Result;
                isMade = made.Kind == StoreCallKind.Erase;
                if (isMade)
                {
                    Same(erase.Player.Number.Number, made.Numbers.Single(), $"player who is erased");
                    erase.Player.IsErased = true;
                    boardsOfModel.ForEach(board => board.Erase(erase.Player));
                }
                else if (!isUnavailable && !erase.Player.IsErased)
                {
                    throw new DifferenceException($"player {erase.Player.Number} was not erased");
                }

                break;

            case DeleteWork delete:
                isUnavailable = delete.Task.Result == CatalogOutcome.Unavailable;
                isMade = made.Kind == StoreCallKind.DeleteBoard;
                if (isMade)
                {
                    var deleted = Board(delete.Board.Name)!;
                    deleted.IsGone = true;
                    boardsOfModel.Remove(deleted);
                }

                break;

            case BoardWork put:
                isUnavailable = put.Task.Result == CatalogOutcome.Unavailable;
                isMade = Settle(put, made);
                break;

            default:
                throw new InvalidOperationException();
        }

        call += isMade ? 1 : 0;
        if (isUnavailable && !faults.IsHit)
        {
            throw new DifferenceException($"{work} is answered unavailable, and nothing was wrong with the store");
        }

        if (isUnavailable && isMade && !IsDead)
        {
            throw new DifferenceException($"{work} is answered unavailable, and was stored");
        }
    }

    private bool Settle(BoardWork put, StoreCall made)
    {
        var known = boardsOfModel.Find(board => board.Name == put.Name);
        var decidesOtherwise = known is not null && (known.Definition.Keep != put.Definition.Keep || known.Definition.Order != put.Definition.Order);
        var expected = known is null ? CatalogOutcome.Added
            : DefinitionJson.AreEqual(known.Definition, put.Definition) ? CatalogOutcome.Unchanged
            : decidesOtherwise && !put.Rebuild && known.Windows.Exists(static window => window.IsOpen && window.Fed.Count > 0) ? CatalogOutcome.NeedsRebuild
            : CatalogOutcome.Changed;
        if (put.Task.Result != CatalogOutcome.Unavailable)
        {
            Same(expected, put.Task.Result, $"change of board {put.Name}");
        }

        if (expected is CatalogOutcome.Unchanged or CatalogOutcome.NeedsRebuild || made.Kind is not (StoreCallKind.PutBoard or StoreCallKind.Replace))
        {
            return false;
        }

        Same(decidesOtherwise ? StoreCallKind.Replace : StoreCallKind.PutBoard, made.Kind, $"how board {put.Name} changes");
        if (known is null)
        {
            boardsOfModel.Add(new ModelBoard(put.Name, made.Numbers[0], put.Definition));
        }
        else if (decidesOtherwise)
        {
            known.Rebuild(put.Definition, made.Numbers.Skip(1).Select(number => disk.Window(number).Stored));
        }
        else
        {
            known.Definition = put.Definition;
        }

        return true;
    }

    private abstract record Work(Once Promise)
    {
        public virtual bool IsErrand => true;

        /// <summary>How many calls the store had stored when the work was answered.</summary>
        public int CallsAfter => Promise.CallsAfter;
    }

    private sealed record SubmissionWork(ModelBoard Board, ModelPlayer? Player, string Id, SubmissionRequest Request, bool WantsReceipt, Once<SubmitOutcome> Task) : Work(Task)
    {
        public override bool IsErrand => false;

        public override string ToString() => $"{Board.Name} {Id} {Request.Scores} key {Request.Key}";
    }

    private sealed record ProfileWork(ModelPlayer? Player, string Id, string Nickname, Once<ProfileOutcome> Task) : Work(Task)
    {
        public override bool IsErrand => false;
    }

    private sealed record CloseWork(ModelBoard Board, WindowName Window, Once<CatalogOutcome> Task) : Work(Task);

    private sealed record EraseWork(ModelPlayer Player, Once<bool> Task) : Work(Task);

    private sealed record DeleteWork(ModelBoard Board, Once<CatalogOutcome> Task) : Work(Task);

    private sealed record BoardWork(string Name, BoardDefinition Definition, bool Rebuild, Once<CatalogOutcome> Task) : Work(Task);

    /// <summary>A promise that notes when it is kept and may be looked at often.</summary>
    private abstract class Once
    {
        public int CallsAfter { get; protected set; }

        public static Once<T> Of<T>(MemoryStore store, ValueTask<T> task)
        {
            var once = new Once<T>();
            once.Take(store, task);
            return once;
        }
    }

    private sealed class Once<T> : Once
    {
        private T? result;

        public bool IsCompleted { get; private set; }

        public T Result => IsCompleted ? result! : throw new DifferenceException("a work has no answer after its turn");

        public void Take(MemoryStore store, ValueTask<T> task)
        {
            var awaiter = task.ConfigureAwait(false).GetAwaiter();
            void Done() => (result, IsCompleted, CallsAfter) = (awaiter.GetResult(), true, store.Calls.Count);
            if (awaiter.IsCompleted)
            {
                Done();
            }
            else
            {
                awaiter.UnsafeOnCompleted(Done);
            }
        }
    }
}

using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Boards;

/// <summary>What a line of a decided submission is about.</summary>
/// <param name="Window">The window.</param>
/// <param name="Before">The player's entry before the line, as the window shows it after all earlier lines; <c>default</c> for none.</param>
/// <param name="After">His entry after it.</param>
internal readonly record struct LineTarget(OpenWindow Window, Entry Before, Entry After);

/// <summary>A turn of the committer: its batch, and what the batch does not say but applying needs.</summary>
internal sealed class Turn
{
    public CommitBatch Batch { get; } = new();

    /// <summary>Index by index beside the batch's windows.</summary>
    public List<LineTarget> Targets { get; } = [];

    /// <summary>Counts how often a turn was begun, also anew.</summary>
    public long Number { get; private set; }

    /// <summary>The moment that decides.</summary>
    public DateTimeOffset Now { get; private set; }

    public void Begin(DateTimeOffset now)
    {
        Batch.Clear();
        Batch.At = now;
        Targets.Clear();
        Now = now;
        Number++;
    }
}

internal sealed partial class Board
{
    /// <summary>The next order number. Called by the committer alone; a number whose commit fails is not used again.</summary>
    private long NextOrder() => ++lastOrder;

    /// <summary>Whether the classic call of this score needs no writer: it does not count against the durable state, so it never will.</summary>
    public bool IsHopeless(PlayerId player, Score submitted)
    {
        var board = Definition;
        if (board.Ledger || board.Keep != KeepRule.Best || board.Windows.Count != 1 || board.Windows[0].Kind != WindowKind.AllTime)
        {
            return false;
        }

        using (gate.Enter())
        {
            return open.Length == 1 && open[0].Stored.Kind == WindowKind.AllTime && open[0].Set.TryGetScores(player, out var scores) && board.Order.Compare(submitted, scores) >= 0;
        }
    }

    /// <summary>The player's score in the board's first window.</summary>
    public Score? ScoreOf(PlayerId player, DateTimeOffset now)
    {
        using (gate.Enter())
        {
            return FirstWindow(now) is { } window && window.Set.TryGetScores(player, out var scores) ? new Score(scores.First) : null;
        }
    }

    /// <summary>The first hundred places of the board's first window.</summary>
    public ValueTask<BoardHead> HeadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (FirstWindow(now) is not { } window)
        {
            return new(new BoardHead(0, []));
        }

        var head = window.Head.GetAsync(this, window.Set, cancellationToken);
        return head.IsCompletedSuccessfully && open.Contains(window) ? head : new(AwaitHeadAsync(window, head, now, cancellationToken));
    }

    /// <summary>
    /// Decides a submission against the windows and what the turn has decided before, and adds its rows to the turn. By the committer alone; nobody else
    /// changes what it reads, so it takes no lock.
    /// </summary>
    public void Decide(Committing.Submission submission, Turn turn)
    {
        var batch = turn.Batch;
        var request = submission.Request;
        submission.FirstLine = batch.Windows.Count;
        submission.Row = -1;
        long order = 0;
        submission.Result = definition.Accepts(request.Scores) ? DecideWindows(submission, turn, ref order) : SubmitResult.OutOfBounds;
        submission.LineCount = batch.Windows.Count - submission.FirstLine;
        if (order != 0 || request.Key is not null || definition.Ledger)
        {
            submission.Row = batch.Submissions.Count;
            batch.Submissions.Add(new SubmissionRow(
                number, submission.Player, order, request.Scores, submission.Result, request.Key, request.Metadata, submission.FirstLine, submission.LineCount));
        }
    }

    /// <summary>Applies the lines of a committed submission.</summary>
    /// <returns>The board's version that shows them.</returns>
    public long Apply(Committing.Submission submission, Turn turn, long commit)
    {
        var changed = false;
        using (gate.Enter())
        {
            for (var i = submission.FirstLine; i < submission.FirstLine + submission.LineCount; i++)
            {
                if (!turn.Batch.Windows[i].ChangesEntry)
                {
                    continue;
                }

                changed = true;
                var target = turn.Targets[i];
                target.Window.MayHaveMetadata |= submission.Request.Metadata is not null;

                // Under Best nobody falls by his own submission, so the new place alone says whether the head changes.
                var wasInHead = definition.Keep != KeepRule.Best && target.Window.Set.RankOf(submission.Player) is { IsRanked: true, Place: <= BoardHead.Size };
                var rank = target.Window.Put(target.After, target.Before);
                if (wasInHead || rank.Place <= BoardHead.Size)
                {
                    target.Window.Head.MarkChanged();
                }
            }

            if (changed)
            {
                MarkChanged(commit);
            }

            return version;
        }
    }

    /// <summary>A window that was replaced or closed while its head was made has given it a version of the board that is not its own: then it is another's head that is wanted.</summary>
    private async Task<BoardHead> AwaitHeadAsync(OpenWindow window, ValueTask<BoardHead> making, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var head = await making;
        return open.Contains(window) ? head : await HeadAsync(now, cancellationToken);
    }

    private OpenWindow? FirstWindow(DateTimeOffset now)
    {
        var rule = definition.Windows[0];
        foreach (var window in open)
        {
            if (window.Stored.Rule == rule.Name && window.Holds(now))
            {
                return window;
            }
        }

        return null;
    }

    private SubmitResult DecideWindows(Committing.Submission submission, Turn turn, ref long order)
    {
        var moment = turn.Now;
        if (submission.Request.Window is { } named)
        {
            if (FindNamed(named, turn.Now) is not { } window)
            {
                return SubmitResult.WindowClosed;
            }

            moment = window.Stored.Ends is { } ends && ends <= moment ? ends.AddTicks(-1) : moment;
        }

        var first = SubmitResult.NoWindow;
        var lines = submission.FirstLine;
        foreach (var rule in definition.Windows)
        {
            foreach (var window in open)
            {
                if (window.Stored.Rule != rule.Name || !IsFed(window, rule, moment, turn.Now))
                {
                    continue;
                }

                var ranks = window.RanksOf(turn.Number, definition.Ties.ReadingOf());
                var isThere = ranks.TryGet(submission.Player, out var before);
                var result = ScoreKeeping.Keep(definition.Keep, definition.Order, isThere ? before.Scores : null, submission.Request.Scores, out var kept);
                if (result == SubmitResult.Overflow)
                {
                    // All windows or none.
                    turn.Batch.Windows.RemoveRange(lines, turn.Batch.Windows.Count - lines);
                    turn.Targets.RemoveRange(lines, turn.Targets.Count - lines);
                    return SubmitResult.Overflow;
                }

                first = first == SubmitResult.NoWindow ? result : first;
                turn.Batch.Windows.Add(new WindowLine(window.Stored.Number, result, kept, default, default, 0));
                turn.Targets.Add(new LineTarget(window, before, before));
                break;
            }
        }

        Record(submission, turn, ref order);
        return first;
    }

    /// <summary>Gives the changed lines their entries, and all lines their ranks.</summary>
    private void Record(Committing.Submission submission, Turn turn, ref long order)
    {
        for (var i = submission.FirstLine; i < turn.Batch.Windows.Count; i++)
        {
            var line = turn.Batch.Windows[i];
            var (window, before, _) = turn.Targets[i];
            var ranks = window.RanksOf(turn.Number, definition.Ties.ReadingOf());
            var isRanked = submission.WantsReceipt || Game.Wants(BoardEvents.FirstPlaceTaken);
            var rankBefore = isRanked && before.Player.IsSome ? ranks.RankOf(before) : default;
            var after = before;
            if (line.ChangesEntry)
            {
                order = order == 0 ? NextOrder() : order;
                after = new Entry(submission.Player, line.Scores, order);
                ranks.Put(after, before);
                turn.Targets[i] = new LineTarget(window, before, after);
            }

            if (isRanked)
            {
                var rank = line.ChangesEntry ? ranks.RankOf(after) : rankBefore;
                turn.Batch.Windows[i] = line with { Rank = rank, RankBefore = rankBefore, Count = ranks.Count };
                if (line.ChangesEntry && rank.Place == 1 && rankBefore.Place != 1 && Game.Wants(BoardEvents.FirstPlaceTaken))
                {
                    turn.Batch.Events.Add(BoardEvents.FirstPlace(this, window, after, turn.Now));
                }
            }
        }
    }

    /// <summary>
    /// Whether a submission of this moment feeds the window; the time before and after an open window belongs to others. A close that could not be committed in
    /// time is none the less due.
    /// </summary>
    private bool IsFed(OpenWindow window, WindowRule rule, DateTimeOffset moment, DateTimeOffset now) => !(window.Stored.Closes <= now) && (moment == now
        ? PeriodOf(rule, now) is { } period && period.Key == window.Stored.Key
        : window.Holds(moment));

    /// <summary>The open window of a name, unless its close is due.</summary>
    public OpenWindow? FindNamed(WindowName name, DateTimeOffset now)
    {
        var rule = definition.Windows.FirstOrDefault(rule => rule.Name == name.Rule);
        var key = name.Key;
        if (rule is null)
        {
            return null;
        }

        if (rule.Kind is not (WindowKind.AllTime or WindowKind.Season) && key is "" or WindowName.Previous)
        {
            var period = PeriodOf(rule, now);
            period = period is { } current && key == WindowName.Previous ? WindowCalendar.PeriodBefore(rule, current) : period;
            key = period?.Key;
        }

        return key is not null && FindOpen(rule.Name, key) is { } window && !(window.Stored.Closes <= now) ? window : null;
    }
}

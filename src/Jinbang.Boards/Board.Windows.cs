using System.Collections.Immutable;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Boards;

// Which window a moment belongs to. The calendar says it for a rule as it is now; three things bend it. A window that is open keeps the end it was opened with,
// whatever became of the rule or the zone since. Time never goes back: once a window has closed at its end, an earlier moment (the clock was set back)
// belongs to the window after it. And a window that the operator closed early leaves a hole until its end.

internal sealed partial class Board
{
    /// <summary>The windows that take scores. An array that is replaced, never changed.</summary>
    public ImmutableArray<OpenWindow> OpenWindows => open;

    /// <summary>The period of a rule at a moment: open already, or to be opened with the first submission; null when there is none.</summary>
    public WindowPeriod? PeriodOf(WindowRule rule, DateTimeOffset now)
    {
        var last = lastClosed.GetValueOrDefault(rule.Name);
        var latest = LatestOpen(rule.Name);
        if (rule.Kind is WindowKind.AllTime or WindowKind.Season)
        {
            return latest is not null ? latest.Holds(now) ? PeriodOf(latest.Stored) : null
                : last is not null ? null
                : WindowCalendar.PeriodAt(rule, now);
        }

        if (latest is not null && now < latest.Stored.Ends)
        {
            return PeriodOf(latest.Stored);
        }

        if (last is not null && now < last.Ends && last.Closing!.At < last.Ends)
        {
            return null;
        }

        var before = Later(latest?.Stored, last);
        var floor = before?.Ends;
        var from = floor > now ? floor.Value : now;
        if (WindowCalendar.PeriodAt(rule, from) is not { } period)
        {
            return null;
        }

        if (period.Key == before?.Key)
        {
            // The rule was changed to days that begin later: the time up to the next one belongs to the next one.
            period = WindowCalendar.PeriodAt(rule, period.Ends!.Value)!.Value;
            return period with { Starts = floor };
        }

        return floor > period.Starts ? period with { Starts = floor } : period;
    }

    /// <summary>The windows that a submission of this moment needs and that are not open yet.</summary>
    public void CollectOpenings(DateTimeOffset now, bool seasonsOnly, List<WindowOpening> openings)
    {
        foreach (var rule in definition.Windows)
        {
            if (seasonsOnly && rule.Kind != WindowKind.Season)
            {
                continue;
            }

            var period = PeriodOf(rule, now);
            if (period is null && rule is { Kind: WindowKind.Season, Starts: { } starts, Ends: { } ends } && now >= ends && LatestOpen(rule.Name) is null && !lastClosed.ContainsKey(rule.Name))
            {
                // A season always opens and closes, also when the server was not there.
                period = new WindowPeriod("", starts, ends);
            }

            if (period is { } wanted && FindOpen(rule.Name, wanted.Key) is null)
            {
                openings.Add(new WindowOpening(number, rule.Name, rule.Kind, wanted.Key, wanted.Starts, wanted.Ends, wanted.Ends + rule.Grace));
            }
        }
    }

    /// <summary>Takes in a window that was opened in the store.</summary>
    public void Open(StoredWindow stored)
    {
        var window = NewWindow(stored);
        window.Loaded();
        using (gate.Enter())
        {
            open = open.Add(window);
        }
    }

    /// <summary>The closes that are due.</summary>
    public void CollectClosings(DateTimeOffset now, List<(Board Board, OpenWindow Window)> due)
    {
        foreach (var window in open)
        {
            if (window.Stored.Closes <= now || definition.Windows.All(rule => rule.Name != window.Stored.Rule))
            {
                due.Add((this, window));
            }
        }
    }

    /// <summary>The close of a window as it would be committed now.</summary>
    public WindowClosing ClosingOf(OpenWindow window, DateTimeOffset now) => new(window.Stored.Number, now, lastOrder, window.Set.Count, window.Checksum, window.Set.Order);

    /// <summary>Takes note of a committed close: the window is final from now on, and readable in memory until <see cref="Forget"/>.</summary>
    public StoredWindow Close(OpenWindow window, WindowClosing how, long commit)
    {
        var closed = window.Stored with { State = WindowState.Closed, Closing = how };
        using (gate.Enter())
        {
            // In this order, and published: who looks without the lock finds it in one or the other.
            closing = closing.Add(window);
            Thread.MemoryBarrier();
            open = open.Remove(window);
            window.Closed = closed;

            // One that was closed early may be later than one that closes at its time.
            lastClosed = lastClosed.SetItem(closed.Rule, Later(closed, lastClosed.GetValueOrDefault(closed.Rule))!);
            MarkChanged(commit);
        }

        return closed;
    }

    /// <summary>Lets a closed window's memory go.</summary>
    public void Forget(OpenWindow window)
    {
        using (gate.Enter())
        {
            closing = closing.Remove(window);
        }
    }

    /// <summary>When a window closes or a season begins next; null for never.</summary>
    public DateTimeOffset? NextDue(DateTimeOffset now)
    {
        DateTimeOffset? due = null;
        foreach (var window in open)
        {
            due = Earlier(due, window.Stored.Closes);
        }

        foreach (var rule in definition.Windows)
        {
            if (rule.Kind == WindowKind.Season && LatestOpen(rule.Name) is null && !lastClosed.ContainsKey(rule.Name))
            {
                due = Earlier(due, rule.Starts);
            }
        }

        return due;
    }

    /// <summary>Puts rebuilt windows in the place of open ones, together with the definition they were built by.</summary>
    public void Replace(Games.BoardDefinition rebuilt, IReadOnlyList<(OpenWindow Old, StoredWindow New, IReadOnlyList<Entry> Entries)> windows, long commit)
    {
        Volatile.Write(ref definition, rebuilt);
        var replaced = open;
        foreach (var (old, stored, entries) in windows)
        {
            var window = NewWindow(stored);
            window.MayHaveMetadata = old.MayHaveMetadata;
            foreach (var entry in entries)
            {
                window.Load(entry);
                lastOrder = Math.Max(lastOrder, entry.Order);
            }

            window.Loaded();
            replaced = replaced.Replace(old, window);
        }

        using (gate.Enter())
        {
            open = replaced;
            MarkChanged(commit);
        }
    }

    private WindowRule? RuleOf(string name)
    {
        foreach (var rule in Definition.Windows)
        {
            if (rule.Name == name)
            {
                return rule;
            }
        }

        return null;
    }

    /// <summary>The open window of a rule with this key.</summary>
    public OpenWindow? FindOpen(string rule, string key)
    {
        foreach (var window in open)
        {
            if (window.Stored.Rule == rule && window.Stored.Key == key)
            {
                return window;
            }
        }

        return null;
    }

    private OpenWindow? LatestOpen(string rule)
    {
        OpenWindow? latest = null;
        foreach (var window in open)
        {
            if (window.Stored.Rule == rule)
            {
                latest = window;
            }
        }

        return latest;
    }

    private static WindowPeriod PeriodOf(StoredWindow window) => new(window.Key, window.Starts, window.Ends);

    private static StoredWindow? Later(StoredWindow? one, StoredWindow? other) => one is null ? other : other is null || one.Ends >= other.Ends ? one : other;

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null ? other : other is null || one <= other ? one : other;
}

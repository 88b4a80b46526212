using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Simulation.Tests.Model;

/// <summary>A window of the model.</summary>
internal sealed class ModelWindow
{
    public required int Number { get; init; }

    public required string Rule { get; init; }

    public required WindowKind Kind { get; init; }

    public required string Key { get; init; }

    public DateTimeOffset? Starts { get; init; }

    public DateTimeOffset? Ends { get; init; }

    public DateTimeOffset? Closes { get; init; }

    /// <summary>How it closed; null while it is open.</summary>
    public WindowClosing? Closing { get; set; }

    /// <summary>Whether a rebuild put another one in its place.</summary>
    public bool IsReplaced { get; set; }

    public List<Fed> Fed { get; init; } = [];

    /// <summary>What is logged of the windows it was put in the place of.</summary>
    public List<Fed> Earlier { get; init; } = [];

    /// <summary>The version it was last seen at, and what it said then.</summary>
    public (long Version, int Content) Seen { get; set; }

    /// <summary>The entries when it closed, in no order.</summary>
    public List<ModelEntry>? Final { get; set; }

    public bool IsOpen => Closing is null && !IsReplaced;

    public WindowName Name => new(Rule, Key);

    public override string ToString() => $"window {Number} {Name}";

    public bool Holds(DateTimeOffset moment) => (Starts is null || Starts <= moment) && (Ends is null || moment < Ends);
}

/// <summary>What a submission did in a window.</summary>
internal readonly record struct ModelLine(ModelWindow Window, SubmitResult Result, ScoreColumns Scores, int Rank, int RankBefore, int Count);

/// <summary>The answer a submission should have.</summary>
internal sealed record ModelAnswer(SubmitResult Result, ScoreColumns Submitted, byte[]? Metadata, DateTimeOffset At, IReadOnlyList<ModelLine> Lines);

/// <summary>A board of the model. Everything is looked for in lists.</summary>
internal sealed class ModelBoard(string name, int number, BoardDefinition definition)
{
    public string Name => name;

    public int Number => number;

    public BoardDefinition Definition { get; set; } = definition;

    public bool IsGone { get; set; }

    public List<ModelWindow> Windows { get; } = [];

    /// <summary>First answers by idempotency key.</summary>
    public Dictionary<(ModelPlayer Player, string Key), ModelAnswer> Keys { get; } = [];

    /// <summary>What is logged, in order: whose, and whether it changed a window.</summary>
    public List<(ModelPlayer Player, long Sequence, bool IsChange)> Log { get; } = [];

    public long Version { get; set; }

    /// <summary>The period of a rule at a moment; null when there is none.</summary>
    public WindowPeriod? PeriodOf(WindowRule rule, DateTimeOffset now)
    {
        ModelWindow? open = null, last = null;
        var hole = false;
        foreach (var window in Windows)
        {
            if (window.Rule != rule.Name || window.IsReplaced)
            {
                continue;
            }

            open = window.IsOpen ? window : open;
            last = last is null || window.Ends >= last.Ends ? window : last;
            hole |= window.Closing is { } closing && closing.At < window.Ends && now < window.Ends;
        }

        if (rule.Kind is WindowKind.AllTime or WindowKind.Season)
        {
            return open is not null ? open.Holds(now) ? new WindowPeriod("", open.Starts, open.Ends) : null
                : last is not null || now < rule.Starts || now >= rule.Ends ? null
                : new WindowPeriod("", rule.Starts, rule.Ends);
        }

        if (open is not null && now < open.Ends)
        {
            return new WindowPeriod(open.Key, open.Starts, open.Ends);
        }

        if (hole)
        {
            return null;
        }

        // Time never goes back, and no two windows of a rule have one key.
        var from = last?.Ends > now ? last.Ends.Value : now;
        var period = ModelCalendar.PeriodAt(rule, from);
        if (period.Key == last?.Key)
        {
            period = ModelCalendar.PeriodAt(rule, period.Ends!.Value) with { Starts = last.Ends };
        }

        return last?.Ends > period.Starts ? period with { Starts = last.Ends } : period;
    }

    /// <summary>The window of a name that takes scores; null when there is none.</summary>
    public ModelWindow? FindNamed(WindowName wanted, DateTimeOffset now)
    {
        if (RuleOf(wanted.Rule) is not { } rule)
        {
            return null;
        }

        var key = wanted.Key;
        if (rule.Kind is not (WindowKind.AllTime or WindowKind.Season) && key is "" or WindowName.Previous)
        {
            if (PeriodOf(rule, now) is not { } current)
            {
                return null;
            }

            key = key.Length == 0 ? current.Key : ModelCalendar.PeriodAt(rule, current.Starts!.Value.AddTicks(-1)).Key;
        }

        foreach (var window in Windows)
        {
            if (window.IsOpen && window.Rule == wanted.Rule && window.Key == key && !IsDue(window, now))
            {
                return window;
            }
        }

        return null;
    }

    public static bool IsDue(ModelWindow window, DateTimeOffset now) => window.Closes <= now;

    public WindowRule? RuleOf(string rule)
    {
        foreach (var other in Definition.Windows)
        {
            if (other.Name == rule)
            {
                return other;
            }
        }

        return null;
    }

    /// <summary>Decides a submission and takes it in.</summary>
    /// <returns>The answer; null when a window that should be open is not.</returns>
    public ModelAnswer? Submit(ModelPlayer player, SubmissionRequest request, DateTimeOffset now, long sequence)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
        ModelAnswer Refused(SubmitResult result) => new(result, request.Scores, request.Metadata, at, []);
        var answer = Refused(SubmitResult.OutOfBounds);
        if (ModelScores.Accepts(Definition, request.Scores))
        {
            var moment = now;
            var named = request.Window is { } name ? FindNamed(name, now) : null;
            if (request.Window is not null && named is null)
            {
                answer = Refused(SubmitResult.WindowClosed);
            }
            else
            {
                moment = named?.Ends <= now ? named.Ends.Value.AddTicks(-1) : now;
                if (Targets(moment, now) is not { } targets)
                {
                    return null;
                }

                answer = targets.Count == 0 ? Refused(SubmitResult.NoWindow)
                    : Definition.Keep == KeepRule.Sum && targets.Exists(window => ModelScores.Overflows(ModelScores.EntryOf(Definition, window.Fed, player), request.Scores))
                    ? Refused(SubmitResult.Overflow)
                    : Feed(targets, player, request, at, sequence);
            }
        }

        if (request.Key is { } key)
        {
            Keys[(player, key)] = answer;
        }

        return answer;
    }

    /// <summary>
    /// Decides all that is logged once more by another definition. What changed nothing when it came has its place in the order of arrival all the same.
    /// </summary>
    /// <param name="rebuilt">The other definition.</param>
    /// <param name="replaced">The new windows.</param>
    public void Rebuild(BoardDefinition rebuilt, IEnumerable<StoredWindow> replaced)
    {
        var before = Definition;
        Definition = rebuilt;
        foreach (var window in Windows.Where(window => window.IsOpen && RuleOf(window.Rule) is null))
        {
            // It closes as it is.
            var entries = ModelScores.Standings(before, window.Fed);
            window.Fed.Clear();
            window.Fed.AddRange(entries.Select(static entry => new Fed(entry.Player, entry.Scores, entry.Sequence, true, entry.Metadata)));
        }

        foreach (var put in replaced)
        {
            var window = Windows.Find(window => window.IsOpen && window.Rule == put.Rule && window.Key == put.Key)!;
            window.IsReplaced = true;
            List<Fed> all = [.. window.Earlier, .. window.Fed.FindAll(static fed => fed is { IsLogged: true, IsRebuilt: false })];
            Windows.Add(new ModelWindow
            {
                Number = put.Number,
                Rule = window.Rule,
                Kind = window.Kind,
                Key = window.Key,
                Starts = window.Starts,
                Ends = window.Ends,
                Closes = window.Closes,
                Earlier = all,
                Fed = ModelScores.Standings(rebuilt, all).ConvertAll(static entry => new Fed(entry.Player, entry.Scores, entry.Sequence, true, entry.Metadata, IsRebuilt: true)),
            });
        }
    }

    public void Erase(ModelPlayer player)
    {
        Log.RemoveAll(row => row.Player == player);
        foreach (var window in Windows)
        {
            window.Fed.RemoveAll(fed => fed.Player == player);
            window.Earlier.RemoveAll(fed => fed.Player == player);
        }

        foreach (var name in Keys.Keys)
        {
            if (name.Player == player)
            {
                Keys.Remove(name);
            }
        }
    }

    private List<ModelWindow>? Targets(DateTimeOffset moment, DateTimeOffset now)
    {
        var targets = new List<ModelWindow>();
        foreach (var rule in Definition.Windows)
        {
            ModelWindow? target = null;
            var period = moment == now ? PeriodOf(rule, now) : null;
            foreach (var window in Windows)
            {
                if (window.IsOpen && window.Rule == rule.Name && !IsDue(window, now) && (moment == now ? window.Key == period?.Key : window.Holds(moment)))
                {
                    target = window;
                }
            }

            if (target is not null)
            {
                targets.Add(target);
            }
            else if (period is not null)
            {
                return null;
            }
        }

        return targets;
    }

    private ModelAnswer Feed(List<ModelWindow> targets, ModelPlayer player, SubmissionRequest request, DateTimeOffset at, long sequence)
    {
        var lines = new List<ModelLine>(targets.Count);
        var before = targets.ConvertAll(window => ModelScores.EntryOf(Definition, window.Fed, player));
        var ranks = new List<int>(targets.Count);
        for (var i = 0; i < targets.Count; i++)
        {
            ranks.Add(before[i] is { } entry ? ModelScores.RankOf(Definition, ModelScores.Standings(Definition, targets[i].Fed), entry) : 0);
            targets[i].Fed.Add(new Fed(player, request.Scores, sequence, false, request.Metadata));
        }

        var isLogged = request.Key is not null || Definition.Ledger;
        for (var i = 0; i < targets.Count; i++)
        {
            var entries = ModelScores.Standings(Definition, targets[i].Fed);
            var entry = entries.Find(other => other.Player == player);
            var result = before[i] is not { } old ? SubmitResult.First : old.Sequence != entry.Sequence ? SubmitResult.Improved : SubmitResult.NotBetter;
            isLogged |= result != SubmitResult.NotBetter;
            lines.Add(new ModelLine(targets[i], result, entry.Scores, ModelScores.RankOf(Definition, entries, entry), ranks[i], entries.Count));
        }

        foreach (var target in targets)
        {
            target.Fed[^1] = target.Fed[^1] with { IsLogged = isLogged };
        }

        if (isLogged)
        {
            Log.Add((player, sequence, lines.Exists(static line => line.Result != SubmitResult.NotBetter)));
        }

        return new ModelAnswer(lines[0].Result, request.Scores, request.Metadata, at, lines);
    }
}

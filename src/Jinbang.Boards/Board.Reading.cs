using System.Collections.Concurrent;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Rankings;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Jinbang.Ranking.Sealed;

namespace Jinbang.Boards;

internal sealed partial class Board
{
    private const int MetadataTries = 4;

    private readonly ConcurrentDictionary<int, WindowName> names = [];

    /// <summary>Lines of a window; null when the board has no such window.</summary>
    public async ValueTask<StandingsPage?> ReadAsync(
        WindowName name, StandingsQuery query, DateTimeOffset now, PastWindows past, ProfileCache profiles, CancellationToken cancellationToken)
    {
        if (await LocateAsync(name, now, past, cancellationToken) is not { } place)
        {
            return null;
        }

        for (var tries = 1; ; tries++)
        {
            var (info, seen, rows) = Ask(place, standings => Select(standings, query, Definition.Ties.ReadingOf()));
            var players = Array.ConvertAll(rows, static row => row.Entry.Player);
            var metadata = place.Number != 0 && players.Length > 0 && place.Window is not { MayHaveMetadata: false }
                ? await store.ReadMetadataAsync(place.Number, players, cancellationToken)
                : null;
            if (metadata is not null && tries < MetadataTries && HasMoved(rows, metadata))
            {
                // Someone's entry changed in between: the store is a commit ahead of what was read.
                continue;
            }

            var shown = await profiles.ReadAsync(Game.Number, players, cancellationToken);
            var lines = new StandingsLine[rows.Length];
            for (var i = 0; i < lines.Length; i++)
            {
                var (rank, entry) = rows[i];
                var isThere = Game.Has(entry.Player);
                lines[i] = new StandingsLine(
                    rank,
                    entry,
                    isThere ? Game.PublicIds.Of(entry.Player) : default,
                    isThere ? shown[i] : null,
                    metadata is not null && metadata[i].Order == entry.Order ? metadata[i].Json : null);
            }

            return new StandingsPage { Window = info, Version = seen, Lines = lines };
        }
    }

    /// <summary>Numbers about a window; null when the board has no such window.</summary>
    public async ValueTask<Answer?> AskAsync(WindowName name, Question question, DateTimeOffset now, PastWindows past, CancellationToken cancellationToken)
    {
        if (await LocateAsync(name, now, past, cancellationToken) is not { } place)
        {
            return null;
        }

        var reading = Definition.Ties.ReadingOf();
        var (info, seen, answer) = Ask(place, standings => AnswerOf(standings, question, reading));
        return answer with { Window = info, Version = seen };
    }

    /// <summary>A window of the board as readers see it.</summary>
    public WindowInfo InfoOf(StoredWindow stored)
    {
        using (gate.Enter())
        {
            return open.FirstOrDefault(window => window.Stored.Number == stored.Number) is { } window
                ? window.Info()
                : OpenWindow.InfoOf(stored, stored.Closing?.Count ?? 0, stored.Closing?.Checksum ?? 0);
        }
    }

    /// <summary>The name of one of the board's windows; null when it has none of this number (any more).</summary>
    public async ValueTask<WindowName?> NameOfAsync(int window, CancellationToken cancellationToken)
    {
        foreach (var known in open)
        {
            if (known.Stored.Number == window)
            {
                return known.Stored.Name;
            }
        }

        if (names.TryGetValue(window, out var name))
        {
            return name;
        }

        var found = await store.ReadWindowsAsync(number, rule: null, window + 1, limit: 1, cancellationToken);
        if (found is [{ } stored] && stored.Number == window)
        {
            return names.GetOrAdd(window, stored.Name);
        }

        return (await store.ReadReplacedWindowsAsync(number, cancellationToken)).FirstOrDefault(former => former.Number == window) is { } replaced
            ? names.GetOrAdd(window, replaced.Name)
            : null;
    }

    /// <summary>A player's standing in every window that is open or closed last.</summary>
    public async ValueTask<IReadOnlyList<ExportedEntry>> ExportAsync(PlayerId player, DateTimeOffset now, PastWindows past, CancellationToken cancellationToken)
    {
        var entries = new List<ExportedEntry>();
        foreach (var name in open.Select(static window => window.Stored.Name).Concat(lastClosed.Values.Select(static window => window.Name)).Distinct())
        {
            if (await LocateAsync(name, now, past, cancellationToken) is { } place && Ask(place, standings => standings.Find(player, Definition.Ties.ReadingOf())).Result is { } standing)
            {
                var metadata = await store.ReadMetadataAsync(place.Number, [player], cancellationToken);
                entries.Add(new ExportedEntry(Definition.Name, name, standing, metadata[0].Json));
            }
        }

        return entries;
    }

    /// <summary>Where the entries of a window are; null when the board has no such window.</summary>
    private async ValueTask<Place?> LocateAsync(WindowName name, DateTimeOffset now, PastWindows past, CancellationToken cancellationToken)
    {
        var rule = RuleOf(name.Rule);
        var key = name.Key;
        WindowPeriod? period = null;
        if (rule is not null && rule.Kind is not (WindowKind.AllTime or WindowKind.Season))
        {
            if (key is "" or WindowName.Previous)
            {
                period = PeriodOf(rule, now) ?? WindowCalendar.PeriodAt(rule, now);
                period = period is { } current && key == WindowName.Previous ? WindowCalendar.PeriodBefore(rule, current) : period;
            }
            else
            {
                period = WindowCalendar.PeriodNamed(rule, key);
            }

            key = period?.Key ?? key;
        }
        else if (rule is not null)
        {
            period = rule.Kind == WindowKind.AllTime ? new WindowPeriod("", null, null) : new WindowPeriod("", rule.Starts, rule.Ends);
        }

        if (FindInMemory(name.Rule, key) is { } window)
        {
            return new Place(window.Stored.Number, window, null, null);
        }

        if (lastClosed.GetValueOrDefault(name.Rule) is { } last && last.Key == key)
        {
            return await PastPlaceAsync(last, past, cancellationToken);
        }

        if (key is not WindowName.Previous && await store.FindWindowAsync(number, name.Rule, key, cancellationToken) is { } found)
        {
            // One that has just been opened is in memory by now.
            return found.State == WindowState.Closed ? await PastPlaceAsync(found, past, cancellationToken)
                : FindInMemory(name.Rule, key) is { } opened ? new Place(opened.Stored.Number, opened, null, null)
                : EmptyPlace(found.Kind, new WindowName(name.Rule, key), new WindowPeriod(key, found.Starts, found.Ends));
        }

        return rule is not null && period is { } known && (name.Key.Length == 0 || known.Key == key) ? EmptyPlace(rule.Kind, new WindowName(rule.Name, known.Key), known) : null;
    }

    private static Place EmptyPlace(WindowKind kind, WindowName name, WindowPeriod period) => new(
        0, null, null, new WindowInfo { Name = name, Kind = kind, State = WindowState.Empty, Starts = period.Starts, Ends = period.Ends });

    private static async ValueTask<Place> PastPlaceAsync(StoredWindow closed, PastWindows past, CancellationToken cancellationToken)
    {
        var standings = await past.ReadAsync(closed, cancellationToken);
        return new Place(closed.Number, null, standings, OpenWindow.InfoOf(closed, closed.Closing!.Count, closed.Closing.Checksum));
    }

    /// <summary>A window whose entries are in memory: open, or closed just now.</summary>
    private OpenWindow? FindInMemory(string rule, string key)
    {
        // Without the lock: a window that closes is among the closing ones before it leaves the open ones.
        if (FindOpen(rule, key) is { } window)
        {
            return window;
        }

        foreach (var one in closing)
        {
            if (one.Stored.Rule == rule && one.Stored.Key == key)
            {
                return one;
            }
        }

        return null;
    }

    /// <summary>Asks about the standings of one moment, and says which version it was.</summary>
    private (WindowInfo Info, long Version, T Result) Ask<T>(in Place place, Func<Standings, T> ask)
    {
        if (place.Window is { } window)
        {
            using (gate.Enter())
            {
                window.Head.MarkPaged();
                return (window.Info(), version, ask(window.Set));
            }
        }

        try
        {
            return (place.Info!, Version, ask(place.Past ?? new RankedSet(Definition.Order)));
        }
        catch (Exception fault) when (fault is IOException or SealedFileDamagedException or NotSupportedException)
        {
            throw new StoreUnavailableException("A closed window's file cannot be read.", fault);
        }
    }

    private static Standing[] Select(Standings standings, StandingsQuery query, Reading reading)
    {
        switch (query)
        {
            case StandingsQuery.From from:
                {
                    var rows = new Standing[Math.Clamp(standings.Count - from.Place + 1, 0, from.Limit)];
                    standings.CopyRange(new Rank(from.Place), rows, reading);
                    return rows;
                }

            case StandingsQuery.After after:
                {
                    var rows = new Standing[Math.Min(after.Limit, standings.Count)];
                    return Cut(rows, standings.CopyAfter(after.Scores, after.Order, rows, reading));
                }

            case StandingsQuery.Around around:
                {
                    var rows = new Standing[Math.Min(around.Limit, standings.Count)];
                    return Cut(rows, standings.CopyAround(around.Player, rows, reading));
                }

            case StandingsQuery.Between between:
                {
                    var rows = new Standing[Math.Min(between.Limit, standings.Count)];
                    return Cut(rows, standings.CopyScoreRange(between.Best, between.Worst, between.Skip, rows, reading));
                }

            case StandingsQuery.Of { Players: [var player] }:
                return standings.Find(player, reading) is { } found ? [found] : [];

            case StandingsQuery.Of of:
                {
                    var rows = of.Players.Distinct().Select(player => standings.Find(player, reading)).OfType<Standing>().ToArray();
                    Array.Sort(rows, (one, other) => one.Rank != other.Rank ? one.Rank.Place.CompareTo(other.Rank.Place)
                        : reading.Ties == TieOrder.EarlierFirst ? one.Entry.Order.CompareTo(other.Entry.Order) : other.Entry.Order.CompareTo(one.Entry.Order));
                    return rows;
                }

            default:
                throw new ArgumentException("There is no such query.", nameof(query));
        }
    }

    private static Standing[] Cut(Standing[] rows, int count) => count == rows.Length ? rows : rows[..count];

    private static bool HasMoved(Standing[] rows, IReadOnlyList<EntryMetadata> metadata)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            if (metadata[i].Order > rows[i].Entry.Order)
            {
                return true;
            }
        }

        return false;
    }

    private static Answer AnswerOf(Standings standings, Question question, Reading reading)
    {
        var answer = new Answer { Window = null!, Version = 0 };
        if (question.Scores is { } scores)
        {
            answer = answer with
            {
                RankFor = standings.RankFor(scores, reading, question.Player),
                Better = standings.CountBetter(scores),
                Equal = standings.CountEqual(scores),
                Worse = standings.CountWorse(scores),
                PercentileOf = standings.PercentileOf(scores),
            };
        }

        if (question.Rank is { } rank)
        {
            answer = answer with { Needed = standings.ScoresNeededFor(new Rank(rank), reading, question.Player) };
        }

        return question.Percentile is { } percent ? answer with { ScoresAt = standings.ScoresAtPercentile(percent) } : answer;
    }

    /// <summary>Where a window's entries are: in memory, or in the past, or nowhere because nobody has submitted.</summary>
    private readonly record struct Place(int Number, OpenWindow? Window, Standings? Past, WindowInfo? Info);
}

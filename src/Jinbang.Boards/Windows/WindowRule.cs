using System.Buffers;

namespace Jinbang.Boards.Windows;

/// <summary>Which windows a board has, one rule for each kind of period it counts. Compares by content.</summary>
public sealed record WindowRule
{
    /// <summary>The most characters a name may have.</summary>
    public const int LongestName = 32;

    /// <summary>The longest grace.</summary>
    public static readonly TimeSpan LongestGrace = TimeSpan.FromDays(7);

    // Clocks that go forward take at most two hours from a day. The few days of history that lost more are in docs/decisions/0012.
    private static readonly TimeSpan ShortestDay = TimeSpan.FromHours(22);
    private static readonly TimeSpan ShortestWeek = TimeSpan.FromDays(6) + ShortestDay;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-");

    private readonly WindowZone zone = WindowZone.Utc;

    /// <summary>Unique in the board: 1 to 32 of <c>a-z 0-9 _ -</c>, first a letter. The usual names are all_time, daily, weekly and monthly.</summary>
    public required string Name { get; init; }

    /// <summary>How long the windows last.</summary>
    public required WindowKind Kind { get; init; }

    /// <summary>The zone whose days count, an id or an alias of the IANA time zone database. Without meaning for all time and for a season.</summary>
    public string Zone
    {
        get => zone.Id!;
        init => zone = value == WindowZone.Utc.Id ? WindowZone.Utc : new WindowZone(value);
    }

    /// <summary>The hour, 0 to 23 by the zone's clocks, at which a day and so a week or a month begins. Without meaning for all time and for a season.</summary>
    public int StartHour { get; init; }

    /// <summary>The first day of a week; only for weekly windows.</summary>
    public DayOfWeek WeekStart { get; init; } = DayOfWeek.Monday;

    /// <summary>
    /// How long after its end a window can still be named: up to 7 days in whole seconds, and shorter than the shortest period. Without meaning for all time.
    /// </summary>
    public TimeSpan Grace { get; init; }

    /// <summary>The first instant of a season, in whole milliseconds as stores keep it; null when it has always been running. Only for seasons.</summary>
    public DateTimeOffset? Starts
    {
        get;
        init => field = value is { } moment ? Milliseconds.Of(moment) : null;
    }

    /// <summary>The first instant after a season, in whole milliseconds; null when its end is not known yet. Only for seasons, which need a start or an end.</summary>
    public DateTimeOffset? Ends
    {
        get;
        init => field = value is { } moment ? Milliseconds.Of(moment) : null;
    }

    internal WindowZone Clocks => zone;

    /// <summary>Everything that is wrong with the rule, a sentence each that begins with the field as it is called in JSON; empty when nothing is.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (!IsName(Name))
        {
            faults.Add($"name must be 1 to {LongestName} characters of a-z, 0-9, _ and -, the first of them a letter.");
        }

        if (!Enum.IsDefined(Kind))
        {
            faults.Add("kind must be all_time, daily, weekly, monthly or season.");
        }

        if (!zone.IsKnown)
        {
            faults.Add("zone must be an id of the IANA time zone database, such as Asia/Shanghai.");
        }

        if (StartHour is < 0 or > 23)
        {
            faults.Add("start_hour must be 0 to 23.");
        }

        if (!Enum.IsDefined(WeekStart))
        {
            faults.Add("week_start must be a day of the week.");
        }
        else if (Kind != WindowKind.Weekly && WeekStart != DayOfWeek.Monday)
        {
            faults.Add("week_start is only for weekly windows.");
        }

        AddFaultsOfGrace(faults);
        AddFaultsOfSeason(faults);
        return faults;
    }

    private static bool IsName(string? name) =>
        name is { Length: > 0 and <= LongestName } && char.IsAsciiLetterLower(name[0])
        && !name.AsSpan().ContainsAnyExcept(NameCharacters);

    private void AddFaultsOfGrace(List<string> faults)
    {
        if (Grace < TimeSpan.Zero || Grace > LongestGrace || Grace.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            faults.Add($"grace_seconds must be a whole number from 0 to {(long)LongestGrace.TotalSeconds}.");
            return;
        }

        var shortest = Kind switch
        {
            WindowKind.Daily => ShortestDay,
            WindowKind.Weekly => ShortestWeek,
            WindowKind.Season when Ends > Starts => Ends.Value - Starts.Value,
            WindowKind.AllTime or WindowKind.Monthly or WindowKind.Season or _ => TimeSpan.MaxValue,
        };
        if (Grace >= shortest)
        {
            faults.Add($"grace_seconds must be below {(long)Math.Ceiling(shortest.TotalSeconds)}, the shortest that such a window can be.");
        }
    }

    private void AddFaultsOfSeason(List<string> faults)
    {
        if (Kind == WindowKind.Season)
        {
            if (Starts is null && Ends is null)
            {
                faults.Add("starts_at or ends_at must be given for a season.");
            }
            else if (Ends <= Starts)
            {
                faults.Add("ends_at must be after starts_at.");
            }

            return;
        }

        if (Starts is not null)
        {
            faults.Add("starts_at is only for a season.");
        }

        if (Ends is not null)
        {
            faults.Add("ends_at is only for a season.");
        }
    }
}

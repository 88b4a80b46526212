using System.Globalization;

namespace Jinbang.Boards.Windows;

/// <summary>
/// Where the days, weeks and months of a rule begin and end. Periods of a rule tile time: each ends where the next begins, whatever the zone's clocks do. The rules are in
/// docs/decisions/0012-where-days-begin.md.
/// </summary>
/// <remarks>All functions want a rule without faults, are pure, may be called from any thread, and allocate nothing but a key.</remarks>
public static class WindowCalendar
{
    private const string DayFormat = "yyyy-MM-dd";
    private const string MonthFormat = "yyyy-MM";

    // Room on both sides of the years that have keys, so that a period has neighbours.
    private const int EarliestNamedYear = 1000;
    private const int LatestNamedYear = 9000;

    /// <summary>The period that holds an instant of the years 3 to 9997.</summary>
    /// <returns>Null when a season has not begun or has ended.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The instant lies in another year, and the rule has days.</exception>
    public static WindowPeriod? PeriodAt(WindowRule rule, DateTimeOffset instant)
    {
        if (!HasDays(rule))
        {
            var whole = Whole(rule);
            return instant < whole.Starts || instant >= whole.Ends ? null : whole;
        }

        if (instant.UtcDateTime.Year is < 3 or > 9997)
        {
            throw new ArgumentOutOfRangeException(nameof(instant), instant, "The calendar knows the years 3 to 9997.");
        }

        var utc = instant.UtcTicks;
        var first = FirstDayOf(rule, DayOf(rule.Clocks.LocalAt(utc) - (rule.StartHour * TimeSpan.TicksPerHour)));
        var starts = StartOf(rule, first);
        while (true)
        {
            var next = NextFirstDay(rule, first);
            var ends = StartOf(rule, next);
            if (utc < ends)
            {
                return Period(rule, first, starts, ends);
            }

            // The clocks have gone back over the start: they show the old day again, which is over.
            (first, starts) = (next, ends);
        }
    }

    /// <summary>The period of a key; the keys of days, weeks and months have the years 1000 to 9000.</summary>
    /// <returns>
    /// Null when the rule has no such period: the key has another form, a day is not in the calendar, is not the first of the rule's weeks, or was skipped by the zone.
    /// </returns>
    public static WindowPeriod? PeriodNamed(WindowRule rule, string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!HasDays(rule))
        {
            return key.Length == 0 ? Whole(rule) : null;
        }

        if (!DateOnly.TryParseExact(key, FormatOf(rule), CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
            || first.Year is < EarliestNamedYear or > LatestNamedYear || FirstDayOf(rule, first) != first)
        {
            return null;
        }

        var (starts, ends) = (StartOf(rule, first), StartOf(rule, NextFirstDay(rule, first)));
        return starts == ends ? null : new WindowPeriod(key, Utc(starts), Utc(ends));
    }

    /// <summary>The day, week or month before a period of the same rule, the one that ends where it starts.</summary>
    /// <returns>Null for all time and for a season.</returns>
    public static WindowPeriod? PeriodBefore(WindowRule rule, WindowPeriod period) =>
        HasDays(rule) && period.Starts is { } starts ? PeriodAt(rule, starts.AddTicks(-1)) : null;

    private static bool HasDays(WindowRule rule) => rule.Kind switch
    {
        WindowKind.AllTime or WindowKind.Season => false,
        WindowKind.Daily or WindowKind.Weekly or WindowKind.Monthly => true,
    };

    private static WindowPeriod Whole(WindowRule rule) =>
        rule.Kind == WindowKind.Season ? new WindowPeriod("", rule.Starts?.ToUniversalTime(), rule.Ends?.ToUniversalTime()) : new WindowPeriod("", null, null);

    private static WindowPeriod Period(WindowRule rule, DateOnly first, long starts, long ends) =>
        new(first.ToString(FormatOf(rule), CultureInfo.InvariantCulture), Utc(starts), Utc(ends));

    private static string FormatOf(WindowRule rule) => rule.Kind == WindowKind.Monthly ? MonthFormat : DayFormat;

    private static DateOnly FirstDayOf(WindowRule rule, DateOnly day) => rule.Kind switch
    {
        WindowKind.Weekly => day.AddDays(-(((int)day.DayOfWeek - (int)rule.WeekStart + 7) % 7)),
        WindowKind.Monthly => new DateOnly(day.Year, day.Month, 1),
        WindowKind.AllTime or WindowKind.Daily or WindowKind.Season => day,
    };

    private static DateOnly NextFirstDay(WindowRule rule, DateOnly first) => rule.Kind switch
    {
        WindowKind.Weekly => first.AddDays(7),
        WindowKind.Monthly => first.AddMonths(1),
        WindowKind.AllTime or WindowKind.Daily or WindowKind.Season => first.AddDays(1),
    };

    private static long StartOf(WindowRule rule, DateOnly day) =>
        rule.Clocks.FirstMoment((day.DayNumber * TimeSpan.TicksPerDay) + (rule.StartHour * TimeSpan.TicksPerHour));

    private static DateOnly DayOf(long local) => DateOnly.FromDayNumber((int)(local / TimeSpan.TicksPerDay));

    private static DateTimeOffset Utc(long ticks) => new(ticks, TimeSpan.Zero);
}

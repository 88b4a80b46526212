using System.Globalization;
using Jinbang.Boards.Windows;
using NodaTime;
using NodaTime.TimeZones;

namespace Jinbang.Simulation.Tests.Model;

/// <summary>Which day, week or month of a rule an instant belongs to: looked for from the later to the earlier, by NodaTime alone.</summary>
internal static class ModelCalendar
{
    private static readonly ZoneLocalMappingResolver FirstMoment = Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnStartOfIntervalAfter);
    private static readonly Dictionary<(string Zone, int Hour, int Day), DateTimeOffset> Known = [];
    private static readonly Lock Gate = new();

    public static WindowPeriod PeriodAt(WindowRule rule, DateTimeOffset now)
    {
        var first = FirstDay(rule, DateOnly.FromDateTime(now.UtcDateTime).AddDays(2));
        while (StartOf(rule, first) > now)
        {
            first = FirstDay(rule, first.AddDays(-1));
        }

        return new WindowPeriod(
            first.ToString(rule.Kind == WindowKind.Monthly ? "yyyy-MM" : "yyyy-MM-dd", CultureInfo.InvariantCulture), StartOf(rule, first), StartOf(rule, Next(rule, first)));
    }

    private static DateOnly FirstDay(WindowRule rule, DateOnly day)
    {
        while (!(rule.Kind == WindowKind.Daily || (rule.Kind == WindowKind.Weekly ? day.DayOfWeek == rule.WeekStart : day.Day == 1)))
        {
            day = day.AddDays(-1);
        }

        return day;
    }

    private static DateOnly Next(WindowRule rule, DateOnly first) =>
        rule.Kind == WindowKind.Daily ? first.AddDays(1) : rule.Kind == WindowKind.Weekly ? first.AddDays(7) : first.AddMonths(1);

    private static DateTimeOffset StartOf(WindowRule rule, DateOnly day)
    {
        lock (Gate)
        {
            if (!Known.TryGetValue((rule.Zone, rule.StartHour, day.DayNumber), out var start))
            {
                var local = new LocalDateTime(day.Year, day.Month, day.Day, rule.StartHour, 0);
                start = DateTimeZoneProviders.Tzdb[rule.Zone].ResolveLocal(local, FirstMoment).ToInstant().ToDateTimeOffset();
                Known.Add((rule.Zone, rule.StartHour, day.DayNumber), start);
            }

            return start;
        }
    }
}

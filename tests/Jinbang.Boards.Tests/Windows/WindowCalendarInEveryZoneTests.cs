using System.Globalization;
using Jinbang.Boards.Windows;
using NodaTime;

namespace Jinbang.Boards.Tests.Windows;

/// <summary>What must hold for every zone of the database, whatever its clocks did from 1990 to 2040. The seeds are printed.</summary>
public sealed class WindowCalendarInEveryZoneTests
{
    private static readonly DateTimeOffset From = new(1990, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset To = new(2041, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static IReadOnlyCollection<string> Zones => DateTimeZoneProviders.Tzdb.Ids;

    [Fact]
    public void Periods_tile_time_around_every_change_of_the_clocks()
    {
        var random = new Random(Seeds.New());
        foreach (var id in Zones)
        {
            var zone = DateTimeZoneProviders.Tzdb[id];
            foreach (var interval in zone.GetZoneIntervals(Interval()))
            {
                var change = interval.HasStart ? interval.Start.ToDateTimeOffset() : From;
                for (var i = 0; i < 3; i++)
                {
                    CheckAt(Rule(random, id), change.AddMinutes(random.Next(-3 * 24 * 60, 3 * 24 * 60)));
                }

                // Starts at the very hours that are skipped or come twice.
                var hour = interval.HasStart ? interval.IsoLocalStart.Hour : 0;
                var rule = Rule(random, id) with { StartHour = (hour + random.Next(-1, 2) + 24) % 24 };
                CheckAt(rule, change);
                CheckAt(rule, change.AddTicks(-1));
                CheckAt(rule, change.AddMinutes(random.Next(-90, 90)));
            }
        }
    }

    [Fact]
    public void Periods_tile_time_at_random_instants_of_every_zone()
    {
        var random = new Random(Seeds.New());
        foreach (var id in Zones)
        {
            for (var i = 0; i < 30; i++)
            {
                CheckAt(Rule(random, id), From.AddTicks(random.NextInt64((To - From).Ticks)));
            }
        }
    }

    [Fact]
    public void Half_a_century_of_days_weeks_and_months_has_no_hole_and_no_overlap()
    {
        var random = new Random(Seeds.New());
        var zones = Zones.ToArray();
        random.Shuffle(zones);
        foreach (var id in zones.Take(30).Concat(["Europe/Berlin", "America/Sao_Paulo", "Asia/Shanghai", "Australia/Lord_Howe", "America/New_York", "Pacific/Apia"]))
        {
            var rule = Rule(random, id);
            var period = WindowCalendar.PeriodAt(rule, From)!.Value;
            while (period.Starts < To)
            {
                var next = WindowCalendar.PeriodAt(rule, period.Ends!.Value)!.Value;
                if (next.Starts != period.Ends || next.Ends <= next.Starts || string.CompareOrdinal(period.Key, next.Key) >= 0
                    || WindowCalendar.PeriodNamed(rule, next.Key) != next || WindowCalendar.PeriodBefore(rule, next) != period)
                {
                    Assert.Fail($"{rule}: {period} and then {next}");
                }

                period = next;
            }
        }
    }

    /// <summary>The plain model goes through a year minute by minute: a day begins at the first minute that shows its start hour or something later.</summary>
    [Fact]
    public void Agrees_with_a_walk_minute_by_minute()
    {
        var random = new Random(Seeds.New());
        var zones = Zones.ToArray();
        for (var round = 0; round < 24; round++)
        {
            var id = round switch
            {
                0 => "Europe/Berlin",
                1 => "America/Sao_Paulo",
                2 => "Australia/Lord_Howe",
                3 => "Pacific/Apia",
                4 => "America/St_Johns",
                _ => zones[random.Next(zones.Length)],
            };
            var year = id == "Pacific/Apia" ? 2011 : random.Next(1990, 2041);
            var hour = random.Next(3) == 0 ? random.Next(24) : random.Next(4);
            var weekStart = (DayOfWeek)random.Next(7);
            var starts = StartsOfDays(DateTimeZoneProviders.Tzdb[id], year, hour);
            foreach (var kind in new[] { WindowKind.Daily, WindowKind.Weekly, WindowKind.Monthly })
            {
                var rule = new WindowRule { Name = "walk", Kind = kind, Zone = id, StartHour = hour, WeekStart = weekStart };
                var firsts = starts.Where(start => kind switch
                {
                    WindowKind.Weekly => start.Day.DayOfWeek == weekStart,
                    WindowKind.Monthly => start.Day.Day == 1,
                    WindowKind.AllTime or WindowKind.Daily or WindowKind.Season or _ => true,
                }).ToArray();
                for (var i = 0; i + 1 < firsts.Length; i++)
                {
                    var key = firsts[i].Day.ToString(kind == WindowKind.Monthly ? "yyyy-MM" : "yyyy-MM-dd", CultureInfo.InvariantCulture);
                    var (start, end) = (firsts[i].Start, firsts[i + 1].Start);
                    var expected = start == end ? (WindowPeriod?)null : new WindowPeriod(key, start, end);
                    var named = WindowCalendar.PeriodNamed(rule, key);
                    Assert.True(named == expected, $"{rule}: {named} is not {expected}");
                    if (expected is not null)
                    {
                        var inside = start.AddTicks(random.NextInt64((end - start).Ticks));
                        Assert.Equal(expected, WindowCalendar.PeriodAt(rule, inside));
                        Assert.Equal(expected, WindowCalendar.PeriodAt(rule, start));
                        Assert.Equal(expected, WindowCalendar.PeriodAt(rule, end.AddTicks(-1)));
                    }
                }
            }
        }
    }

    private static List<(DateOnly Day, DateTimeOffset Start)> StartsOfDays(DateTimeZone zone, int year, int hour)
    {
        var starts = new List<(DateOnly Day, DateTimeOffset Start)>();
        var day = new DateOnly(year, 1, 1);
        var minute = new DateTimeOffset(year - 1, 12, 30, 0, 0, 0, TimeSpan.Zero);
        while (day <= new DateOnly(year + 1, 1, 10))
        {
            var wanted = day.ToDateTime(new TimeOnly(hour, 0));
            while (minute.UtcDateTime + zone.GetUtcOffset(NodaTime.Instant.FromDateTimeOffset(minute)).ToTimeSpan() < wanted)
            {
                minute = minute.AddMinutes(1);
            }

            starts.Add((day, minute));
            day = day.AddDays(1);
        }

        return starts;
    }

    private static void CheckAt(WindowRule rule, DateTimeOffset instant)
    {
        if (WindowCalendar.PeriodAt(rule, instant) is not { Starts: { } starts, Ends: { } ends } period)
        {
            Assert.Fail($"{rule} has no period at {instant:O}");
            return;
        }

        var next = WindowCalendar.PeriodAt(rule, ends)!.Value;
        var before = WindowCalendar.PeriodBefore(rule, period)!.Value;
        var holds = starts <= instant && instant < ends
            && WindowCalendar.PeriodAt(rule, starts) == period && WindowCalendar.PeriodAt(rule, ends.AddTicks(-1)) == period
            && next.Starts == ends && before.Ends == starts && WindowCalendar.PeriodBefore(rule, next) == period
            && string.CompareOrdinal(before.Key, period.Key) < 0 && string.CompareOrdinal(period.Key, next.Key) < 0
            && WindowCalendar.PeriodNamed(rule, period.Key) == period && WindowCalendar.PeriodNamed(rule, next.Key) == next;
        Assert.True(holds, $"{rule} at {instant:O}: {before}, {period}, {next}");
    }

    private static WindowRule Rule(Random random, string zone) => new()
    {
        Name = "any",
        Kind = (WindowKind)random.Next((int)WindowKind.Daily, (int)WindowKind.Season),
        Zone = zone,
        StartHour = random.Next(2) == 0 ? random.Next(24) : random.Next(4),
        WeekStart = (DayOfWeek)random.Next(7),
    };

    private static Interval Interval() => new(NodaTime.Instant.FromDateTimeOffset(From), NodaTime.Instant.FromDateTimeOffset(To));
}

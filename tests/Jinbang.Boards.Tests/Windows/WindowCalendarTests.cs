using System.Globalization;
using Jinbang.Boards.Windows;

namespace Jinbang.Boards.Tests.Windows;

public sealed class WindowCalendarTests
{
    [Theory]
    [InlineData("UTC", 0, "2026-11-24T00:00Z", "2026-11-24", "2026-11-24T00:00Z", "2026-11-25T00:00Z")]
    [InlineData("Asia/Shanghai", 0, "2026-11-24T15:59Z", "2026-11-24", "2026-11-23T16:00Z", "2026-11-24T16:00Z")]
    [InlineData("Asia/Shanghai", 0, "2026-11-24T16:00Z", "2026-11-25", "2026-11-24T16:00Z", "2026-11-25T16:00Z")]
    [InlineData("Asia/Shanghai", 5, "2026-11-24T20:59Z", "2026-11-24", "2026-11-23T21:00Z", "2026-11-24T21:00Z")]
    [InlineData("PRC", 5, "2026-11-24T21:00Z", "2026-11-25", "2026-11-24T21:00Z", "2026-11-25T21:00Z")]
    [InlineData("UTC", 0, "2028-02-29T12:00Z", "2028-02-29", "2028-02-29T00:00Z", "2028-03-01T00:00Z")]
    // Clocks go from 02:00 to 03:00: a start at 2 is at the end of the gap.
    [InlineData("Europe/Berlin", 2, "2026-03-29T00:59Z", "2026-03-28", "2026-03-28T01:00Z", "2026-03-29T01:00Z")]
    [InlineData("Europe/Berlin", 2, "2026-03-29T01:00Z", "2026-03-29", "2026-03-29T01:00Z", "2026-03-30T00:00Z")]
    [InlineData("Europe/Berlin", 3, "2026-03-29T01:00Z", "2026-03-29", "2026-03-29T01:00Z", "2026-03-30T01:00Z")]
    // They go from 03:00 back to 02:00: a start at 2 is at the first of the two.
    [InlineData("Europe/Berlin", 2, "2026-10-24T23:59Z", "2026-10-24", "2026-10-24T00:00Z", "2026-10-25T00:00Z")]
    [InlineData("Europe/Berlin", 2, "2026-10-25T00:00Z", "2026-10-25", "2026-10-25T00:00Z", "2026-10-26T01:00Z")]
    [InlineData("Europe/Berlin", 2, "2026-10-25T01:30Z", "2026-10-25", "2026-10-25T00:00Z", "2026-10-26T01:00Z")]
    [InlineData("Europe/Berlin", 0, "2026-10-25T12:00Z", "2026-10-25", "2026-10-24T22:00Z", "2026-10-25T23:00Z")]
    [InlineData("America/New_York", 1, "2026-11-01T05:00Z", "2026-11-01", "2026-11-01T05:00Z", "2026-11-02T06:00Z")]
    [InlineData("America/New_York", 1, "2026-11-01T06:30Z", "2026-11-01", "2026-11-01T05:00Z", "2026-11-02T06:00Z")]
    [InlineData("America/New_York", 2, "2026-03-08T07:00Z", "2026-03-08", "2026-03-08T07:00Z", "2026-03-09T06:00Z")]
    // A midnight that does not exist: the day begins at 01:00.
    [InlineData("America/Sao_Paulo", 0, "2018-11-04T03:00Z", "2018-11-04", "2018-11-04T03:00Z", "2018-11-05T02:00Z")]
    [InlineData("America/Sao_Paulo", 0, "2018-11-04T02:59Z", "2018-11-03", "2018-11-03T03:00Z", "2018-11-04T03:00Z")]
    // The evening before comes twice, midnight once.
    [InlineData("America/Sao_Paulo", 0, "2018-02-18T02:30Z", "2018-02-17", "2018-02-17T02:00Z", "2018-02-18T03:00Z")]
    [InlineData("America/Sao_Paulo", 23, "2018-02-18T02:30Z", "2018-02-17", "2018-02-18T01:00Z", "2018-02-19T02:00Z")]
    // Half an hour: 02:00 to 02:30, and back to 01:30.
    [InlineData("Australia/Lord_Howe", 2, "2026-10-03T15:30Z", "2026-10-04", "2026-10-03T15:30Z", "2026-10-04T15:00Z")]
    [InlineData("Australia/Lord_Howe", 2, "2026-04-04T15:29Z", "2026-04-04", "2026-04-03T15:00Z", "2026-04-04T15:30Z")]
    [InlineData("Asia/Shanghai", 2, "1991-04-13T18:00Z", "1991-04-14", "1991-04-13T18:00Z", "1991-04-14T17:00Z")]
    // Midnight comes twice, from 00:01 back to 23:01: the old day is shown again and is over.
    [InlineData("America/St_Johns", 0, "2010-11-07T02:45Z", "2010-11-07", "2010-11-07T02:30Z", "2010-11-08T03:30Z")]
    public void Days_begin_at_the_start_hour_of_the_zone(string zone, int hour, string at, string key, string starts, string ends) =>
        Assert.Equal(new WindowPeriod(key, Instant(starts), Instant(ends)), WindowCalendar.PeriodAt(Daily(zone, hour), Instant(at)));

    [Theory]
    [InlineData(DayOfWeek.Monday, "2026-11-23")]
    [InlineData(DayOfWeek.Tuesday, "2026-11-24")]
    [InlineData(DayOfWeek.Wednesday, "2026-11-18")]
    [InlineData(DayOfWeek.Thursday, "2026-11-19")]
    [InlineData(DayOfWeek.Friday, "2026-11-20")]
    [InlineData(DayOfWeek.Saturday, "2026-11-21")]
    [InlineData(DayOfWeek.Sunday, "2026-11-22")]
    public void Weeks_begin_on_the_rules_day(DayOfWeek start, string key)
    {
        var rule = new WindowRule { Name = "weekly", Kind = WindowKind.Weekly, Zone = "Asia/Tokyo", StartHour = 4, WeekStart = start };
        var starts = Instant(key + "T04:00+09:00");
        Assert.Equal(new WindowPeriod(key, starts, starts.AddDays(7)), WindowCalendar.PeriodAt(rule, Instant("2026-11-24T12:00+09:00")));
        for (var day = 1; day < 7; day++)
        {
            Assert.Null(WindowCalendar.PeriodNamed(rule, Day(DateOnly.Parse(key, CultureInfo.InvariantCulture).AddDays(day))));
        }
    }

    [Theory]
    [InlineData("2026-12-31T15:59Z", "2026-12", "2026-11-30T16:00Z", "2026-12-31T16:00Z")]
    [InlineData("2026-12-31T16:00Z", "2027-01", "2026-12-31T16:00Z", "2027-01-31T16:00Z")]
    [InlineData("2028-02-29T15:59Z", "2028-02", "2028-01-31T16:00Z", "2028-02-29T16:00Z")]
    [InlineData("2027-02-28T16:00Z", "2027-03", "2027-02-28T16:00Z", "2027-03-31T16:00Z")]
    public void Months_begin_on_their_first_day(string at, string key, string starts, string ends) =>
        Assert.Equal(new WindowPeriod(key, Instant(starts), Instant(ends)), WindowCalendar.PeriodAt(Monthly("Asia/Shanghai", 0), Instant(at)));

    [Fact]
    public void A_day_that_the_zone_skips_has_no_period()
    {
        var rule = Daily("Pacific/Apia", 0);
        var skip = Instant("2011-12-30T10:00Z");
        var before = WindowCalendar.PeriodAt(rule, skip.AddTicks(-1));
        var after = WindowCalendar.PeriodAt(rule, skip);
        Assert.Equal(new WindowPeriod("2011-12-29", skip.AddDays(-1), skip), before);
        Assert.Equal(new WindowPeriod("2011-12-31", skip, skip.AddDays(1)), after);
        Assert.Null(WindowCalendar.PeriodNamed(rule, "2011-12-30"));
        Assert.Equal(before, WindowCalendar.PeriodBefore(rule, after!.Value));

        // A week that would begin on that Friday begins with the Saturday and keeps its name.
        var weekly = new WindowRule { Name = "weekly", Kind = WindowKind.Weekly, Zone = "Pacific/Apia", WeekStart = DayOfWeek.Friday };
        Assert.Equal(new WindowPeriod("2011-12-30", skip, skip.AddDays(6)), WindowCalendar.PeriodAt(weekly, skip));
    }

    [Fact]
    public void A_skipped_day_that_begins_at_five_keeps_the_hours_up_to_the_next_five()
    {
        var rule = Daily("Pacific/Apia", 5);
        var skip = Instant("2011-12-30T10:00Z");
        Assert.Equal(new WindowPeriod("2011-12-29", skip.AddHours(-19), skip), WindowCalendar.PeriodAt(rule, skip.AddTicks(-1)));
        Assert.Equal(new WindowPeriod("2011-12-30", skip, skip.AddHours(5)), WindowCalendar.PeriodAt(rule, skip));
        Assert.Equal("2011-12-31", WindowCalendar.PeriodAt(rule, skip.AddHours(5))?.Key);
    }

    [Fact]
    public void All_time_is_one_period_without_ends()
    {
        var rule = new WindowRule { Name = "all_time", Kind = WindowKind.AllTime };
        var whole = new WindowPeriod("", null, null);
        Assert.Equal(whole, WindowCalendar.PeriodAt(rule, DateTimeOffset.MinValue));
        Assert.Equal(whole, WindowCalendar.PeriodAt(rule, DateTimeOffset.MaxValue));
        Assert.Equal(whole, WindowCalendar.PeriodNamed(rule, ""));
        Assert.Null(WindowCalendar.PeriodNamed(rule, "2026-11-24"));
        Assert.Null(WindowCalendar.PeriodBefore(rule, whole));
    }

    [Fact]
    public void A_season_is_there_from_its_start_to_its_end()
    {
        var (starts, ends) = (Instant("2026-11-01T10:00+08:00"), Instant("2026-12-01T10:00+08:00"));
        var rule = new WindowRule { Name = "autumn", Kind = WindowKind.Season, Starts = starts, Ends = ends };
        var whole = new WindowPeriod("", starts, ends);
        Assert.Null(WindowCalendar.PeriodAt(rule, starts.AddTicks(-1)));
        Assert.Equal(whole, WindowCalendar.PeriodAt(rule, starts));
        Assert.Equal(TimeSpan.Zero, WindowCalendar.PeriodAt(rule, starts)!.Value.Starts!.Value.Offset);
        Assert.Equal(whole, WindowCalendar.PeriodAt(rule, ends.AddTicks(-1)));
        Assert.Null(WindowCalendar.PeriodAt(rule, ends));
        Assert.Equal(whole, WindowCalendar.PeriodNamed(rule, ""));
        Assert.Null(WindowCalendar.PeriodNamed(rule, "autumn"));
        Assert.Null(WindowCalendar.PeriodBefore(rule, whole));
        Assert.NotNull(WindowCalendar.PeriodAt(rule with { Ends = null }, DateTimeOffset.MaxValue));
        Assert.NotNull(WindowCalendar.PeriodAt(rule with { Starts = null }, DateTimeOffset.MinValue));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-11")]
    [InlineData("2026-11-31")]
    [InlineData("2026-02-29")]
    [InlineData("2026-1-01")]
    [InlineData("2026-11-24 ")]
    [InlineData(" 2026-11-24")]
    [InlineData("2026-11-24T00:00")]
    [InlineData("2026/11/24")]
    [InlineData("26-11-24")]
    [InlineData("0001-01-01")]
    [InlineData("0999-12-31")]
    [InlineData("9001-01-01")]
    [InlineData("9999-12-31")]
    [InlineData("12026-11-24")]
    [InlineData("２０２６-11-24")]
    [InlineData("daily")]
    public void Keys_of_another_form_name_no_day(string key) => Assert.Null(WindowCalendar.PeriodNamed(Daily("UTC", 0), key));

    [Theory]
    [InlineData("")]
    [InlineData("2026")]
    [InlineData("2026-13")]
    [InlineData("2026-00")]
    [InlineData("2026-11-01")]
    public void Keys_of_another_form_name_no_month(string key) => Assert.Null(WindowCalendar.PeriodNamed(Monthly("UTC", 0), key));

    [Theory]
    [InlineData("1000-01-01")]
    [InlineData("9000-12-31")]
    public void The_earliest_and_the_latest_day_have_neighbours(string key)
    {
        var rule = Daily("Pacific/Kiritimati", 23);
        var period = WindowCalendar.PeriodNamed(rule, key)!.Value;
        Assert.Equal(period.Starts, WindowCalendar.PeriodBefore(rule, period)!.Value.Ends);
        Assert.Equal(period.Ends, WindowCalendar.PeriodAt(rule, period.Ends!.Value)!.Value.Starts);
    }

    [Fact]
    public void Years_that_are_not_in_the_calendar_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => WindowCalendar.PeriodAt(Daily("UTC", 0), DateTimeOffset.MinValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => WindowCalendar.PeriodAt(Daily("UTC", 0), DateTimeOffset.MaxValue));
    }

    [Fact]
    public void Asking_allocates_no_more_than_a_key()
    {
        var rule = Daily("Europe/Berlin", 5);
        var at = Instant("2026-11-24T12:00Z");
        _ = WindowCalendar.PeriodAt(rule, at);
        _ = WindowCalendar.PeriodNamed(rule, "2026-11-24");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            _ = WindowCalendar.PeriodAt(rule, at);
            _ = WindowCalendar.PeriodNamed(rule, "2026-11-24");
        }

        // A string of ten characters has 48 bytes.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000 * 48);
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static WindowRule Daily(string zone, int hour) => new() { Name = "daily", Kind = WindowKind.Daily, Zone = zone, StartHour = hour };

    private static WindowRule Monthly(string zone, int hour) => new() { Name = "monthly", Kind = WindowKind.Monthly, Zone = zone, StartHour = hour };
}

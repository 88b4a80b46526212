using Jinbang.Boards.Windows;
using NodaTime;

namespace Jinbang.Boards.Tests.Windows;

public sealed class WindowRuleTests
{
    private static readonly WindowRule Daily = new() { Name = "daily", Kind = WindowKind.Daily, Zone = "Asia/Shanghai" };
    private static readonly DateTimeOffset Autumn = new(2026, 9, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Usual_rules_have_no_faults()
    {
        Assert.Empty(Daily.Faults());
        Assert.Empty((Daily with { StartHour = 23, Grace = TimeSpan.FromMinutes(10) }).Faults());
        Assert.Empty(new WindowRule { Name = "all_time", Kind = WindowKind.AllTime }.Faults());
        Assert.Empty(new WindowRule { Name = "weekly", Kind = WindowKind.Weekly, WeekStart = DayOfWeek.Sunday, Grace = TimeSpan.FromDays(6) }.Faults());
        Assert.Empty(new WindowRule { Name = "monthly", Kind = WindowKind.Monthly, Grace = TimeSpan.FromDays(7) }.Faults());
        Assert.Empty(new WindowRule { Name = "s-1_autumn", Kind = WindowKind.Season, Starts = Autumn, Ends = Autumn.AddDays(90) }.Faults());
        Assert.Empty(new WindowRule { Name = "s", Kind = WindowKind.Season, Starts = Autumn }.Faults());
        Assert.Empty(new WindowRule { Name = new string('a', 32), Kind = WindowKind.Season, Ends = Autumn }.Faults());
    }

    [Fact]
    public void Every_zone_of_the_database_may_be_named() =>
        Assert.All(DateTimeZoneProviders.Tzdb.Ids, static id => Assert.Empty((Daily with { Zone = id }).Faults()));

    [Fact]
    public void A_fault_is_a_sentence_that_names_its_field()
    {
        Assert.Equal(["name must be 1 to 32 characters of a-z, 0-9, _ and -, the first of them a letter."], (Daily with { Name = "7days" }).Faults());
        Assert.Equal(["zone must be an id of the IANA time zone database, such as Asia/Shanghai."], (Daily with { Zone = "Asia/Atlantis" }).Faults());
        Assert.Equal(["start_hour must be 0 to 23."], (Daily with { StartHour = 24 }).Faults());
        Assert.Equal(["week_start is only for weekly windows."], (Daily with { WeekStart = DayOfWeek.Sunday }).Faults());
        Assert.Equal(["week_start must be a day of the week."], (Daily with { WeekStart = (DayOfWeek)7 }).Faults());
        Assert.Equal(["grace_seconds must be a whole number from 0 to 604800."], (Daily with { Grace = TimeSpan.FromMilliseconds(1_500) }).Faults());
        Assert.Equal(["grace_seconds must be below 79200, the shortest that such a window can be."], (Daily with { Grace = TimeSpan.FromHours(22) }).Faults());
        Assert.Equal(["starts_at is only for a season."], (Daily with { Starts = Autumn }).Faults());
        Assert.Equal(["ends_at is only for a season."], (Daily with { Ends = Autumn }).Faults());
        Assert.Equal(["kind must be all_time, daily, weekly, monthly or season."], (Daily with { Kind = default }).Faults());
    }

    [Fact]
    public void A_season_ends_in_memory_at_the_millisecond_at_which_it_ends_in_the_store()
    {
        var rule = new WindowRule { Name = "autumn", Kind = WindowKind.Season, Starts = Autumn.AddTicks(1), Ends = Autumn.AddMilliseconds(1).AddTicks(9_999) };
        Assert.Equal((Autumn, Autumn.AddMilliseconds(1)), (rule.Starts, rule.Ends));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Daily")]
    [InlineData("_daily")]
    [InlineData("-")]
    [InlineData("day.ly")]
    [InlineData("täglich")]
    [InlineData("daily ")]
    [InlineData(null)]
    [InlineData("a23456789012345678901234567890123")]
    public void Other_names_are_refused(string? name) => Assert.StartsWith("name ", Assert.Single((Daily with { Name = name! }).Faults()), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("UTC+08:00")]
    [InlineData("UTC+8")]
    [InlineData("+08:00")]
    [InlineData("asia/shanghai")]
    [InlineData("China Standard Time")]
    public void Other_zones_are_refused(string? zone) => Assert.StartsWith("zone ", Assert.Single((Daily with { Zone = zone! }).Faults()), StringComparison.Ordinal);

    [Fact]
    public void A_grace_ends_before_the_next_window_does()
    {
        Assert.NotEmpty((Daily with { Grace = TimeSpan.FromSeconds(-1) }).Faults());
        Assert.Empty((Daily with { Grace = TimeSpan.FromHours(22) - TimeSpan.FromSeconds(1) }).Faults());
        var weekly = new WindowRule { Name = "weekly", Kind = WindowKind.Weekly };
        Assert.NotEmpty((weekly with { Grace = TimeSpan.FromDays(7) }).Faults());
        var season = new WindowRule { Name = "short", Kind = WindowKind.Season, Starts = Autumn, Ends = Autumn.AddHours(1) };
        Assert.Empty((season with { Grace = TimeSpan.FromMinutes(59) }).Faults());
        Assert.NotEmpty((season with { Grace = TimeSpan.FromMinutes(60) }).Faults());
        Assert.NotEmpty((weekly with { Kind = WindowKind.Monthly, Grace = TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1) }).Faults());
    }

    [Fact]
    public void A_season_needs_an_end_or_a_start_and_ends_after_it()
    {
        var season = new WindowRule { Name = "season", Kind = WindowKind.Season };
        Assert.Equal(["starts_at or ends_at must be given for a season."], season.Faults());
        Assert.Equal(["ends_at must be after starts_at."], (season with { Starts = Autumn, Ends = Autumn }).Faults());
        Assert.Equal(["ends_at must be after starts_at."], (season with { Starts = Autumn, Ends = Autumn.AddTicks(-1) }).Faults());
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var rule = new WindowRule
        {
            Name = "No",
            Kind = WindowKind.Daily,
            Zone = "Nowhere",
            StartHour = -1,
            WeekStart = DayOfWeek.Friday,
            Grace = TimeSpan.FromDays(8),
            Starts = Autumn,
            Ends = Autumn,
        };
        Assert.Equal(
            ["name", "zone", "start_hour", "week_start", "grace_seconds", "starts_at", "ends_at"],
            rule.Faults().Select(static fault => fault.Split(' ')[0]));
    }

    [Fact]
    public void Rules_compare_by_content()
    {
        Assert.Equal(Daily, Daily with { Zone = new string(Daily.Zone.AsSpan()) });
        Assert.Equal(Daily.GetHashCode(), (Daily with { Zone = new string(Daily.Zone.AsSpan()) }).GetHashCode());
        Assert.NotEqual(Daily, Daily with { Zone = "PRC" });
        Assert.NotEqual(Daily, Daily with { StartHour = 1 });
        Assert.Equal(new WindowRule { Name = "a", Kind = WindowKind.Daily }, new WindowRule { Name = "a", Kind = WindowKind.Daily, Zone = "UTC" });
    }
}

using Jinbang.Boards.Games;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Simulation.Tests;

/// <summary>Boards of every make.</summary>
internal static class RandomBoards
{
    private static readonly string[] Zones = ["UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"];

    /// <summary>Moments near which histories begin: leap days, ends of years, and clocks that go forward and back.</summary>
    private static readonly DateTimeOffset[] Beginnings =
    [
        new(2024, 2, 28, 23, 0, 0, TimeSpan.Zero), new(2028, 2, 29, 12, 0, 0, TimeSpan.Zero), new(2025, 12, 31, 15, 59, 0, TimeSpan.Zero),
        new(2024, 3, 10, 6, 30, 0, TimeSpan.Zero), new(2024, 11, 3, 5, 30, 0, TimeSpan.Zero), new(2026, 3, 29, 0, 30, 0, TimeSpan.Zero),
        new(2026, 10, 25, 0, 30, 0, TimeSpan.Zero), new(2025, 4, 5, 14, 45, 0, TimeSpan.Zero), new(2025, 10, 4, 15, 15, 0, TimeSpan.Zero), new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero),
    ];

    public static T Of<T>(this Random random, IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    public static DateTimeOffset Beginning(Random random) => random.Of(Beginnings).AddTicks(random.NextInt64(-TimeSpan.TicksPerDay, TimeSpan.TicksPerDay));

    public static BoardDefinition Board(Random random, string name, DateTimeOffset now, bool hasMetadata)
    {
        var columns = random.Next(3) switch { 0 => 1, 1 => 2, _ => random.Next(1, 5) };
        return new BoardDefinition
        {
            Name = name,
            Columns = [.. Enumerable.Range(0, columns).Select(column => new ColumnDefinition
            {
                Name = column == 0 ? "score" : $"column{column}",
                Order = random.Next(2) == 0 ? ScoreOrder.HigherIsBetter : ScoreOrder.LowerIsBetter,
                Highest = column == 0 && random.Next(4) == 0 ? 1_000 : long.MaxValue,
            })],
            Keep = random.Next(2) == 0 ? KeepRule.Best : (KeepRule)random.Next(1, 5),
            Ties = (TieRule)random.Next(1, 5),
            Ledger = random.Next(4) == 0,
            MetadataBytes = hasMetadata ? 64 : 0,
            Windows = Rules(random, now),
        };
    }

    /// <summary>Another definition of a board.</summary>
    public static BoardDefinition Changed(Random random, BoardDefinition board, DateTimeOffset now, bool rebuilds)
    {
        var changed = random.Next(5) switch
        {
            0 => board with { Ties = (TieRule)random.Next(1, 5) },
            1 => board with { Ledger = !board.Ledger },
            2 => board with { Windows = Rules(random, now) },
            3 => board with { Windows = [.. board.Windows.Select(rule => HasDays(rule) ? rule with { Zone = random.Of(Zones) } : rule)] },
            _ => board with { Windows = board.Windows.Count > 1 ? [.. board.Windows.Skip(1)] : board.Windows },
        };
        changed = rebuilds && random.Next(2) == 0 ? changed with { Keep = (KeepRule)random.Next(1, 5) } : changed;

        // A rule of the same name keeps its kind, or the change would be refused.
        return changed.Windows.Any(rule => board.Windows.Any(other => other.Name == rule.Name && other.Kind != rule.Kind)) ? changed with { Windows = board.Windows } : changed;
    }

    public static ScoreColumns Scores(Random random, BoardDefinition board)
    {
        var wide = random.Next(40) == 0;
        long Value(int column) => column >= board.Columns.Count ? 0
            : wide ? random.Of([long.MaxValue, long.MinValue, long.MaxValue - 1, 2_000])
            : random.Next(4);
        return new ScoreColumns(Value(0), Value(1), Value(2), Value(3));
    }

    private static bool HasDays(WindowRule rule) => rule.Kind is WindowKind.Daily or WindowKind.Weekly or WindowKind.Monthly;

    private static List<WindowRule> Rules(Random random, DateTimeOffset now)
    {
        var rules = new List<WindowRule>();
        for (var wanted = random.Next(1, 4); wanted > 0; wanted--)
        {
            var rule = random.Next(6) switch
            {
                0 => new WindowRule { Name = "all_time", Kind = WindowKind.AllTime },
                1 => new WindowRule { Name = "weekly", Kind = WindowKind.Weekly, Zone = random.Of(Zones), StartHour = Hour(random), WeekStart = (DayOfWeek)random.Next(7), Grace = Grace(random, 6 * 24) },
                2 => new WindowRule { Name = "monthly", Kind = WindowKind.Monthly, Zone = random.Of(Zones), StartHour = Hour(random), Grace = Grace(random, 7 * 24) },
                3 => Season(random, now),
                _ => new WindowRule { Name = "daily", Kind = WindowKind.Daily, Zone = random.Of(Zones), StartHour = Hour(random), Grace = Grace(random, 21) },
            };
            if (rules.TrueForAll(other => other.Name != rule.Name))
            {
                rules.Add(rule);
            }
        }

        return rules;
    }

    private static int Hour(Random random) => random.Next(2) == 0 ? 0 : random.Next(5);

    private static TimeSpan Grace(Random random, int mostHours) =>
        random.Next(3) switch { 0 => TimeSpan.Zero, 1 => TimeSpan.FromSeconds(random.Next(1, 4_000)), _ => TimeSpan.FromHours(random.Next(1, mostHours)) };

    private static WindowRule Season(Random random, DateTimeOffset now)
    {
        var starts = now.AddMinutes(random.Next(-3_000, 3_000));
        var ends = starts.AddHours(random.Next(2, 300));
        var shape = random.Next(6);
        return new WindowRule
        {
            Name = "season",
            Kind = WindowKind.Season,
            Starts = shape == 0 ? null : starts,
            Ends = shape == 1 ? null : ends,
            Grace = random.Next(2) == 0 ? TimeSpan.Zero : TimeSpan.FromHours(1),
        };
    }
}

namespace Jinbang.Boards.Windows;

/// <summary>Which kind of windows a rule makes. The numbers are stored: never change one, only append.</summary>
public enum WindowKind { AllTime = 1, Daily = 2, Weekly = 3, Monthly = 4, Season = 5 }

public sealed record WindowRule
{
    public required string Name { get; init; }
    public required WindowKind Kind { get; init; }
    public string Zone { get; init; } = "UTC";
    public int StartHour { get; init; }
    public DayOfWeek WeekStart { get; init; } = DayOfWeek.Monday;
    public TimeSpan Grace { get; init; }
    public DateTimeOffset? Starts { get; init; }
    public DateTimeOffset? Ends { get; init; }
    public IReadOnlyList<string> Faults() => Name.Length == 0 ? ["name: it is missing."] : [];
}

namespace Jinbang.Boards.Windows;

/// <summary>One day, week or month of a window, or the whole of one that is not repeated.</summary>
/// <param name="Key">
/// Names the period among those of its rule: <c>2026-11-24</c> for a day, <c>2026-11-23</c> for a week (its first day), <c>2026-11</c> for a month, empty for
/// all time and for a season. Keys of one rule sort, byte by byte, as their periods follow each other.
/// </param>
/// <param name="Starts">The first instant, in UTC; null when it has always been running.</param>
/// <param name="Ends">The first instant after it, in UTC; null when it never ends.</param>
public readonly record struct WindowPeriod(string Key, DateTimeOffset? Starts, DateTimeOffset? Ends);

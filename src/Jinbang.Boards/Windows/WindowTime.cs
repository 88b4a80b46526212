namespace Jinbang.Boards.Windows;

/// <summary>What the clock of the windows says.</summary>
/// <param name="Now">The time by which windows are decided, in UTC.</param>
/// <param name="IsHeld">Whether the wall clock is not believed at the moment: <paramref name="Now"/> goes on without it.</param>
/// <param name="Jump">How far the wall clock is ahead (behind, when negative) while it is not believed; otherwise zero.</param>
public readonly record struct WindowTime(DateTimeOffset Now, bool IsHeld, TimeSpan Jump);

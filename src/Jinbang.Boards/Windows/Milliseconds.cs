namespace Jinbang.Boards.Windows;

/// <summary>Times as stores keep them.</summary>
internal static class Milliseconds
{
    /// <summary>The moment without what is finer than a millisecond, so that it says the same before and after it is stored.</summary>
    public static DateTimeOffset Of(DateTimeOffset moment) => moment.AddTicks(-(moment.Ticks % TimeSpan.TicksPerMillisecond));
}

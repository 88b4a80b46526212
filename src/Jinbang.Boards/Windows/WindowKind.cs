namespace Jinbang.Boards.Windows;

/// <summary>How long a board's window lasts. The numbers are stored: never change one, only append.</summary>
public enum WindowKind
{
    /// <summary>One window that never ends.</summary>
    AllTime = 1,

    /// <summary>A window a day.</summary>
    Daily = 2,

    /// <summary>A window a week.</summary>
    Weekly = 3,

    /// <summary>A window a month.</summary>
    Monthly = 4,

    /// <summary>One window, from an instant to another.</summary>
    Season = 5,
}

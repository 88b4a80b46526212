namespace Jinbang.Boards.Windows;

/// <summary>Whether a window takes scores. The numbers are stored: never change one, only append.</summary>
public enum WindowState
{
    /// <summary>Nobody has submitted in its time yet.</summary>
    Empty = 0,

    /// <summary>It takes scores; after its end only from those who may name it.</summary>
    Open = 1,

    /// <summary>Its standings are final.</summary>
    Closed = 2,

    /// <summary>It was made again with other settings by a rebuild and is not shown.</summary>
    Replaced = 3,
}

/// <summary>A window as readers see it.</summary>
public sealed record WindowInfo
{
    /// <summary>Its full name, never "previous".</summary>
    public required WindowName Name { get; init; }

    /// <summary>Its kind.</summary>
    public required WindowKind Kind { get; init; }

    /// <summary>Whether it takes scores.</summary>
    public required WindowState State { get; init; }

    /// <summary>When it began; null for all time.</summary>
    public DateTimeOffset? Starts { get; init; }

    /// <summary>Its end, exclusive; null for all time.</summary>
    public DateTimeOffset? Ends { get; init; }

    /// <summary>When it closes: its end plus the grace time; null for all time.</summary>
    public DateTimeOffset? Closes { get; init; }

    /// <summary>When it was closed.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>How many entries it has.</summary>
    public int Count { get; init; }

    /// <summary>Of a closed window, the sum of all entries' digests: equal standings have equal sums.</summary>
    public ulong Checksum { get; init; }
}

namespace Jinbang.Bench.Scale.Measuring;

/// <summary>How long single calls took, one after the other.</summary>
internal sealed record Pauses
{
    /// <summary>How many calls there were.</summary>
    public required long Calls { get; init; }

    /// <summary>Nanoseconds of a call on average, the stopwatch's own included.</summary>
    public required double MeanNs { get; init; }

    /// <summary>The longest by the clock on the wall.</summary>
    public required double LongestMs { get; init; }

    /// <summary>How many took over 1 ms by the clock on the wall.</summary>
    public required long OverOne { get; init; }

    /// <summary>How many took over 10 ms by the clock on the wall.</summary>
    public required long OverTen { get; init; }

    /// <summary>The longest by the thread's CPU time: what the machine took away does not count, a collection does.</summary>
    public required double LongestOwnMs { get; init; }

    /// <summary>How many took over 1 ms of CPU time.</summary>
    public required long OwnOverOne { get; init; }

    /// <summary>How many took over 10 ms of CPU time.</summary>
    public required long OwnOverTen { get; init; }

    /// <summary>How many garbage collections there were.</summary>
    public required int Collections { get; init; }

    /// <summary>All pauses of the collections together.</summary>
    public required double CollectionsMs { get; init; }

    /// <summary>The longest pause of a collection.</summary>
    public required double LongestCollectionMs { get; init; }
}

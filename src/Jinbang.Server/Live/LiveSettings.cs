using Jinbang.Server.Operating;

namespace Jinbang.Server.Live;

/// <summary>Bounds of live streams. Section <c>Live</c>.</summary>
internal sealed record LiveSettings
{
    public const string Section = "Live";

    /// <summary>How many streams there may be at once.</summary>
    public required int MostSubscribers { get; init; }

    /// <summary>How many of them one client address may have; IPv6 counts by /64.</summary>
    public required int MostPerAddress { get; init; }

    public static LiveSettings Read(IConfigurationSection section, List<string> faults)
    {
        Settings.CheckKeys(section, [nameof(MostSubscribers), nameof(MostPerAddress)], faults);
        return new LiveSettings
        {
            MostSubscribers = (int)Settings.Number(section, nameof(MostSubscribers), 10_000, 1, 1_000_000, faults),
            MostPerAddress = (int)Settings.Number(section, nameof(MostPerAddress), 100, 1, 1_000_000, faults),
        };
    }
}

/// <summary>How long things take in live streams; other times than these are for tests.</summary>
internal sealed record LiveTimes
{
    /// <summary>The least time between two looks at the boards. A stream has at most one event in two of them.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>After how long a silence a stream shows that it is alive.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>After how long lines are read again although the board's version stands still: a new nickname does not always move it.</summary>
    public TimeSpan Reread { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one write may take before its connection is dropped.</summary>
    public TimeSpan Write { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long streams may take to end when the server stops.</summary>
    public TimeSpan Stop { get; init; } = TimeSpan.FromMilliseconds(750);
}

using Jinbang.Boards;
using Jinbang.Server.Operating;

namespace Jinbang.Server.Limits;

/// <summary>Bounds of what clients may do. Section <c>Limits</c>.</summary>
internal sealed record LimitSettings
{
    public const string Section = "Limits";

    /// <summary>The most bytes of a request's body.</summary>
    public const int BodyBytes = 16 * 1024;

    /// <summary>Requests per second and address that may go on for ever; 0 means no limit.</summary>
    public required int RequestsPerSecond { get; init; }

    /// <summary>Requests that an address which was quiet may send at once.</summary>
    public required int RequestBurst { get; init; }

    /// <summary>How many writing requests may wait for the store.</summary>
    public required int MostWaiting { get; init; }

    public LocalBoardsOptions Boards => new() { MostWaiting = MostWaiting };

    public static LimitSettings Read(IConfigurationSection section, List<string> faults)
    {
        Settings.CheckKeys(section, [nameof(RequestsPerSecond), nameof(RequestBurst), nameof(MostWaiting)], faults);
        return new LimitSettings
        {
            RequestsPerSecond = (int)Settings.Number(section, nameof(RequestsPerSecond), 2_000, 0, 1_000_000_000, faults),
            RequestBurst = (int)Settings.Number(section, nameof(RequestBurst), 10_000, 1, 1_000_000_000, faults),
            MostWaiting = (int)Settings.Number(section, nameof(MostWaiting), 16_384, 1, 10_000_000, faults),
        };
    }
}

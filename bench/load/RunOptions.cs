using System.Net;
using Jinbang.Bench.Load.Client;

namespace Jinbang.Bench.Load;

/// <summary>What a run measures.</summary>
internal sealed record RunOptions
{
    /// <summary>The published server to start, or null when <see cref="RunningServer"/> is given.</summary>
    public required string? Jinbang { get; init; }

    /// <summary>A server that runs already and is seeded with the first of <see cref="Players"/>, or null.</summary>
    public required (IPEndPoint Address, int Pid)? RunningServer { get; init; }

    /// <summary>Whether to post the players to <see cref="RunningServer"/> first.</summary>
    public required bool SeedsRunningServer { get; init; }

    /// <summary>The game's id in the paths.</summary>
    public required string Game { get; init; }

    /// <summary>Sizes of the board, measured one after the other.</summary>
    public required IReadOnlyList<int> Players { get; init; }

    /// <summary>Calls to measure in a closed loop.</summary>
    public required IReadOnlyList<Call> Calls { get; init; }

    /// <summary>The APIs that are measured, each on a board of its own. Of a server that runs already it is the classic one.</summary>
    public IEnumerable<Api> Apis => RunningServer is not null || Calls.Count == 0 ? [Api.Classic] : Calls.Select(call => call.ApiOf()).Distinct().Order();

    /// <summary>Numbers of connections for each call.</summary>
    public required IReadOnlyList<int> Connections { get; init; }

    /// <summary>Rounds of everything, each with freshly started servers.</summary>
    public required int Rounds { get; init; }

    /// <summary>Length of a measured round.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Length of the warm-up of a freshly started server, and again before each measured call.</summary>
    public required TimeSpan WarmUp { get; init; }

    /// <summary>Requests per second of the open loop, or null for half of the measured maximum.</summary>
    public required double? OpenLoopRate { get; init; }

    /// <summary>Length of the open loop; zero leaves it out.</summary>
    public required TimeSpan OpenLoopDuration { get; init; }

    /// <summary>Connections of the open loop.</summary>
    public required int OpenLoopConnections { get; init; }

    /// <summary>Folder for seeded data folders, which are kept, and for the copies that are measured.</summary>
    public required string WorkFolder { get; init; }

    /// <summary>A file or folder to write the report to as well, or null.</summary>
    public required string? Out { get; init; }
}

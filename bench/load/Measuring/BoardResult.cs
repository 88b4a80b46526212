using Jinbang.Bench.Load.Client;

namespace Jinbang.Bench.Load.Measuring;

/// <summary>All that was measured with one size of the board.</summary>
internal sealed record BoardResult
{
    /// <summary>Players on the board.</summary>
    public required int Players { get; init; }

    /// <summary>The API whose board it is.</summary>
    public required Api Api { get; init; }

    /// <summary>Bytes of the seeded data folder after the server had stopped, or null for a server that ran already.</summary>
    public long? DataBytes { get; init; }

    /// <summary>How the servers started and what memory they held, in every round.</summary>
    public List<ServerFacts> Servers { get; } = [];

    /// <summary>The closed loops, in the order measured.</summary>
    public required IReadOnlyList<ClosedLoop> ClosedLoops { get; init; }

    /// <summary>The open loops, in the order measured.</summary>
    public List<OpenLoop> OpenLoops { get; } = [];
}

/// <summary>A server's start and memory.</summary>
/// <param name="Name">Its name in the tables.</param>
/// <param name="TimeToReady">From the start of the program to readiness, or null for a server that ran already.</param>
/// <param name="ResidentBytesAtStart">Resident memory once ready.</param>
/// <param name="ResidentBytesAtEnd">Resident memory after all load.</param>
internal sealed record ServerFacts(string Name, TimeSpan? TimeToReady, long ResidentBytesAtStart, long ResidentBytesAtEnd);

using System.Net;
using Jinbang.Bench.Load.Client;
using Jinbang.Bench.Load.Players;

namespace Jinbang.Bench.Load.Measuring;

/// <summary>A running server to measure.</summary>
/// <param name="Name">Its name in the tables.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Pid">The process whose CPU time and memory count.</param>
/// <param name="Requests">The requests to send to it.</param>
/// <param name="Known">What is known of its board.</param>
/// <param name="Judges">Whether it tells better scores from others.</param>
internal sealed record Target(string Name, IPEndPoint Address, int Pid, ClassicRequests Requests, KnownScores Known, bool Judges)
{
    /// <summary>Players at play against this server.</summary>
    public Workload Play(Call call, ulong seed) => new(call, Requests, Known, Judges, seed);
}

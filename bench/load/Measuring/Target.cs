using System.Net;
using Jinbang.Bench.Load.Client;

namespace Jinbang.Bench.Load.Measuring;

/// <summary>A running server to measure.</summary>
/// <param name="Name">Its name in the tables.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Pid">The process whose CPU time and memory count.</param>
/// <param name="Play">What it is asked.</param>
internal sealed record Target(string Name, IPEndPoint Address, int Pid, IPlay Play);

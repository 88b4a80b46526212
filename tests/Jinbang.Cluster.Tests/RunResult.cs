namespace Jinbang.ClusterTests;

/// <summary>What a run found.</summary>
/// <param name="Faults">What is wrong; empty when nothing is.</param>
/// <param name="Acknowledged">Submissions that were acknowledged.</param>
/// <param name="Unknown">Submissions whose outcome the client never learned.</param>
/// <param name="Reads">Reads that were checked.</param>
/// <param name="Outages">Per fault and board: for how long after it nobody's submission to the board was acknowledged.</param>
internal sealed record RunResult(IReadOnlyList<string> Faults, int Acknowledged, int Unknown, int Reads, IReadOnlyList<(Fault Fault, string Board, TimeSpan Time, bool WasOwned)> Outages);

namespace Jinbang.Bench.Scale.Fairness;

/// <summary>How a writer and some readers got on.</summary>
/// <param name="Way">How they shared the window.</param>
/// <param name="Readers">How many readers there were.</param>
/// <param name="PutsPerSecond">Puts of the writer.</param>
/// <param name="RanksPerSecond">Ranks of all readers together.</param>
/// <param name="P9999Ms">What one in ten thousand reads exceeded.</param>
/// <param name="LongestMs">The longest read.</param>
internal sealed record FairnessRow(string Way, int Readers, double PutsPerSecond, double RanksPerSecond, double P9999Ms, double LongestMs);

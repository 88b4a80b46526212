namespace Jinbang.Ranking;

/// <summary>An entry together with its place, both of the same moment.</summary>
public readonly record struct Standing(Rank Rank, Entry Entry);

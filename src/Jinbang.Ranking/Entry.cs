namespace Jinbang.Ranking;

/// <summary>One player's line in a ranked set.</summary>
/// <param name="Player">Whose line it is; a player has at most one in a set.</param>
/// <param name="Score">The score that counts.</param>
/// <param name="Order">When this score was reached, as the board's own count of changes: of two equal scores the smaller order stands first.</param>
public readonly record struct Entry(PlayerId Player, Score Score, long Order);

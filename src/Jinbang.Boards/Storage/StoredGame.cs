namespace Jinbang.Boards.Storage;

/// <summary>A game's number in its store, and its boards in the order of the definition.</summary>
public sealed record StoredGame(int Number, IReadOnlyList<StoredBoard> Boards);

/// <summary>A board's number in its store.</summary>
/// <param name="Number">From 1, never reused.</param>
public sealed record StoredBoard(int Number);

namespace Jinbang.Storage.Contract;

/// <summary>A game with its boards; each has one open window, "all_time".</summary>
public sealed record OpenedGame(int Number, IReadOnlyList<int> Boards, IReadOnlyList<int> Windows);

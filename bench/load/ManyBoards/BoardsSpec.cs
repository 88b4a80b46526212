namespace Jinbang.Bench.Load.ManyBoards;

/// <summary>What a run over many boards measures.</summary>
/// <param name="Boards">How many boards.</param>
/// <param name="PlayersEach">Players of each board.</param>
/// <param name="Connections">Connections of the client.</param>
/// <param name="Duration">Length of an interval.</param>
internal sealed record BoardsSpec(int Boards, int PlayersEach, int Connections, TimeSpan Duration);

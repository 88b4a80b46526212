namespace Jinbang.Boards.Games;

/// <summary>What a game is: its id and its boards. The list of boards compares by reference.</summary>
public sealed record GameDefinition
{
    /// <summary>The game's name in URLs.</summary>
    public required GameId Id { get; init; }

    /// <summary>The game's boards; their names differ.</summary>
    public required IReadOnlyList<BoardDefinition> Boards { get; init; }
}

namespace Jinbang.Boards.Games;

/// <summary>What a game is. Its lists compare by reference.</summary>
public sealed record GameDefinition
{
    /// <summary>The game's name in URLs.</summary>
    public required GameId Id { get; init; }

    /// <summary>What people call it.</summary>
    public string Name { get; init; } = "";

    /// <summary>Origins that pages may call from; null means any.</summary>
    public IReadOnlyList<string>? Origins { get; init; }

    /// <summary>The game's boards; their names differ.</summary>
    public IReadOnlyList<BoardDefinition> Boards { get; init; } = [];
}

using Jinbang.Boards.Games;

namespace Jinbang.Boards;

/// <summary>Names a board: its game, and its name within the game.</summary>
public readonly record struct BoardId(GameId Game, string Board)
{
    /// <summary>The board behind the classic API of a game.</summary>
    public static BoardId Classic(GameId game) => new(game, BoardDefinition.ClassicName);

    /// <inheritdoc />
    public override string ToString() => $"{Game}/{Board}";
}

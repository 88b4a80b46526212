using Jinbang.Boards.Games;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;

namespace Jinbang.Server.Games;

/// <summary>
/// What a board must be so that the classic API can read and write it. That API has no credentials, so a board that asks its writers for one is out of its reach.
/// </summary>
internal static class ClassicForm
{
    /// <summary>Why a board cannot be reached by the classic API; null when it can.</summary>
    public static string? FaultOf(BoardDefinition board) =>
        board.Columns is not [{ Decimals: 0 }] ? "the classic board has one column, without decimals."
        : board.Keep != KeepRule.Best ? "the classic board keeps the best score."
        : board.Writers != Writers.Client ? "the classic API has no credentials, so that the classic board's writers are clients."
        : board.Windows is not [{ Kind: WindowKind.AllTime }, ..] ? "the classic board's first window is for all time."
        : null;

    /// <summary>The game's classic board, if it has one.</summary>
    public static bool HasClassicBoard(GameDefinition game) =>
        game.Boards.FirstOrDefault(static board => board.Name == BoardDefinition.ClassicName) is { } board && FaultOf(board) is null;
}

namespace Jinbang.Boards;

/// <summary>The board is not served by this process, or not any more: nothing was done. Its owner can be asked.</summary>
public sealed class BoardElsewhereException(BoardId board) : Exception($"Board {board} is not served here.")
{
    /// <summary>The board.</summary>
    public BoardId Board => board;
}

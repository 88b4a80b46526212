using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Jinbang.Server.Access;

namespace Jinbang.Server.Wire;

/// <summary>The board that a path names.</summary>
internal readonly record struct BoardTarget(BoardId Id, BoardDefinition Board);

/// <summary>The window that a path names, which may not exist.</summary>
internal readonly record struct WindowTarget(BoardId Id, BoardDefinition Board, WindowName Window);

/// <summary>Finds what a path names.</summary>
internal static class Targets
{
    /// <summary>What stands in a path for the player whose token it is.</summary>
    public const string Me = "me";

    /// <summary>Finds the game, once the boards are ready.</summary>
    public static Refusal? FindGame(HttpContext context, IBoards boards, out GameId game)
    {
        game = default;
        if (!boards.IsReady)
        {
            return Refusal.Unavailable;
        }

        return GameId.TryParse(Word(context, "game"), out game) && boards.FindGame(game) is not null ? null : Refusal.Missing("There is no such game.");
    }

    /// <summary>Finds the board.</summary>
    public static Refusal? FindBoard(HttpContext context, IBoards boards, out BoardTarget target)
    {
        target = default;
        if (FindGame(context, boards, out var game) is { } refusal)
        {
            return refusal;
        }

        var id = new BoardId(game, Word(context, "board") ?? "");
        if (boards.FindBoard(id) is not { } board)
        {
            return Refusal.Missing("There is no such board.");
        }

        target = new BoardTarget(id, board);
        return null;
    }

    /// <summary>Finds the board and reads the window's name.</summary>
    public static Refusal? FindWindow(HttpContext context, IBoards boards, out WindowTarget target)
    {
        target = default;
        if (FindBoard(context, boards, out var board) is { } refusal)
        {
            return refusal;
        }

        if (!WindowName.TryParse(Word(context, "window"), out var window))
        {
            return NoWindow;
        }

        target = new WindowTarget(board.Id, board.Board, window);
        return null;
    }

    /// <summary>Finds the player.</summary>
    public static Refusal? FindPlayer(HttpContext context, IBoards boards, GameId game, out PlayerId player) =>
        FindPlayer(context, boards, game, Word(context, "player"), "player", out player);

    /// <summary>Finds a player by what stands for him: his public id, or "me".</summary>
    public static Refusal? FindPlayer(HttpContext context, IBoards boards, GameId game, string? word, string field, out PlayerId player)
    {
        if (word == Me)
        {
            player = context.Caller().Player;
            return !player.IsSome ? Refusal.Of(field, "'me' needs a player's token.") : boards.HasPlayer(game, player) ? null : NoPlayer;
        }

        player = default;
        return PublicId.TryParse(word, out var id) && boards.TryFindPlayer(game, id, out player) ? null : NoPlayer;
    }

    /// <summary>There is no such window.</summary>
    public static Refusal NoWindow { get; } = Refusal.Missing("The board has no such window.");

    /// <summary>There is no such player.</summary>
    public static Refusal NoPlayer { get; } = Refusal.Missing("There is no such player.");

    private static string? Word(HttpContext context, string name) => (string?)context.Request.RouteValues[name];
}

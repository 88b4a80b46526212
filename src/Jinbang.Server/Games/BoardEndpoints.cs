using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Windows;
using Jinbang.Server.Access;
using Jinbang.Server.Problems;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Games;

/// <summary>The calls for the boards of a game: reading them for everyone in it, changing them for the operator.</summary>
internal static class BoardEndpoints
{
    private const string Tag = "Boards";
    private const string Path = "/v1/games/{game}/boards/{board}";

    public static IEndpointRouteBuilder MapBoards(this IEndpointRouteBuilder routes, IBoards boards)
    {
        routes.MapMethods("/v1/games/{game}/boards", ["GET", "HEAD"], context => ListAsync(context, boards))
            .Allow(Who.Operator | Who.Server | Who.Client | Who.Player)
            .Describe("ListBoards", Tag, "List a game's boards", "All boards of the game with their settings.")
            .Answers<BoardsBody>(StatusCodes.Status200OK).Fails(ProblemCode.NotFound);
        routes.MapMethods(Path, ["GET", "HEAD"], context => Find(context, boards, out _) is { } board ? WriteAsync(context, StatusCodes.Status200OK, board) : WriteNotFoundAsync(context))
            .Allow(Who.Operator | Who.Server | Who.Client | Who.Player)
            .Describe("ReadBoard", Tag, "Read a board's settings", "The board's settings: what is better, how many decimals scores have, which windows there are.")
            .Answers<BoardBody>(StatusCodes.Status200OK).Fails(ProblemCode.NotFound);
        routes.MapMethods(Path, ["PUT"], context => PutAsync(context, boards))
            .Allow(Who.Operator)
            .Describe(
                "PutBoard",
                Tag,
                "Make or change a board",
                "Makes the board, or replaces all of its settings. A change of order, columns or keep rule needs the query rebuild=true, which ranks the open windows anew from the log. "
                + "A board named main with one column without decimals, keep best, writers client and an all-time window first is also reached by the classic API, which asks for no key.")
            .With(new QueryText("rebuild", "true or false, false when left out: whether the open windows may be ranked anew."))
            .Takes<BoardBody>()
            .Answers<BoardBody>(StatusCodes.Status200OK, StatusCodes.Status201Created)
            .Fails(ProblemCode.Invalid, ProblemCode.NotFound, ProblemCode.RebuildNeeded, ProblemCode.Conflict, ProblemCode.TooMany, ProblemCode.Unavailable);
        routes.MapMethods(Path, ["DELETE"], context => DeleteAsync(context, boards))
            .Allow(Who.Operator)
            .Describe("DeleteBoard", Tag, "Delete a board", "Deletes the board with all scores in it, for ever. The query must say confirm={board}.")
            .With(new QueryText("confirm", "The board's name once more."))
            .AnswersNothing().Fails(ProblemCode.Invalid, ProblemCode.NotFound, ProblemCode.Unavailable);
        routes.MapMethods($"{Path}/windows/{{window}}/close", ["POST"], context => CloseAsync(context, boards))
            .Allow(Who.Operator)
            .Describe(
                "CloseWindow",
                Tag,
                "Close a window now",
                "Closes a window before its time; its standings are final then. Of a recurring window the next one begins when the period is over.")
            .AnswersNothing().Fails(ProblemCode.NotFound, ProblemCode.Unavailable);
        return routes;
    }

    private static Task ListAsync(HttpContext context, IBoards boards) => GameEndpoints.Find(context, boards) is { } game
        ? context.WriteJsonAsync(StatusCodes.Status200OK, new BoardsBody([.. game.Boards.Select(BoardWriting.Write)]), GamesJson.Wire.BoardsBody)
        : GameEndpoints.WriteNotFoundAsync(context);

    private static async Task PutAsync(HttpContext context, IBoards boards)
    {
        if (GameEndpoints.Find(context, boards) is not { } game)
        {
            await GameEndpoints.WriteNotFoundAsync(context);
            return;
        }

        bool? rebuild = context.Request.Query["rebuild"].ToString() switch { "" or "false" => false, "true" => true, _ => null };
        if (rebuild is null)
        {
            await context.WriteProblemAsync(ProblemCode.Invalid, errors: [new FieldError("rebuild", "true or false is allowed.")]);
            return;
        }

        if (await JsonBody.ReadAsync(context, GamesJson.Wire.BoardBody) is not { } body)
        {
            return;
        }

        var board = BoardReading.Read((string)context.GetRouteValue("board")!, body, out var faults);
        if (faults.Count > 0)
        {
            await context.WriteProblemAsync(ProblemCode.Invalid, errors: faults);
            return;
        }

        var outcome = await boards.PutBoardAsync(game.Id, board, rebuild.Value);
        if (CatalogReplies.StatusOf(outcome) is { } status && boards.FindBoard(new BoardId(game.Id, board.Name)) is { } stored)
        {
            await WriteAsync(context, status, stored);
        }
        else
        {
            await CatalogReplies.WriteFaultAsync(context, outcome);
        }
    }

    private static async Task DeleteAsync(HttpContext context, IBoards boards)
    {
        if (Find(context, boards, out var id) is not { } board)
        {
            await WriteNotFoundAsync(context);
        }
        else if (await CatalogReplies.IsConfirmedAsync(context, board.Name))
        {
            await CatalogReplies.WriteRemovedAsync(context, await boards.DeleteBoardAsync(id));
        }
    }

    private static async Task CloseAsync(HttpContext context, IBoards boards)
    {
        if (Find(context, boards, out var id) is null)
        {
            await WriteNotFoundAsync(context);
        }
        else if (!WindowName.TryParse(context.GetRouteValue("window") as string, out var window))
        {
            await context.WriteProblemAsync(ProblemCode.NotFound, "There is no such window.");
        }
        else
        {
            await CatalogReplies.WriteRemovedAsync(context, await boards.CloseWindowAsync(id, window));
        }
    }

    private static BoardDefinition? Find(HttpContext context, IBoards boards, out BoardId id)
    {
        id = default;
        if (!GameId.TryParse(context.GetRouteValue("game") as string, out var game))
        {
            return null;
        }

        id = new BoardId(game, (string)context.GetRouteValue("board")!);
        return boards.FindBoard(id);
    }

    private static Task WriteNotFoundAsync(HttpContext context) => context.WriteProblemAsync(ProblemCode.NotFound, "There is no such board.");

    private static Task WriteAsync(HttpContext context, int status, BoardDefinition board) => context.WriteJsonAsync(status, BoardWriting.Write(board), GamesJson.Wire.BoardBody);
}

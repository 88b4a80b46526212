using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Server.Access;
using Jinbang.Server.Problems;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Games;

/// <summary>The operator's calls for games.</summary>
internal static class GameEndpoints
{
    private const string Tag = "Games";
    private const string Path = "/v1/games/{game}";

    public static IEndpointRouteBuilder MapGames(this IEndpointRouteBuilder routes, IBoards boards, ApiKeys keys)
    {
        routes.MapMethods("/v1/games", ["GET", "HEAD"], context => context.WriteJsonAsync(
            StatusCodes.Status200OK, new GamesBody([.. boards.Games.Select(GameBody.Write)]), GamesJson.Wire.GamesBody))
            .Allow(Who.Operator)
            .Describe("ListGames", Tag, "List all games", "All games of this installation, by id.")
            .Answers<GamesBody>(StatusCodes.Status200OK);
        routes.MapMethods(Path, ["GET", "HEAD"], context => Find(context, boards) is { } game ? WriteAsync(context, StatusCodes.Status200OK, game) : WriteNotFoundAsync(context))
            .Allow(Who.Operator)
            .Describe("ReadGame", Tag, "Read a game", "A game's name and origins.")
            .Answers<GameBody>(StatusCodes.Status200OK).Fails(ProblemCode.NotFound);
        routes.MapMethods(Path, ["PUT"], context => PutAsync(context, boards))
            .Allow(Who.Operator)
            .Describe(
                "PutGame",
                Tag,
                "Make or change a game",
                "Makes the game, or replaces its name and origins; its boards stay. A game of the settings takes what they say again at the next start.")
            .Takes<GameBody>()
            .Answers<GameBody>(StatusCodes.Status200OK, StatusCodes.Status201Created).Fails(ProblemCode.Invalid, ProblemCode.TooMany, ProblemCode.Unavailable);
        routes.MapMethods(Path, ["DELETE"], context => DeleteAsync(context, boards, keys))
            .Allow(Who.Operator)
            .Describe(
                "DeleteGame",
                Tag,
                "Delete a game",
                "Deletes the game with its keys, boards, players and scores, for ever. The query must say confirm={game}. A game of the settings is made again, empty, at the next start.")
            .With(new QueryText("confirm", "The game's id once more."))
            .AnswersNothing().Fails(ProblemCode.Invalid, ProblemCode.NotFound, ProblemCode.Unavailable);
        return routes;
    }

    /// <summary>The game of the path; null when there is none.</summary>
    public static GameDefinition? Find(HttpContext context, IBoards boards) =>
        GameId.TryParse(context.GetRouteValue("game") as string, out var id) ? boards.FindGame(id) : null;

    public static Task WriteNotFoundAsync(HttpContext context) => context.WriteProblemAsync(ProblemCode.NotFound, "There is no such game.");

    private static async Task PutAsync(HttpContext context, IBoards boards)
    {
        var text = (string)context.GetRouteValue("game")!;
        if (!GameId.TryParse(text, out var id))
        {
            await context.WriteProblemAsync(ProblemCode.Invalid, $"A game's id is 1 to {GameId.LongestLength} characters of a-z, 0-9 and '-'.");
            return;
        }

        if (GameCatalog.ReservedWords.Contains(text))
        {
            await context.WriteProblemAsync(ProblemCode.Invalid, $"'{text}' is a path of the server's own and cannot be a game's id.");
            return;
        }

        if (await JsonBody.ReadAsync(context, GamesJson.Wire.GameBody) is not { } body)
        {
            return;
        }

        var game = body.Read(id, out var faults);
        if (faults.Count > 0)
        {
            await context.WriteProblemAsync(ProblemCode.Invalid, errors: faults);
            return;
        }

        var outcome = await boards.PutGameAsync(game);
        if (CatalogReplies.StatusOf(outcome) is { } status && boards.FindGame(id) is { } stored)
        {
            await WriteAsync(context, status, stored);
        }
        else
        {
            await CatalogReplies.WriteFaultAsync(context, outcome, "games");
        }
    }

    private static async Task DeleteAsync(HttpContext context, IBoards boards, ApiKeys keys)
    {
        if (Find(context, boards) is not { } game)
        {
            await WriteNotFoundAsync(context);
        }
        else if (await CatalogReplies.IsConfirmedAsync(context, game.Id.ToString()))
        {
            await CatalogReplies.WriteRemovedAsync(context, await keys.DeleteGameAsync(game.Id));
        }
    }

    private static Task WriteAsync(HttpContext context, int status, GameDefinition game) => context.WriteJsonAsync(status, GameBody.Write(game), GamesJson.Wire.GameBody);
}

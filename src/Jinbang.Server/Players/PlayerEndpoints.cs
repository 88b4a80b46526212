using Jinbang.Boards;
using Jinbang.Server.Access;
using Jinbang.Server.Problems;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Players;

/// <summary>The routes about players.</summary>
internal static class PlayerEndpoints
{
    private const string Tag = "Players";
    private const string Players = "/v1/games/{game}/players";
    private const string Player = Players + "/{player}";

    public static IEndpointRouteBuilder MapPlayers(this IEndpointRouteBuilder routes, IBoards boards, PlayerTokens tokens)
    {
        routes.MapMethods(Players + "/guest", ["POST"], new Guests(boards, tokens).HandleAsync)
            .Allow(Who.Client)
            .Describe(
                "SignInGuest",
                Tag,
                "Sign in a guest",
                "With an empty object a new guest is made, whose `secret` the game keeps on the device; with that secret the same player comes back. The secret is told once.")
            .Takes<GuestBody>()
            .Answers<GuestReply>(StatusCodes.Status200OK)
            .Fails(ProblemCode.Invalid, ProblemCode.NotFound, ProblemCode.TooLarge, ProblemCode.UnsupportedMediaType);

        var calls = new PlayerCalls(boards, tokens);
        routes.MapMethods(Players, ["POST"], calls.RegisterAsync)
            .Allow(Who.Server | Who.Operator)
            .Describe("RegisterPlayer", Tag, "Make a player known", "By the game's own id; one who is known already stays who he is.")
            .Takes<RegisterBody>()
            .Answers<RegisterReply>(StatusCodes.Status200OK)
            .Fails(ProblemCode.Invalid, ProblemCode.NotFound, ProblemCode.TooLarge, ProblemCode.UnsupportedMediaType);

        routes.MapMethods(Player + "/token", ["POST"], calls.IssueAsync)
            .Allow(Who.Server | Who.Operator)
            .Describe("IssueToken", Tag, "Make a token for a player", "For the game's server to hand on once it knows who its client is. There is no body.")
            .Answers<TokenReply>(StatusCodes.Status200OK)
            .Fails(ProblemCode.NotFound);

        routes.MapMethods(Player, ["GET", "HEAD"], calls.ReadAsync)
            .Allow(Who.Client | Who.Player | Who.Server | Who.Operator)
            .Describe("ReadPlayer", Tag, "Read a player", "`external_id` is there only for the game's server, the operator and the player himself.")
            .Answers<PlayerReply>(StatusCodes.Status200OK)
            .Fails(ProblemCode.Invalid, ProblemCode.NotFound);

        routes.MapMethods(Player, ["PATCH"], calls.ChangeAsync)
            .Allow(Who.OwnPlayer | Who.Server | Who.Operator)
            .Describe("ChangeProfile", Tag, "Change a player's profile", "What is left out stays. null is not allowed: deleting the profile removes all of it.")
            .Takes<ProfileBody>()
            .Answers<PlayerReply>(StatusCodes.Status200OK)
            .Fails(ProblemCode.Invalid, ProblemCode.NotFound, ProblemCode.TooLarge, ProblemCode.UnsupportedMediaType);

        routes.MapMethods(Player + "/profile", ["POST"], calls.ChangeAsync)
            .Allow(Who.OwnPlayer | Who.Server | Who.Operator)
            .Describe("PostProfile", Tag, "Change a player's profile without PATCH", "The same as PATCH of the player, for clients that cannot send that method, such as WeChat mini-games.")
            .Takes<ProfileBody>()
            .Answers<PlayerReply>(StatusCodes.Status200OK)
            .Fails(ProblemCode.Invalid, ProblemCode.NotFound, ProblemCode.TooLarge, ProblemCode.UnsupportedMediaType);

        routes.MapMethods(Player + "/profile", ["DELETE"], calls.DeleteProfileAsync)
            .Allow(Who.OwnPlayer | Who.Server | Who.Operator)
            .Describe("DeleteProfile", Tag, "Remove a player's profile", "His scores stay.")
            .AnswersNothing()
            .Fails(ProblemCode.NotFound);

        routes.MapMethods(Player, ["DELETE"], calls.DeleteAsync)
            .Allow(Who.OwnPlayer | Who.Server | Who.Operator)
            .Describe("DeletePlayer", Tag, "Forget a player", "Everything but anonymous lines in closed windows is gone for ever. His external id, should it come again, is a new player's.")
            .AnswersNothing()
            .Fails(ProblemCode.NotFound);

        routes.MapMethods(Player + "/export", ["GET"], calls.ExportAsync)
            .Allow(Who.OwnPlayer | Who.Server | Who.Operator)
            .Describe("ExportPlayer", Tag, "Export all that is stored about a player", "As a file to be downloaded.")
            .Answers<ExportReply>(StatusCodes.Status200OK)
            .Fails(ProblemCode.NotFound);
        return routes;
    }
}

using Jinbang.Boards;
using Jinbang.Server.Access;
using Jinbang.Server.Problems;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Scores;

/// <summary>The routes that take scores and tell what was taken.</summary>
internal static class ScoreEndpoints
{
    private const string Tag = "Scores";

    public static IEndpointRouteBuilder MapScores(this IEndpointRouteBuilder routes, IBoards boards, TimeProvider time)
    {
        routes.MapMethods("/v1/games/{game}/boards/{board}/scores", ["POST"], new SubmitScore(boards).HandleAsync)
            .Allow(Who.Client | Who.Player | Who.Server | Who.Operator)
            .Describe(
                "SubmitScore",
                Tag,
                "Submit a score",
                "Answered once the score is on stable storage and every later read shows it. Who may submit is up to the board's `writers`; a client key names the player by "
                + "`external_id`, a token speaks for its own player, a server key names either. With an idempotency key a repetition has the first answer again.")
            .With(new HeaderText(SubmissionReading.KeyHeader, "The same as the body's `idempotency_key`."))
            .Takes<SubmissionBody>()
            .Answers<SubmissionReply>(StatusCodes.Status200OK)
            .Fails(
                ProblemCode.Invalid, ProblemCode.NotFound, ProblemCode.IdempotencyConflict, ProblemCode.WindowClosed, ProblemCode.NoWindow, ProblemCode.TooLarge,
                ProblemCode.UnsupportedMediaType, ProblemCode.OutOfBounds, ProblemCode.Overflow);

        routes.MapMethods("/v1/games/{game}/scores/batch", ["POST"], new SubmitBatch(boards).HandleAsync)
            .Allow(Who.Client | Who.Player | Who.Server | Who.Operator)
            .Describe(
                "SubmitBatch",
                Tag,
                "Submit up to 100 scores",
                "To boards of one game, in a body of at most 256 KiB. Each submission has its own answer, in the order of the request: some may be decided and others refused.")
            .Takes<BatchBody>()
            .Answers<BatchReply>(StatusCodes.Status200OK)
            .Fails(ProblemCode.Invalid, ProblemCode.NotFound, ProblemCode.TooLarge, ProblemCode.UnsupportedMediaType);

        routes.MapMethods("/v1/games/{game}/boards/{board}/players/{player}/history", ["GET", "HEAD"], new ReadHistory(boards, time).HandleAsync)
            .Allow(Who.OwnPlayer | Who.Server | Who.Operator)
            .Describe(
                "ReadHistory",
                Tag,
                "Read a player's submissions",
                "The latest first, as long as the log holds them: a board without a ledger logs only what changed a window or has an idempotency key.")
            .With(
                new QueryText("before", "Where the last page ended: its `next`."),
                new QueryNumber("limit", "How many at the most.", 1, ReadHistory.Most, ReadHistory.Standard),
                VersionWait.Reference)
            .Answers<HistoryReply>(StatusCodes.Status200OK)
            .Fails(ProblemCode.Invalid, ProblemCode.NotFound, ProblemCode.VersionNotReached);
        return routes;
    }
}

using Jinbang.Boards;
using Jinbang.Boards.Rankings;
using Jinbang.Server.Access;
using Jinbang.Server.Problems;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Rankings;

/// <summary>The routes that read windows and their standings.</summary>
internal static class RankingEndpoints
{
    private const string Tag = "Rankings";
    private const string Windows = "/v1/games/{game}/boards/{board}/windows";
    private const string Window = Windows + "/{window}";
    private const Who Readers = Who.Client | Who.Player | Who.Server | Who.Operator;

    private static readonly HeaderText IfNoneMatch = new("If-None-Match", "The `ETag` of an earlier answer: 304 when nothing has changed.");

    public static IEndpointRouteBuilder MapRankings(this IEndpointRouteBuilder routes, IBoards boards, TimeProvider time)
    {
        var windows = new ReadWindows(boards, time);
        Map(routes, Windows, windows.ListAsync)
            .Describe("ListWindows", Tag, "List a board's windows", "The latest first; only those that took a score.")
            .With(
                new QueryText("rule", "Only the windows of this rule."),
                new QueryText("cursor", "Where the last page ended: its `next`."),
                new QueryNumber("limit", "How many at the most.", 1, ReadWindows.Most, ReadWindows.Standard))
            .Answers<WindowsReply>(StatusCodes.Status200OK);

        Map(routes, Window, windows.OneAsync)
            .Describe("ReadWindow", Tag, "Read a window", "How many entries it has, and when it begins, ends and closes.")
            .Answers<OneWindowReply>(StatusCodes.Status200OK);

        var standings = new ReadStandings(boards, time);
        Map(routes, Window + "/standings", standings.PageAsync)
            .Describe(
                "ReadStandings",
                Tag,
                "Read a page of the standings",
                "From a place on, or after a cursor: paging by cursor neither skips nor repeats anyone who did not move. A cursor belongs to its window; where a page was read as "
                + "`daily`, the next one is read by the `window.name` of its answer, so that it stays the same day.")
            .With(
                new QueryNumber("from", "The first place, counted one by one.", 1, int.MaxValue, 1),
                new QueryText("cursor", "Where the last page ended: its `next`."),
                new QueryNumber("limit", "How many lines at the most.", 1, StandingsQuery.MostLines, ReadStandings.StandardPage))
            .Answers<StandingsReply>(StatusCodes.Status200OK);

        Map(routes, Window + "/standings/around/{player}", standings.AroundAsync)
            .Describe("ReadStandingsAround", Tag, "Read the lines around a player", "As many before him as after him, more on one side at the ends of the list.")
            .With(new QueryNumber("limit", "How many lines at the most.", 1, StandingsQuery.MostLines, ReadStandings.StandardAround))
            .Answers<LinesReply>(StatusCodes.Status200OK);

        Map(routes, Window + "/standings/players/{player}", standings.OneAsync)
            .Describe("ReadStanding", Tag, "Read a player's line", "404 when he has no entry in the window.")
            .Answers<OneLineReply>(StatusCodes.Status200OK);

        routes.MapMethods(Window + "/standings/players", ["POST"], standings.AmongAsync)
            .Allow(Readers)
            .Describe(
                "ReadStandingsAmong",
                Tag,
                "Rank some players among themselves",
                "The lines of friends, best first, each with its rank among all and its rank among them. Nothing is changed; it is a POST for the length of the list.")
            .With(VersionWait.Reference)
            .Takes<PlayersBody>()
            .Answers<LinesReply>(StatusCodes.Status200OK)
            .Fails(ProblemCode.Invalid, ProblemCode.NotFound, ProblemCode.TooLarge, ProblemCode.UnsupportedMediaType, ProblemCode.VersionNotReached);

        Map(routes, Window + "/standings/range", standings.RangeAsync)
            .Describe("ReadStandingsRange", Tag, "Read the lines in a range of scores", "Both ends are included, whatever the tie-breakers.")
            .With(
                new QueryText("best", "The best score; left out, there is no such end."),
                new QueryText("worst", "The worst score; left out, there is no such end."),
                new QueryNumber("skip", "How many lines of the range to leave out.", 0, int.MaxValue, 0),
                new QueryNumber("limit", "How many lines at the most.", 1, StandingsQuery.MostLines, ReadStandings.StandardPage))
            .Answers<LinesReply>(StatusCodes.Status200OK);

        Map(routes, Window + "/what-if", new AskWhatIf(boards, time).HandleAsync)
            .Describe(
                "AskWhatIf",
                Tag,
                "Ask what a score, a rank or a percentile comes to",
                "At least one of `score`, `rank` and `percentile` is needed. On a board with tie-breakers each is given as `tie_breakers.NAME` beside the score.")
            .With(
                new QueryText("score", "A score whose rank, percentile and neighbours by count are wanted."),
                new QueryNumber("rank", "A rank whose price is wanted.", 1, int.MaxValue),
                new QueryText("percentile", "A percentile whose score is wanted: 0 to 100, 100 the best."),
                new QueryText("player", "Whose \"if\": a public id or `me`; his present entry is left out. Left out, someone new."))
            .Answers<WhatIfReply>(StatusCodes.Status200OK);
        return routes;
    }

    private static IEndpointConventionBuilder Map(IEndpointRouteBuilder routes, string path, RequestDelegate handler) => routes.MapMethods(path, ["GET", "HEAD"], handler)
        .Allow(Readers)
        .With(VersionWait.Reference, IfNoneMatch)
        .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status304NotModified))
        .Fails(ProblemCode.Invalid, ProblemCode.NotFound, ProblemCode.VersionNotReached);
}

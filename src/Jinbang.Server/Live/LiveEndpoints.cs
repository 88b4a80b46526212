using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Rankings;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Jinbang.Server.Access;
using Jinbang.Server.Problems;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Live;

/// <summary>
/// The standings of a window as server-sent events. A browser's <c>EventSource</c> sends no credential, so whoever has one gets a ticket with it, and the ticket
/// stands in the URL.
/// </summary>
internal static class LiveEndpoints
{
    private const string Tag = "Live";
    private const int MostTickets = 10_000;
    private const int MostTop = 100;
    private const int UsualTop = 10;
    private const int MostAround = 25;
    private const string Missing = "There is no such board or window.";

    public static IEndpointRouteBuilder MapLive(this IEndpointRouteBuilder routes, IBoards boards, LiveHub hub, LiveSettings settings, bool isShared, TimeProvider time)
    {
        var tickets = new LiveTickets(Math.Max(MostTickets, settings.MostSubscribers), new TicketText(boards, isShared, time), time);
        routes.MapMethods("/v1/games/{game}/live/tickets", ["POST"], context => IssueAsync(context, boards, tickets, time))
            .Allow(Who.Client | Who.Player | Who.Server | Who.Operator)
            .Describe(
                "CreateLiveTicket",
                Tag,
                "Get a ticket for a live stream",
                "A browser's EventSource sends no credential, so the ticket stands in the URL. It has a minute to its first use; then it is good for reconnecting until its last stream "
                + "has been over for ten minutes.")
            .Takes<TicketBody>()
            .Answers<TicketReply>(StatusCodes.Status200OK)
            .Fails(ProblemCode.Invalid, ProblemCode.NotFound, ProblemCode.TooLarge, ProblemCode.UnsupportedMediaType);
        routes.MapMethods("/v1/live", ["GET"], context => StreamAsync(context, boards, tickets, hub))
            .Allow(Who.Anyone)
            .Describe(
                "ReadLive",
                Tag,
                "Watch a window live",
                "Server-sent events. `standings`: the window, the board's version and the first lines, and the player's own line with his neighbours where the ticket names one; at once, then "
                + "when they change, at most twice a second. `closed`: a window was closed. `gone`: there is no such board any more. `bye`: the server stops, reconnect. A client that sends "
                + "`Last-Event-ID` gets nothing until something has changed.")
            .With(new QueryText("ticket", "The ticket."), new HeaderText("Last-Event-ID", "The id of the last event that came."))
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["text/event-stream"]))
            .Fails(ProblemCode.Invalid, ProblemCode.Unauthenticated, ProblemCode.NotFound, ProblemCode.RateLimited);
        return routes;
    }

    private static async Task IssueAsync(HttpContext context, IBoards boards, LiveTickets tickets, TimeProvider time)
    {
        if (Targets.FindGame(context, boards, out var game) is { } missing)
        {
            await missing.WriteAsync(context);
            return;
        }

        if (await JsonBody.ReadAsync(context, LiveJsonContext.Default.TicketBody) is not { } wanted)
        {
            return;
        }

        var faults = new Faults();
        foreach (var name in wanted.Unknown?.Keys ?? Enumerable.Empty<string>())
        {
            faults.Add(name, "There is no such field.");
        }

        if (string.IsNullOrEmpty(wanted.Board))
        {
            faults.Add("board", "It is missing.");
        }

        if (!WindowName.TryParse(wanted.Window, out var window))
        {
            faults.Add("window", "A name such as all_time, daily, daily:previous or daily:2026-11-24 is needed.");
        }

        var top = Number("top", wanted.Top, UsualTop, 1, MostTop, faults);
        var around = Number("around", wanted.Around, 0, 0, MostAround, faults);
        PlayerId player = default;
        var refusal = faults.Refusal ?? (wanted.Player is null ? null : Targets.FindPlayer(context, boards, game, wanted.Player, "player", out player));
        if (refusal is not null)
        {
            await refusal.WriteAsync(context);
            return;
        }

        await IssueAsync(context, boards, tickets, time, new LiveView(new BoardId(game, wanted.Board!), window, top, player, around));
    }

    private static async Task IssueAsync(HttpContext context, IBoards boards, LiveTickets tickets, TimeProvider time, LiveView view)
    {
        try
        {
            if (boards.FindBoard(view.Board) is null || await boards.AskAsync(view.Board, view.Window, new Question(), context.RequestAborted) is null)
            {
                await context.WriteProblemAsync(ProblemCode.NotFound, Missing);
                return;
            }
        }
        catch (StoreUnavailableException)
        {
            await context.WriteProblemAsync(ProblemCode.Unavailable);
            return;
        }

        if (tickets.Issue(view) is not { } ticket)
        {
            await context.WriteProblemAsync(ProblemCode.Unavailable, "All tickets are in use.");
            return;
        }

        var reply = new TicketReply(ticket.Text, WireTime.Format(time.GetUtcNow() + LiveTickets.FirstUse), $"/v1/live?ticket={ticket.Text}");
        await JsonReply.WriteAsync(context, reply, LiveJsonContext.Default.TicketReply);
    }

    private static async Task StreamAsync(HttpContext context, IBoards boards, LiveTickets tickets, LiveHub hub)
    {
        if (!boards.IsReady)
        {
            await context.WriteProblemAsync(ProblemCode.Unavailable);
            return;
        }

        var text = context.Request.Query["ticket"];
        if (text.Count != 1 || string.IsNullOrEmpty(text[0]))
        {
            AllowOrigin(context, null);
            await context.WriteProblemAsync(ProblemCode.Invalid, errors: [new FieldError("ticket", "One is needed.")]);
            return;
        }

        if (tickets.Begin(text[0]!) is not { } ticket)
        {
            AllowOrigin(context, null);
            await context.WriteProblemAsync(ProblemCode.Unauthenticated, "There is no such ticket, or it is over: get another.");
            return;
        }

        try
        {
            AllowOrigin(context, boards.FindGame(ticket.View.Board.Game));
            await StreamAsync(context, hub, ticket.View);
        }
        finally
        {
            tickets.End(ticket);
        }
    }

    /// <summary>Streams a view until either side ends it.</summary>
    public static async Task StreamAsync(HttpContext context, LiveHub hub, LiveView view)
    {
        if (hub.TryJoin(view, context.Connection.RemoteIpAddress, out var refusal) is not { } subscriber)
        {
            context.Response.Headers.RetryAfter = "10";
            await (refusal == LiveRefusal.TooMany
                ? context.WriteProblemAsync(ProblemCode.RateLimited, "This address has as many live streams as it may have.")
                : context.WriteProblemAsync(ProblemCode.Unavailable, "There are as many live streams as there may be."));
            return;
        }

        try
        {
            if (await subscriber.Topic.RefreshAsync() is not { } state)
            {
                await context.WriteProblemAsync(ProblemCode.NotFound, Missing);
                return;
            }

            subscriber.Resume(context.Request.Headers["Last-Event-ID"]);
            subscriber.Offer(state);
            var headers = context.Response.Headers;
            context.Response.ContentType = "text/event-stream";
            headers.CacheControl = "no-store";
            headers["X-Accel-Buffering"] = "no";
            await subscriber.RunAsync(context);
        }
        catch (StoreUnavailableException) when (!context.Response.HasStarted)
        {
            await context.WriteProblemAsync(ProblemCode.Unavailable);
        }
        finally
        {
            hub.Leave(subscriber);
        }
    }

    /// <summary>The path names no game, so which pages may read is the ticket's game to say.</summary>
    private static void AllowOrigin(HttpContext context, GameDefinition? game)
    {
        var headers = context.Response.Headers;
        if (game?.Origins is not { Count: > 0 } origins)
        {
            headers.AccessControlAllowOrigin = "*";
            return;
        }

        headers.Vary = "Origin";
        var origin = context.Request.Headers.Origin.ToString();
        headers.AccessControlAllowOrigin = origins.Contains(origin, StringComparer.OrdinalIgnoreCase) ? origin : origins[0];
    }

    private static int Number(string field, int? given, int standard, int least, int most, Faults faults)
    {
        if (given < least || given > most)
        {
            faults.Add(field, $"A whole number from {least} to {most} is allowed.");
        }

        return given ?? standard;
    }
}

/// <summary>What a stream is to show.</summary>
internal sealed record TicketBody
{
    [Description("The board.")]
    [Required]
    public string? Board { get; init; }

    [Description("The window: `daily` goes on with the next day when one is over, `daily:2026-11-24` stays.")]
    [Required]
    public string? Window { get; init; }

    [Description("Whose own line is shown too: a public id, or `me` for the token's own player.")]
    public string? Player { get; init; }

    [Description("How many of the first lines, 1 to 100; 10 when left out.")]
    public int? Top { get; init; }

    [Description("How many neighbours on each side of the player, 0 to 25; none when left out.")]
    public int? Around { get; init; }

    /// <summary>Fields that nobody knows.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>A new ticket.</summary>
/// <param name="Ticket">The ticket itself.</param>
/// <param name="ExpiresAt">Until when it must have been used first.</param>
/// <param name="Url">Where the stream is.</param>
internal sealed record TicketReply(string Ticket, string ExpiresAt, string Url);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(TicketBody))]
[JsonSerializable(typeof(TicketReply))]
internal sealed partial class LiveJsonContext : JsonSerializerContext;

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Rankings;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Windows;
using Jinbang.Server.Access;
using Jinbang.Server.Limits;
using Jinbang.Server.Problems;

namespace Jinbang.Server.Live;

/// <summary>
/// The standings of a window as server-sent events. A browser's <c>EventSource</c> sends no credential, so whoever has one gets a ticket with it, and the ticket
/// stands in the URL.
/// </summary>
internal static class LiveEndpoints
{
    private const int MostTickets = 10_000;
    private const int MostTop = 100;
    private const int UsualTop = 10;
    private const int MostAround = 25;
    private const string Me = "me";

    public static IEndpointRouteBuilder MapLive(this IEndpointRouteBuilder routes, IBoards boards, LiveHub hub, LiveSettings settings, TimeProvider time)
    {
        var tickets = new LiveTickets(Math.Max(MostTickets, settings.MostSubscribers), time);
        routes.MapPost("/v1/games/{game}/live/tickets", context => IssueAsync(context, boards, tickets, time)).Allow(Who.Client | Who.Player | Who.Server | Who.Operator);
        routes.MapGet("/v1/live", context => StreamAsync(context, boards, tickets, hub)).Allow(Who.Anyone);
        return routes;
    }

    private static async Task IssueAsync(HttpContext context, IBoards boards, LiveTickets tickets, TimeProvider time)
    {
        if (!boards.IsReady)
        {
            await context.WriteProblemAsync(ProblemCode.Unavailable);
            return;
        }

        if (!GameId.TryParse((string?)context.GetRouteValue("game"), out var game) || boards.FindGame(game) is null)
        {
            await context.WriteProblemAsync(ProblemCode.NotFound, "There is no such game.");
            return;
        }

        if (await ReadAsync(context) is not { } wanted)
        {
            return;
        }

        var errors = new List<FieldError>();
        if (string.IsNullOrEmpty(wanted.Board))
        {
            errors.Add(new FieldError("board", "It is missing."));
        }

        if (!WindowName.TryParse(wanted.Window, out var window))
        {
            errors.Add(new FieldError("window", "A name such as all_time, daily, daily:previous or daily:2026-11-24 is needed."));
        }

        var top = Number("top", wanted.Top, UsualTop, 1, MostTop, errors);
        var around = Number("around", wanted.Around, 0, 0, MostAround, errors);
        var player = context.Caller().Player;
        if (wanted.Player is null or Me)
        {
            if (wanted.Player is null)
            {
                player = default;
            }
            else if (!player.IsSome)
            {
                errors.Add(new FieldError("player", "'me' needs a player's token."));
            }
        }
        else if (!PublicId.TryParse(wanted.Player, out var id) || !boards.TryFindPlayer(game, id, out player))
        {
            await context.WriteProblemAsync(ProblemCode.NotFound, "There is no such player.");
            return;
        }

        if (errors.Count > 0)
        {
            await context.WriteProblemAsync(ProblemCode.Invalid, errors: errors);
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
                await context.WriteProblemAsync(ProblemCode.NotFound, "There is no such board or window.");
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

        var expires = (time.GetUtcNow() + LiveTickets.FirstUse).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var body = JsonSerializer.SerializeToUtf8Bytes(new TicketReply(ticket.Text, expires, $"/v1/live?ticket={ticket.Text}"), LiveJsonContext.Default.TicketReply);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body);
    }

    private static async Task StreamAsync(HttpContext context, IBoards boards, LiveTickets tickets, LiveHub hub)
    {
        if (!boards.IsReady)
        {
            await context.WriteProblemAsync(ProblemCode.Unavailable);
            return;
        }

        var text = context.Request.Query["ticket"];
        if (text.Count != 1 || tickets.Begin(text[0]!) is not { } ticket)
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

    private static async Task StreamAsync(HttpContext context, LiveHub hub, LiveView view)
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
                await context.WriteProblemAsync(ProblemCode.NotFound, "There is no such board or window.");
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
        if (game?.Origins is not { } origins)
        {
            headers.AccessControlAllowOrigin = "*";
            return;
        }

        headers.Vary = "Origin";
        var origin = context.Request.Headers.Origin.ToString();
        if (origins.Contains(origin, StringComparer.OrdinalIgnoreCase))
        {
            headers.AccessControlAllowOrigin = origin;
        }
    }

    /// <summary>Reads the body, or answers what is wrong with it.</summary>
    private static async Task<TicketRequest?> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            await context.WriteProblemAsync(ProblemCode.UnsupportedMediaType);
            return null;
        }

        if (context.Request.ContentLength > LimitSettings.BodyBytes)
        {
            await context.WriteProblemAsync(ProblemCode.TooLarge);
            return null;
        }

        try
        {
            if (await JsonSerializer.DeserializeAsync(context.Request.BodyReader, LiveJsonContext.Default.TicketRequest, context.RequestAborted) is { } read)
            {
                return read;
            }

            await context.WriteProblemAsync(ProblemCode.Invalid, "The body must be an object.");
        }
        catch (JsonException fault)
        {
            var field = fault.Path is { Length: > 2 } path ? path[2..] : "";
            await (field.Length == 0
                ? context.WriteProblemAsync(ProblemCode.Invalid, "The body must be an object with no other fields than board, window, player, top and around.")
                : context.WriteProblemAsync(ProblemCode.Invalid, errors: [new FieldError(field, "It is of another type, or there is no such field.")]));
        }

        return null;
    }

    private static int Number(string field, int? given, int standard, int least, int most, List<FieldError> errors)
    {
        if (given < least || given > most)
        {
            errors.Add(new FieldError(field, $"A whole number from {least} to {most} is allowed."));
        }

        return given ?? standard;
    }
}

/// <summary>What is asked for.</summary>
internal sealed record TicketRequest(string? Board = null, string? Window = null, string? Player = null, int? Top = null, int? Around = null);

/// <summary>A new ticket.</summary>
internal sealed record TicketReply(string Ticket, string ExpiresAt, string Url);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(TicketRequest))]
[JsonSerializable(typeof(TicketReply))]
internal sealed partial class LiveJsonContext : JsonSerializerContext;

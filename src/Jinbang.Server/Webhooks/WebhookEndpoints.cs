using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;
using Jinbang.Server.Access;
using Jinbang.Server.Outgoing;
using Jinbang.Server.Problems;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Webhooks;

/// <summary>The calls for a game's webhooks and events.</summary>
internal sealed class WebhookEndpoints(IBoards boards, BoardsOutbox outbox, OutgoingTargets targets, WebhookClient client, TimeProvider time)
{
    /// <summary>Of the settings.</summary>
    public const string Section = "Webhooks";

    private const string Tag = "Webhooks";
    private const string Path = "/v1/games/{game}/webhooks";
    private const string One = Path + "/{webhook}";
    private const int LongestUrl = 2_048;
    private const int UsualEvents = 100;
    private const int MostEvents = 500;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(Path, ["GET"], ListAsync).Allow(Who.Server | Who.Operator)
            .Describe("ListWebhooks", Tag, "List a game's webhooks", "The oldest first. Secrets are not shown again.")
            .Answers<WebhooksReply>(StatusCodes.Status200OK).Fails(ProblemCode.NotFound);
        routes.MapMethods(Path, ["POST"], CreateAsync).Allow(Who.Server | Who.Operator)
            .Describe(
                "CreateWebhook",
                Tag,
                "Make a webhook",
                $"Sends what happens from now on. Its secret is in this answer only. A game has at most {BoardsOutbox.MostPerGame} webhooks.")
            .Takes<NewWebhookBody>()
            .Answers<WebhookReply>(StatusCodes.Status201Created).Fails(ProblemCode.Invalid, ProblemCode.NotFound, ProblemCode.TooMany);
        routes.MapMethods(One, ["GET"], ReadAsync).Allow(Who.Server | Who.Operator)
            .Describe("ReadWebhook", Tag, "Read a webhook", "How far it has come, and what was wrong last.")
            .Answers<WebhookReply>(StatusCodes.Status200OK).Fails(ProblemCode.NotFound);
        routes.MapMethods(One, ["PATCH"], ChangeAsync).Allow(Who.Server | Who.Operator)
            .Describe("ChangeWebhook", Tag, "Change a webhook", "What is left out stays as it is.")
            .Takes<WebhookChangeBody>()
            .Answers<WebhookReply>(StatusCodes.Status200OK).Fails(ProblemCode.Invalid, ProblemCode.NotFound);
        routes.MapMethods(One, ["DELETE"], DeleteAsync).Allow(Who.Server | Who.Operator)
            .Describe("DeleteWebhook", Tag, "Delete a webhook", "Nothing is sent any more.")
            .AnswersNothing().Fails(ProblemCode.NotFound);
        routes.MapMethods($"{One}/rotate", ["POST"], RotateAsync).Allow(Who.Server | Who.Operator)
            .Describe("RotateWebhook", Tag, "Give a webhook another secret", "It is in this answer only. The old one signs too for 24 hours.")
            .Answers<WebhookReply>(StatusCodes.Status200OK).Fails(ProblemCode.NotFound);
        routes.MapMethods($"{One}/test", ["POST"], TestAsync).Allow(Who.Server | Who.Operator)
            .Describe("TestWebhook", Tag, "Send a test event", "Sends an event of type `ping` at once, also when the webhook is disabled, and tells what came of it.")
            .Answers<WebhookTestReply>(StatusCodes.Status200OK).Fails(ProblemCode.NotFound);
        routes.MapMethods("/v1/games/{game}/events", ["GET"], ReadEventsAsync).Allow(Who.Server | Who.Operator)
            .Describe(
                "ReadEvents",
                Tag,
                "Read a game's events",
                "What webhooks are sent, for those who ask instead. Closed windows are always told; a taken first place only while a webhook wants it.")
            .With(
                new QueryNumber("after", "The number of the last event that is known.", 0, long.MaxValue, 0),
                new QueryNumber("limit", "How many at the most.", 1, MostEvents, UsualEvents))
            .Answers<EventsReply>(StatusCodes.Status200OK).Fails(ProblemCode.Invalid, ProblemCode.NotFound);
    }

    private Task ListAsync(HttpContext context) => FindGame(context, out var game) is { } refusal
        ? refusal.WriteAsync(context)
        : JsonReply.WriteAsync(context, new WebhooksReply([.. outbox.Of(game).Select(webhook => WebhookReply.Of(webhook, time.GetUtcNow()))]), WebhooksJson.Wire.WebhooksReply);

    private Task ReadAsync(HttpContext context) => Find(context, out var webhook) is { } refusal
        ? refusal.WriteAsync(context)
        : WriteAsync(context, (WebhookOutcome.Done, webhook));

    private async Task CreateAsync(HttpContext context)
    {
        if (FindGame(context, out var game) is { } refusal)
        {
            await refusal.WriteAsync(context);
            return;
        }

        if (await JsonBody.ReadAsync(context, WebhooksJson.Wire.NewWebhookBody) is not { } body)
        {
            return;
        }

        var faults = FaultsOf(body.Unknown, body.Types);
        var url = await ReadUrlAsync(body.Url, faults, context.RequestAborted);
        await (faults.Refusal is { } wrong
            ? wrong.WriteAsync(context)
            : WriteAsync(context, await outbox.CreateAsync(game, url!, TypesOf(body.Types)), StatusCodes.Status201Created, withSecret: true));
    }

    private async Task ChangeAsync(HttpContext context)
    {
        if (Find(context, out var webhook) is { } refusal)
        {
            await refusal.WriteAsync(context);
            return;
        }

        if (await JsonBody.ReadAsync(context, WebhooksJson.Wire.WebhookChangeBody) is not { } body)
        {
            return;
        }

        var faults = FaultsOf(body.Unknown, body.Types);
        var url = body.Url is null ? null : await ReadUrlAsync(body.Url, faults, context.RequestAborted);
        await (faults.Refusal is { } wrong ? wrong.WriteAsync(context) : WriteAsync(context, await outbox.ChangeAsync(webhook.GameId, webhook.Id, present => present with
        {
            Url = url?.AbsoluteUri ?? present.Url,
            Types = body.Types is null ? present.Types : TypesOf(body.Types),
            IsDisabled = body.IsDisabled ?? present.IsDisabled,
            Trouble = url is not null || (present.IsDisabled && body.IsDisabled == false) ? null : present.Trouble,
            Enabled = present.Enabled + (url is not null || (present.IsDisabled && body.IsDisabled == false) ? 1 : 0),
        })));
    }

    private async Task RotateAsync(HttpContext context)
    {
        if (Find(context, out var webhook) is { } refusal)
        {
            await refusal.WriteAsync(context);
            return;
        }

        await WriteAsync(context, await outbox.RotateAsync(webhook.GameId, webhook.Id), withSecret: true);
    }

    private async Task DeleteAsync(HttpContext context)
    {
        if (Find(context, out var webhook) is { } refusal)
        {
            await refusal.WriteAsync(context);
            return;
        }

        var outcome = await outbox.DeleteAsync(webhook.GameId, webhook.Id);
        await (outcome == WebhookOutcome.Done ? context.WriteDone() : WriteAsync(context, (outcome, null)));
    }

    private async Task TestAsync(HttpContext context)
    {
        if (Find(context, out var webhook) is { } refusal)
        {
            await refusal.WriteAsync(context);
            return;
        }

        var id = $"ping_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        var now = time.GetUtcNow();
        var body = Encoding.UTF8.GetBytes($$$"""{"type":"ping","timestamp":"{{{WireTime.Format(now)}}}","data":{"game":"{{{webhook.Game}}}","webhook":"{{{webhook.Id}}}"}}""");
        var delivery = await client.SendAsync(webhook.At(now), new OutboxEvent(0, id, "ping", body), context.RequestAborted);
        await JsonReply.WriteAsync(context, new WebhookTestReply(id, delivery.Result == DeliveryResult.Delivered, delivery.Trouble), WebhooksJson.Wire.WebhookTestReply);
    }

    private async Task ReadEventsAsync(HttpContext context)
    {
        if (FindGame(context, out var game) is { } refusal)
        {
            await refusal.WriteAsync(context);
            return;
        }

        var faults = new Faults();
        var query = new QueryFields(context, faults);
        var after = query.Number("after", 0, 0, long.MaxValue);
        var limit = (int)query.Number("limit", UsualEvents, 1, MostEvents);
        if (faults.Refusal is { } wrong)
        {
            await wrong.WriteAsync(context);
            return;
        }

        try
        {
            var events = await boards.ReadEventsAsync(game, after, limit, context.RequestAborted);
            await JsonReply.WriteAsync(
                context,
                new EventsReply
                {
                    Events = [.. events.Select(static stored => new EventReply { Number = stored.Number, Id = stored.Id, At = stored.At, Event = new RawJson(stored.Body) })],
                    Next = events.Count > 0 ? events[^1].Number : after,
                },
                WebhooksJson.Wire.EventsReply);
        }
        catch (StoreUnavailableException)
        {
            await Refusal.Unavailable.WriteAsync(context);
        }
    }

    private Refusal? FindGame(HttpContext context, out GameId game) =>
        Targets.FindGame(context, boards, out game) ?? (outbox.IsLoaded ? null : Refusal.Unavailable);

    private Refusal? Find(HttpContext context, out StoredWebhook webhook)
    {
        webhook = null!;
        if (FindGame(context, out var game) is { } refusal)
        {
            return refusal;
        }

        if (outbox.Find(game, (string)context.GetRouteValue("webhook")!) is not { } found)
        {
            return Refusal.Missing("There is no such webhook.");
        }

        webhook = found;
        return null;
    }

    private Task WriteAsync(HttpContext context, (WebhookOutcome Outcome, StoredWebhook? Webhook) done, int status = StatusCodes.Status200OK, bool withSecret = false) => done.Outcome switch
    {
        WebhookOutcome.Done => context.WriteJsonAsync(status, WebhookReply.Of(done.Webhook!, time.GetUtcNow(), withSecret), WebhooksJson.Wire.WebhookReply),
        WebhookOutcome.NotFound => context.WriteProblemAsync(ProblemCode.NotFound, "There is no such webhook."),
        WebhookOutcome.TooMany => context.WriteProblemAsync(ProblemCode.TooMany, $"A game has at most {BoardsOutbox.MostPerGame} webhooks. Delete one first."),
        WebhookOutcome.Unavailable => context.WriteProblemAsync(ProblemCode.Unavailable),
    };

    private static Faults FaultsOf(Dictionary<string, JsonElement>? unknown, IReadOnlyList<string>? types)
    {
        var faults = new Faults();
        foreach (var name in unknown?.Keys ?? Enumerable.Empty<string>())
        {
            faults.Add(name, "There is no such field.");
        }

        if (types?.Any(static type => !BoardEvents.Types.Contains(type, StringComparer.Ordinal)) == true)
        {
            faults.Add("types", $"{string.Join(" and ", BoardEvents.Types)} are allowed.");
        }

        return faults;
    }

    private static IReadOnlyList<string> TypesOf(IReadOnlyList<string>? types) => [.. (types ?? []).Distinct(StringComparer.Ordinal)];

    private async Task<Uri?> ReadUrlAsync(string? text, Faults faults, CancellationToken cancellationToken)
    {
        if (text is null || text.Length > LongestUrl || !Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            faults.Add("url", $"A complete URL of at most {LongestUrl} characters is needed.");
            return null;
        }

        if (await targets.CheckAsync(url, cancellationToken) is { } fault)
        {
            faults.Add("url", fault);
            return null;
        }

        return url;
    }
}

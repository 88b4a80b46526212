using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Webhooks;

/// <summary>A webhook as the v1 API writes it.</summary>
[Description("Where a game's events are sent, and how far that has come.")]
internal sealed record WebhookReply
{
    public required string Id { get; init; }

    [Description("Where events are sent.")]
    public required string Url { get; init; }

    [Description("The types of events that are sent; empty for all.")]
    public required IReadOnlyList<string> Types { get; init; }

    [Description("Whether nothing is sent: the operator wants it so, or the receiver answered 410.")]
    public required bool IsDisabled { get; init; }

    [Description("The number of the last event that was delivered, passed over or given up.")]
    [JsonConverter(typeof(Wire.VersionConverter))]
    public required long Delivered { get; init; }

    [Description("How many events were given up after three days of trying.")]
    public required long FailedEvents { get; init; }

    [Description("What was wrong with the last try; null when it went well.")]
    public required string? Trouble { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    [Description("Until when the secret before the last rotation signs too; null when it does not.")]
    public required DateTimeOffset? PreviousSecretUntil { get; init; }

    [Description("What signs, as the Standard Webhooks specification has it. Only in the answer that makes it.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Secret { get; init; }

    public static WebhookReply Of(StoredWebhook webhook, DateTimeOffset now, bool withSecret = false) => new()
    {
        Id = webhook.Id,
        Url = webhook.Url,
        Types = webhook.Types,
        IsDisabled = webhook.IsDisabled,
        Delivered = webhook.Delivered,
        FailedEvents = webhook.FailedEvents,
        Trouble = webhook.Trouble,
        CreatedAt = webhook.CreatedAt,
        PreviousSecretUntil = webhook.PreviousUntil > now ? webhook.PreviousUntil : null,
        Secret = withSecret ? webhook.Secret : null,
    };
}

/// <summary>A list of webhooks.</summary>
internal sealed record WebhooksReply(IReadOnlyList<WebhookReply> Webhooks);

/// <summary>A webhook to be made.</summary>
internal sealed record NewWebhookBody
{
    [Description("Where events are to be sent: https, to a host with public addresses.")]
    [Required]
    public string? Url { get; init; }

    [Description("The types of events that are wanted, window.closed and first_place.taken; all when left out or empty.")]
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>Fields that nobody knows.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>What is to be changed of a webhook; what is left out stays.</summary>
internal sealed record WebhookChangeBody
{
    [Description("Where events are to be sent.")]
    public string? Url { get; init; }

    [Description("The types of events that are wanted; all when empty.")]
    public IReadOnlyList<string>? Types { get; init; }

    [Description("Whether nothing is to be sent. What happened meanwhile is sent when it is enabled again.")]
    public bool? IsDisabled { get; init; }

    /// <summary>Fields that nobody knows.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>What came of a test.</summary>
/// <param name="Id">The id of the event that was sent.</param>
/// <param name="IsDelivered">Whether the receiver took it.</param>
/// <param name="Trouble">What was wrong; null when nothing was.</param>
internal sealed record WebhookTestReply(string Id, bool IsDelivered, string? Trouble);

/// <summary>An event of a game.</summary>
internal sealed record EventReply
{
    [Description("Its place among all events.")]
    [JsonConverter(typeof(Wire.VersionConverter))]
    public required long Number { get; init; }

    [Description("The same as in webhook-id: the same event never has two.")]
    public required string Id { get; init; }

    public required DateTimeOffset At { get; init; }

    [Description("What webhooks are sent.")]
    public required RawJson Event { get; init; }
}

/// <summary>Events of a game in order.</summary>
internal sealed record EventsReply
{
    public required IReadOnlyList<EventReply> Events { get; init; }

    [Description("What to give as `after` next time.")]
    [JsonConverter(typeof(Wire.VersionConverter))]
    public required long Next { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, AllowDuplicateProperties = false, Converters = [typeof(TimeConverter)])]
[JsonSerializable(typeof(WebhookReply))]
[JsonSerializable(typeof(WebhooksReply))]
[JsonSerializable(typeof(NewWebhookBody))]
[JsonSerializable(typeof(WebhookChangeBody))]
[JsonSerializable(typeof(WebhookTestReply))]
[JsonSerializable(typeof(EventsReply))]
internal sealed partial class WebhooksJson : JsonSerializerContext
{
    public static WebhooksJson Wire => field ??= new(JsonReply.Plainly(Default.Options));
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;

namespace Jinbang.Server.Webhooks;

/// <summary>A webhook as it rests in the store.</summary>
internal sealed record StoredWebhook
{
    /// <summary>The kind of its records.</summary>
    public const string RecordKind = "webhook";

    public required string Id { get; init; }

    public required string Game { get; init; }

    /// <summary>Tells the game from a later one of the same id: the public id of its first player's number.</summary>
    public required string Mark { get; init; }

    public required string Url { get; init; }

    /// <summary>The types of events that are sent; empty for all.</summary>
    public required IReadOnlyList<string> Types { get; init; }

    public required string Secret { get; init; }

    /// <summary>The secret before the last rotation; signs too until its time is over.</summary>
    public string? PreviousSecret { get; init; }

    public DateTimeOffset? PreviousUntil { get; init; }

    public required long Delivered { get; init; }

    public long FailedEvents { get; init; }

    public bool IsDisabled { get; init; }

    public string? Trouble { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How often it was enabled or given another URL: what a sender said of an earlier time does not count any more.</summary>
    public int Enabled { get; init; }

    [JsonIgnore]
    public GameId GameId => GameId.Parse(Game);

    /// <exception cref="JsonException">It is no webhook.</exception>
    public static StoredWebhook Read(RecordRow record) =>
        JsonSerializer.Deserialize(record.Body!, StoredWebhookJson.Default.StoredWebhook) ?? throw new JsonException("A webhook is an object.");

    public RecordRow Write() => new(RecordKind, Id, JsonSerializer.Serialize(this, StoredWebhookJson.Default.StoredWebhook));

    /// <summary>The webhook with how far it has come.</summary>
    public StoredWebhook With(WebhookProgress? progress) => progress is null ? this : this with
    {
        Delivered = Math.Max(Delivered, progress.Delivered),
        FailedEvents = Math.Max(FailedEvents, progress.FailedEvents),
        IsDisabled = IsDisabled || (progress.IsDisabled && progress.Enabled == Enabled),
        Trouble = progress.Enabled == Enabled ? progress.Trouble : Trouble,
    };

    /// <summary>As the sender sees it.</summary>
    public Webhook At(DateTimeOffset now) => new()
    {
        Id = Id,
        Game = Game,
        Url = new Uri(Url),
        Types = Types,
        Secret = PreviousSecret is not null && now < PreviousUntil ? $"{Secret} {PreviousSecret}" : Secret,
        Delivered = Delivered,
        FailedEvents = FailedEvents,
        IsDisabled = IsDisabled,
        Trouble = Trouble,
    };

    /// <summary>The id alone: what is printed must not hold the secret.</summary>
    public override string ToString() => Id;
}

/// <summary>
/// How far a webhook has come, as it rests in the store: a record of its own, for the server that sends and the server that the operator talks to need not be the same.
/// </summary>
internal sealed record WebhookProgress
{
    /// <summary>The kind of its records; their ids are those of the webhooks.</summary>
    public const string RecordKind = "webhook_progress";

    public required long Delivered { get; init; }

    public long FailedEvents { get; init; }

    public bool IsDisabled { get; init; }

    /// <summary>The webhook's <see cref="StoredWebhook.Enabled"/> of then.</summary>
    public int Enabled { get; init; }

    public string? Trouble { get; init; }

    /// <exception cref="JsonException">It is none.</exception>
    public static WebhookProgress Read(RecordRow record) =>
        JsonSerializer.Deserialize(record.Body!, StoredWebhookJson.Default.WebhookProgress) ?? throw new JsonException("A webhook's progress is an object.");

    public RecordRow Write(string webhook) => new(RecordKind, webhook, JsonSerializer.Serialize(this, StoredWebhookJson.Default.WebhookProgress));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredWebhook))]
[JsonSerializable(typeof(WebhookProgress))]
internal sealed partial class StoredWebhookJson : JsonSerializerContext;

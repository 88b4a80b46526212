namespace Jinbang.Server.Webhooks;

/// <summary>Something that happened and is told to whoever subscribed.</summary>
/// <param name="Number">Its place in the outbox: later events have greater numbers.</param>
/// <param name="Id">Sent as <c>webhook-id</c>, the same at every try: receivers know by it what they have had. Printable ASCII without spaces.</param>
/// <param name="Type">Such as <c>window.closed</c>.</param>
/// <param name="Body">The JSON that is sent, UTF-8.</param>
internal sealed record OutboxEvent(long Number, string Id, string Type, ReadOnlyMemory<byte> Body);

/// <summary>
/// The durable events and subscriptions, as the <see cref="WebhookSender"/> sees them. Calls may be made from several threads at once. A call that throws has
/// done nothing and is made again later.
/// </summary>
internal interface IOutbox
{
    /// <summary>Whether this server is the one that sends. It may change at any moment; <see cref="Changed"/> is raised when it has become this one.</summary>
    bool IsOurs { get; }

    /// <summary>All webhooks, disabled ones too.</summary>
    ValueTask<IReadOnlyList<Webhook>> ReadWebhooksAsync(CancellationToken cancellationToken);

    /// <summary>The first events of a game after a number, ascending, of every type; empty when there is none.</summary>
    /// <param name="game">Whose events.</param>
    /// <param name="after">The number of the last event that is not wanted any more.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    ValueTask<IReadOnlyList<OutboxEvent>> ReadEventsAsync(string game, long after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Stores how far a webhook has come: <see cref="Webhook.Delivered"/>, <see cref="Webhook.FailedEvents"/>, <see cref="Webhook.Trouble"/>, and
    /// <see cref="Webhook.IsDisabled"/> when it is true. Nothing else of the webhook is stored: it may be older than what the operator has changed since.
    /// </summary>
    /// <returns>False when it cannot be stored now: it is tried later. True when it is durable, or when there is no such webhook any more.</returns>
    ValueTask<bool> SaveProgressAsync(Webhook webhook, CancellationToken cancellationToken);

    /// <summary>New events or changed webhooks, which can be read when this is raised. On any thread; handlers are quick.</summary>
    event Action? Changed;
}

namespace Jinbang.Server.Webhooks;

/// <summary>
/// One webhook on its way: what the operator wants, how far it has come, and when it is looked at next. While a turn runs, the turn alone touches it, but for
/// what the summaries give to the sender's loop.
/// </summary>
internal sealed class WebhookLane(Webhook webhook)
{
    private volatile bool isOutdated;

    /// <summary>What the operator last said of it. The loop's.</summary>
    public Webhook Newest { get; private set; } = webhook;

    /// <summary>Whether something may have come since its last turn began. The loop's.</summary>
    public bool IsCalled { get; private set; } = true;

    /// <summary>Whether the webhook is no more. The loop's.</summary>
    public bool IsRemoved { get; private set; }

    /// <summary>The running turn, whose result is the time until the next one; null between turns. The loop's.</summary>
    public Task<TimeSpan?>? Turn { get; set; }

    /// <summary>When it is looked at next, a timestamp; null: when it is called. The loop's.</summary>
    public long? Due { get; set; }

    /// <summary>Whether the turn that runs must end before its next event: what it sends with has changed, or is not wanted any more. Anybody may ask.</summary>
    public bool IsOutdated => isOutdated;

    /// <summary>What is sent with, and how far that has come.</summary>
    public Webhook Webhook { get; set; } = webhook;

    /// <summary>Whether the store does not know yet how far it has come. No event is sent that comes after one which is not saved: so a crash sends one twice at most.</summary>
    public bool IsUnsaved { get; set; }

    /// <summary>Whether there is nothing to do until the operator changes something.</summary>
    public bool IsResting => Webhook.IsDisabled && !IsUnsaved;

    /// <summary>How many tries of the event at its head have failed.</summary>
    public int Failures { get; set; }

    /// <summary>When the first of them failed, a timestamp.</summary>
    public long FailedAt { get; set; }

    /// <summary>Takes note of what the operator wants now; null when the webhook is no more. The loop's.</summary>
    public void Call(Webhook? newest)
    {
        isOutdated |= newest is null || newest.IsDisabled || IsChanged(Newest, newest);
        Newest = newest ?? Newest;
        IsRemoved = newest is null;
        IsCalled = true;
    }

    /// <summary>Lets the last call be as if it had not been. The loop's, between turns.</summary>
    public void Forget() => IsCalled = false;

    /// <summary>
    /// Takes over what the operator wants. How far the webhook has come is known better here, unless the store says that it has come further. The loop's,
    /// between turns.
    /// </summary>
    /// <returns>Whether it begins afresh: with another URL or secret, or enabled again. What failed before does not count then.</returns>
    public bool Renew()
    {
        (IsCalled, isOutdated) = (false, false);
        var isDisabled = Newest.IsDisabled || (IsUnsaved && Webhook.IsDisabled);
        var isFresh = IsChanged(Webhook, Newest) || (Webhook.IsDisabled && !isDisabled) || Newest.Delivered > Webhook.Delivered;
        if (isFresh)
        {
            Failures = 0;
        }

        Webhook = Newest with
        {
            Delivered = Math.Max(Webhook.Delivered, Newest.Delivered),
            FailedEvents = Math.Max(Webhook.FailedEvents, Newest.FailedEvents),
            Trouble = Webhook.Trouble,
            IsDisabled = isDisabled,
        };
        return isFresh;
    }

    private static bool IsChanged(Webhook older, Webhook newer) => older.Url != newer.Url || older.Secret != newer.Secret;
}

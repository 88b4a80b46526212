using System.Threading.Channels;
using Jinbang.Server.Outgoing;

namespace Jinbang.Server.Webhooks;

// One loop holds a lane for each webhook and gives out turns. A turn reads a few events of one webhook and sends them one after the other; it ends when
// they are sent, when one fails, or when it has taken its time, so that eight slow receivers cannot hold the others back for long. A lane that failed has no
// turn until its time has come, and keeps no events meanwhile. Lanes that are due get turns in the order in which they became due.
//
// How far a webhook has come is saved after each delivery, before its next event is sent. What is not saved is how often an event has failed: a restart tries
// at once, and its three days begin again.

/// <summary>
/// Sends events to webhooks: to each in order and one at a time, to eight at once, until they are delivered or have failed for three days. Memory is bounded:
/// at most eight times sixteen events.
/// </summary>
internal sealed partial class WebhookSender : BackgroundService
{
    /// <summary>How many webhooks are sent to at once.</summary>
    public const int MostTurns = 8;

    /// <summary>How many events are read at a time.</summary>
    public const int MostEvents = 16;

    /// <summary>How long a stop waits for what is being sent.</summary>
    public static readonly TimeSpan StopTime = TimeSpan.FromSeconds(5);

    /// <summary>How long a turn may take before it begins with another event.</summary>
    public static readonly TimeSpan TurnTime = TimeSpan.FromSeconds(10);

    /// <summary>How long an outbox that failed, or does not save, is left alone.</summary>
    public static readonly TimeSpan OutboxTime = TimeSpan.FromSeconds(5);

    /// <summary>How long changes gather before the webhooks are read again.</summary>
    public static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(50);

    private readonly IOutbox outbox;
    private readonly WebhookClient client;
    private readonly TimeProvider time;
    private readonly ILogger<WebhookSender> logger;
    private readonly Func<double> jitter;
    private readonly Dictionary<string, WebhookLane> lanes = new(StringComparer.Ordinal);
    private readonly Channel<bool> wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private volatile bool isChanged = true;
    private long readAt;

    /// <param name="outbox">What is sent, and to whom.</param>
    /// <param name="targets">Where may be sent.</param>
    /// <param name="time">Dates, delays and bounds.</param>
    /// <param name="jitter">0 to 1, from any thread: how much later than planned a webhook is tried again.</param>
    /// <param name="logger">Told of failures; never of a body, a secret or more of a URL than its scheme and host.</param>
    public WebhookSender(IOutbox outbox, OutgoingTargets targets, TimeProvider time, Func<double> jitter, ILogger<WebhookSender> logger)
    {
        this.outbox = outbox;
        this.time = time;
        this.jitter = jitter;
        this.logger = logger;
        client = new WebhookClient(targets, time);
    }

    /// <summary>Cancels what is being sent and waits until that has ended, 5 seconds at most.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(StopTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await base.StopAsync(either.Token);
    }

    public override void Dispose()
    {
        base.Dispose();
        client.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        outbox.Changed += NoteChange;
        await using var timer = time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        readAt = time.GetTimestamp();
        try
        {
            while (true)
            {
                await EndTurnsAsync();
                await ReadWebhooksAsync(stoppingToken);
                var next = StartTurns(stoppingToken);
                timer.Change(next ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                await wakes.Reader.ReadAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped.
        }
        finally
        {
            outbox.Changed -= NoteChange;
            await Task.WhenAll(lanes.Values.Select(static lane => lane.Turn ?? Task.CompletedTask));
        }
    }

    private void NoteChange()
    {
        isChanged = true;
        Wake();
    }

    private void Wake() => wakes.Writer.TryWrite(true);

    private async Task EndTurnsAsync()
    {
        foreach (var (id, lane) in lanes)
        {
            if (lane.Turn is not { IsCompleted: true } turn)
            {
                continue;
            }

            lane.Due = await turn is { } wait ? TimestampAfter(wait) : null;
            lane.Turn = null;
            if (lane.IsRemoved)
            {
                lanes.Remove(id);
            }
            else if (lane.Webhook.IsDisabled)
            {
                // What was read before that was saved must not enable it again.
                lane.Forget();
                isChanged = true;
            }
        }
    }

    /// <summary>Reads the webhooks when something has changed, and calls all lanes.</summary>
    private async Task ReadWebhooksAsync(CancellationToken stopping)
    {
        if (!isChanged || time.GetTimestamp() < readAt)
        {
            return;
        }

        isChanged = false;
        try
        {
            var webhooks = (await outbox.ReadWebhooksAsync(stopping)).ToDictionary(static webhook => webhook.Id, StringComparer.Ordinal);
            foreach (var (id, lane) in lanes)
            {
                webhooks.Remove(id, out var newest);
                lane.Call(newest);
                if (lane.IsRemoved && lane.Turn is null)
                {
                    lanes.Remove(id);
                }
            }

            foreach (var (id, webhook) in webhooks)
            {
                lanes.Add(id, new WebhookLane(webhook));
            }

            readAt = TimestampAfter(GatherTime);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            LogOutbox(logger, fault);
            isChanged = true;
            readAt = TimestampAfter(OutboxTime);
        }
    }

    /// <summary>Starts as many turns as may run, for those who have waited longest.</summary>
    /// <returns>The time until there is something to do again, if nobody calls before; null when there is not.</returns>
    private TimeSpan? StartTurns(CancellationToken stopping)
    {
        if (!outbox.IsOurs)
        {
            return null;
        }

        var now = time.GetTimestamp();
        var running = 0;
        var waiting = new PriorityQueue<WebhookLane, long>();
        foreach (var lane in lanes.Values)
        {
            if (lane.Turn is not null)
            {
                running++;
                continue;
            }

            if (lane.IsCalled && (lane.Renew() || lane.Due is null))
            {
                lane.Due = now;
            }

            if (lane.Due is { } due && !lane.IsResting)
            {
                waiting.Enqueue(lane, due);
            }
        }

        while (running < MostTurns && waiting.TryPeek(out var lane, out var due) && due <= now)
        {
            waiting.Dequeue();
            running++;
            lane.Turn = Task.Run(() => TakeTurnAsync(lane, stopping), CancellationToken.None);
            lane.Turn.ContinueWith(_ => Wake(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        // With all turns taken, the end of one wakes the loop.
        long? next = running < MostTurns && waiting.TryPeek(out _, out var first) ? first : null;
        if (isChanged)
        {
            next = Math.Min(next ?? long.MaxValue, readAt);
        }

        return next is { } at ? TimeUntil(at) : null;
    }

    /// <summary>Sends the next events of a webhook.</summary>
    /// <returns>The time until it is looked at again; null when there is nothing to do until it is called. Never throws.</returns>
    private async Task<TimeSpan?> TakeTurnAsync(WebhookLane lane, CancellationToken stopping)
    {
        try
        {
            if (lane.IsUnsaved && !await SaveAsync(lane))
            {
                return OutboxTime;
            }

            if (lane.IsResting || !outbox.IsOurs)
            {
                return null;
            }

            var start = time.GetTimestamp();
            var events = await outbox.ReadEventsAsync(lane.Webhook.Game, lane.Webhook.Delivered, MostEvents, stopping);
            foreach (var next in events)
            {
                if (lane.IsOutdated || !outbox.IsOurs || time.GetElapsedTime(start) >= TurnTime)
                {
                    return TimeSpan.Zero;
                }

                if (!lane.Webhook.Wants(next.Type))
                {
                    // Saved with the next delivery, or below: passing over twice does no harm.
                    lane.Webhook = lane.Webhook with { Delivered = next.Number };
                    lane.IsUnsaved = true;
                }
                else if (await SendAsync(lane, next, stopping) is { } wait)
                {
                    return wait;
                }
            }

            if (lane.IsUnsaved && !await SaveAsync(lane))
            {
                return OutboxTime;
            }

            return events.Count == MostEvents ? TimeSpan.Zero : null;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception fault)
        {
            LogOutbox(logger, fault);
            return OutboxTime;
        }
    }

    /// <summary>Sends one event once.</summary>
    /// <returns>Null when the next one may follow; otherwise the turn ends, and this is the time until the next turn.</returns>
    private async Task<TimeSpan?> SendAsync(WebhookLane lane, OutboxEvent next, CancellationToken stopping)
    {
        var delivery = await TryAsync(lane.Webhook, next, stopping);
        switch (delivery.Result)
        {
            case DeliveryResult.Delivered:
                if (lane.Failures > 0)
                {
                    LogDelivered(logger, lane.Webhook.Id, lane.Webhook.Target, next.Number, lane.Failures);
                }

                lane.Failures = 0;
                lane.Webhook = lane.Webhook with { Delivered = next.Number, Trouble = null };
                return await SaveAsync(lane) ? null : OutboxTime;

            case DeliveryResult.Gone:
                LogGone(logger, lane.Webhook.Id, lane.Webhook.Target);
                lane.Failures = 0;
                lane.Webhook = lane.Webhook with { IsDisabled = true, Trouble = delivery.Trouble };
                return await SaveAsync(lane) ? TimeSpan.Zero : OutboxTime;

            default:
                return await FailAsync(lane, next, delivery);
        }
    }

    private async Task<TimeSpan?> FailAsync(WebhookLane lane, OutboxEvent next, Delivery delivery)
    {
        var now = time.GetTimestamp();
        if (lane.Failures++ == 0)
        {
            lane.FailedAt = now;
        }

        if (time.GetElapsedTime(lane.FailedAt, now) >= WebhookBackoff.Patience)
        {
            LogGivenUp(logger, lane.Webhook.Id, lane.Webhook.Target, next.Number, lane.Failures, delivery.Trouble);
            lane.Failures = 0;
            lane.Webhook = lane.Webhook with { Delivered = next.Number, FailedEvents = lane.Webhook.FailedEvents + 1, Trouble = delivery.Trouble };
            return await SaveAsync(lane) ? null : OutboxTime;
        }

        var wait = WebhookBackoff.After(lane.Failures, delivery.RetryAfter, jitter());
        LogFailed(logger, lane.Webhook.Id, lane.Webhook.Target, next.Number, lane.Failures, delivery.Trouble, wait);
        if (lane.Webhook.Trouble != delivery.Trouble)
        {
            lane.Webhook = lane.Webhook with { Trouble = delivery.Trouble };
            await SaveAsync(lane);
        }

        return wait;
    }

    private async Task<Delivery> TryAsync(Webhook webhook, OutboxEvent next, CancellationToken stopping)
    {
        try
        {
            return await client.SendAsync(webhook, next, stopping);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            // A fault of ours with one event; it must not stop the others for ever.
            LogFault(logger, next.Number, fault);
            return new Delivery(DeliveryResult.Failed, "The server could not send it.");
        }
    }

    /// <summary>Saves how far a webhook has come. A stop does not end it: what was delivered is not to be sent again.</summary>
    private async Task<bool> SaveAsync(WebhookLane lane)
    {
        lane.IsUnsaved = true;
        try
        {
            lane.IsUnsaved = !await outbox.SaveProgressAsync(lane.Webhook, CancellationToken.None);
        }
        catch (Exception fault)
        {
            LogOutbox(logger, fault);
        }

        return !lane.IsUnsaved;
    }

    private long TimestampAfter(TimeSpan wait) => time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency);

    /// <summary>In whole milliseconds, as timers count, and never too short.</summary>
    private TimeSpan TimeUntil(long timestamp)
    {
        var now = time.GetTimestamp();
        return timestamp <= now ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling(time.GetElapsedTime(now, timestamp).TotalMilliseconds));
    }

    [LoggerMessage(EventId = 70, Level = LogLevel.Warning, Message = "Webhook {Webhook} to {Target}: event {Number} failed for the {Failures}. time, next try in {Wait}: {Trouble}")]
    private static partial void LogFailed(ILogger logger, string webhook, string target, long number, int failures, string? trouble, TimeSpan wait);

    [LoggerMessage(EventId = 71, Level = LogLevel.Information, Message = "Webhook {Webhook} to {Target}: event {Number} is delivered after {Failures} failures")]
    private static partial void LogDelivered(ILogger logger, string webhook, string target, long number, int failures);

    [LoggerMessage(EventId = 72, Level = LogLevel.Error, Message = "Webhook {Webhook} to {Target}: event {Number} is given up after {Failures} failures: {Trouble}")]
    private static partial void LogGivenUp(ILogger logger, string webhook, string target, long number, int failures, string? trouble);

    [LoggerMessage(EventId = 73, Level = LogLevel.Warning, Message = "Webhook {Webhook} to {Target} is disabled: the receiver answered 410")]
    private static partial void LogGone(ILogger logger, string webhook, string target);

    [LoggerMessage(EventId = 74, Level = LogLevel.Error, Message = "Webhooks wait: their outbox failed")]
    private static partial void LogOutbox(ILogger logger, Exception fault);

    [LoggerMessage(EventId = 75, Level = LogLevel.Error, Message = "Event {Number} could not be sent")]
    private static partial void LogFault(ILogger logger, long number, Exception fault);
}

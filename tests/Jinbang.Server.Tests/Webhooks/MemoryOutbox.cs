using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Jinbang.Server.Webhooks;

namespace Jinbang.Server.Tests.Webhooks;

/// <summary>An outbox that holds everything in memory and stores progress as the door says. It outlives the senders that are started over it.</summary>
internal sealed class MemoryOutbox : IOutbox
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Webhook> webhooks = [];
    private readonly List<(string Game, OutboxEvent Event)> events = [];

    public event Action? Changed;

    public bool IsOurs { get; set; } = true;

    /// <summary>All progress that was stored, in order.</summary>
    public ConcurrentQueue<Webhook> Saved { get; } = new();

    /// <summary>The most events that were asked for at a time.</summary>
    public int MostAsked { get; private set; }

    /// <summary>How often progress was given to be saved.</summary>
    public int SaveCalls;

    /// <summary>Answers a call that saves; saves when it is true.</summary>
    public Func<Task<bool>> Saves { get; set; } = static () => Task.FromResult(true);

    /// <summary>Called before anything is read; may throw.</summary>
    public Action BeforeRead { get; set; } = static () => { };

    public Webhook this[string id]
    {
        get
        {
            lock (gate)
            {
                return webhooks[id];
            }
        }
    }

    public void Put(Webhook webhook)
    {
        lock (gate)
        {
            webhooks[webhook.Id] = webhook;
        }

        Changed?.Invoke();
    }

    public void Remove(string id)
    {
        lock (gate)
        {
            webhooks.Remove(id);
        }

        Changed?.Invoke();
    }

    /// <summary>Adds events msg_1, msg_2 and so on.</summary>
    public void Add(int count, string type = "window.closed", string game = "pinball")
    {
        lock (gate)
        {
            for (var i = 0; i < count; i++)
            {
                var number = events.Count + 1;
                var body = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"type":"{{type}}","number":{{number}},"name":"hidden-body"}"""));
                events.Add((game, new OutboxEvent(number, string.Create(CultureInfo.InvariantCulture, $"msg_{number}"), type, body)));
            }
        }

        Changed?.Invoke();
    }

    public ValueTask<IReadOnlyList<Webhook>> ReadWebhooksAsync(CancellationToken cancellationToken)
    {
        BeforeRead();
        lock (gate)
        {
            return new ValueTask<IReadOnlyList<Webhook>>([.. webhooks.Values]);
        }
    }

    public ValueTask<IReadOnlyList<OutboxEvent>> ReadEventsAsync(string game, long after, int limit, CancellationToken cancellationToken)
    {
        BeforeRead();
        lock (gate)
        {
            MostAsked = Math.Max(MostAsked, limit);
            return new ValueTask<IReadOnlyList<OutboxEvent>>([.. events.Where(one => one.Game == game && one.Event.Number > after).Select(static one => one.Event).Take(limit)]);
        }
    }

    public async ValueTask<bool> SaveProgressAsync(Webhook webhook, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref SaveCalls);
        if (!await Saves())
        {
            return false;
        }

        lock (gate)
        {
            if (webhooks.TryGetValue(webhook.Id, out var stored))
            {
                webhooks[webhook.Id] = stored with
                {
                    Delivered = webhook.Delivered,
                    FailedEvents = webhook.FailedEvents,
                    Trouble = webhook.Trouble,
                    IsDisabled = stored.IsDisabled || webhook.IsDisabled,
                };
                Saved.Enqueue(webhook);
            }
        }

        return true;
    }
}

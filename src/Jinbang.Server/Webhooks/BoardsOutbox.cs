using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;
using Jinbang.Ranking;

namespace Jinbang.Server.Webhooks;

/// <summary>What became of a change of webhooks.</summary>
internal enum WebhookOutcome
{
    /// <summary>Not stored, nothing changed. The caller may try again.</summary>
    Unavailable = 0,

    /// <summary>It is done.</summary>
    Done,

    /// <summary>There is no such game or webhook.</summary>
    NotFound,

    /// <summary>The game has as many webhooks as it may have.</summary>
    TooMany,
}

/// <summary>
/// The webhooks of all games and the events that they are told of. Both rest in the store of the boards; the webhooks are in memory too. A webhook of a game that was
/// deleted is as good as gone, also when there is another game of that id by then.
/// </summary>
internal sealed class BoardsOutbox : IOutbox, IDisposable
{
    /// <summary>The most webhooks a game may have.</summary>
    public const int MostPerGame = 20;

    /// <summary>How long the secret before a rotation goes on.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    private const int Page = 500;

    private readonly IBoards boards;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim changing = new(1, 1);
    private volatile ImmutableDictionary<string, StoredWebhook>? webhooks;

    public BoardsOutbox(IBoards boards, TimeProvider time)
    {
        (this.boards, this.time) = (boards, time);
        boards.EventsAdded += RaiseChanged;
        boards.RecordsChanged += Reload;
    }

    /// <inheritdoc />
    public event Action? Changed;

    /// <inheritdoc />
    public bool IsOurs => boards.TellsEvents;

    /// <summary>Whether webhooks can be asked for.</summary>
    public bool IsLoaded => webhooks is not null;

    private ImmutableDictionary<string, StoredWebhook> Webhooks => webhooks ?? throw new InvalidOperationException("The webhooks are not loaded.");

    /// <summary>Reads all webhooks: when the boards are ready, and when another server may have changed some.</summary>
    public async Task LoadAsync()
    {
        await AloneAsync(async () =>
        {
            var records = await boards.ReadRecordsAsync(StoredWebhook.RecordKind, CancellationToken.None);
            var progress = (await boards.ReadRecordsAsync(WebhookProgress.RecordKind, CancellationToken.None)).ToDictionary(
                static record => record.Id, WebhookProgress.Read, StringComparer.Ordinal);
            webhooks = records.Select(StoredWebhook.Read).Select(webhook => webhook.With(progress.GetValueOrDefault(webhook.Id)))
                .ToImmutableDictionary(static webhook => webhook.Id, StringComparer.Ordinal);
            return (WebhookOutcome.Done, null);
        });
        foreach (var game in Webhooks.Values.Select(static webhook => webhook.GameId).Distinct())
        {
            Want(game);
        }

        RaiseChanged();
    }

    /// <summary>A game's webhooks, the oldest first.</summary>
    public IReadOnlyList<StoredWebhook> Of(GameId game) =>
        [.. Webhooks.Values.Where(webhook => webhook.GameId == game && IsAlive(webhook)).OrderBy(static webhook => webhook.CreatedAt).ThenBy(static webhook => webhook.Id, StringComparer.Ordinal)];

    /// <summary>A game's webhook; null when it has none of this id.</summary>
    public StoredWebhook? Find(GameId game, string id) => Webhooks.GetValueOrDefault(id) is { } webhook && webhook.GameId == game && IsAlive(webhook) ? webhook : null;

    /// <summary>Makes a webhook that is told of what happens from now on.</summary>
    public Task<(WebhookOutcome Outcome, StoredWebhook? Webhook)> CreateAsync(GameId game, Uri url, IReadOnlyList<string> types) => AloneAsync(async () =>
    {
        if (boards.FindGame(game) is null)
        {
            return (WebhookOutcome.NotFound, null);
        }

        if (Of(game).Count >= MostPerGame)
        {
            return (WebhookOutcome.TooMany, null);
        }

        var webhook = new StoredWebhook
        {
            Id = $"wh_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}",
            Game = game.ToString(),
            Mark = MarkOf(game),
            Url = url.AbsoluteUri,
            Types = types,
            Secret = WebhookSecret.Generate(),
            Delivered = await LastEventAsync(game),
            CreatedAt = time.GetUtcNow(),
        };
        return await PutAsync(webhook);
    });

    /// <summary>Changes a webhook.</summary>
    public Task<(WebhookOutcome Outcome, StoredWebhook? Webhook)> ChangeAsync(GameId game, string id, Func<StoredWebhook, StoredWebhook> change) =>
        AloneAsync(async () => Find(game, id) is { } webhook ? await PutAsync(change(webhook)) : (WebhookOutcome.NotFound, null));

    /// <summary>Gives a webhook another secret; the old one signs beside it for a day.</summary>
    public Task<(WebhookOutcome Outcome, StoredWebhook? Webhook)> RotateAsync(GameId game, string id) => ChangeAsync(game, id, webhook => webhook with
    {
        Secret = WebhookSecret.Generate(),
        PreviousSecret = webhook.Secret,
        PreviousUntil = time.GetUtcNow() + Overlap,
    });

    /// <summary>Removes a webhook.</summary>
    public async Task<WebhookOutcome> DeleteAsync(GameId game, string id) => (await AloneAsync(async () =>
    {
        if (Find(game, id) is not { } webhook)
        {
            return (WebhookOutcome.NotFound, null);
        }

        if (!await boards.PutRecordsAsync([new RecordRow(StoredWebhook.RecordKind, id, null), new RecordRow(WebhookProgress.RecordKind, id, null)]))
        {
            return (WebhookOutcome.Unavailable, null);
        }

        webhooks = Webhooks.Remove(id);
        Want(game);
        RaiseChanged();
        return (WebhookOutcome.Done, webhook);
    })).Outcome;

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Webhook>> ReadWebhooksAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return new(IsLoaded ? [.. Webhooks.Values.Where(IsAlive).Select(webhook => webhook.At(now))] : []);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<OutboxEvent>> ReadEventsAsync(string game, long after, int limit, CancellationToken cancellationToken)
    {
        try
        {
            var events = await boards.ReadEventsAsync(GameId.Parse(game), after, limit, cancellationToken);
            return [.. events.Select(static stored => new OutboxEvent(stored.Number, stored.Id, stored.Type, stored.Body))];
        }
        catch (KeyNotFoundException)
        {
            return [];
        }
    }

    /// <inheritdoc />
    public async ValueTask<bool> SaveProgressAsync(Webhook webhook, CancellationToken cancellationToken)
    {
        var (outcome, _) = await AloneAsync(async () =>
        {
            if (!Webhooks.TryGetValue(webhook.Id, out var stored) || !IsAlive(stored))
            {
                return (WebhookOutcome.NotFound, null);
            }

            var saved = stored with
            {
                Delivered = Math.Max(stored.Delivered, webhook.Delivered),
                FailedEvents = Math.Max(stored.FailedEvents, webhook.FailedEvents),
                Trouble = webhook.Trouble,
                IsDisabled = stored.IsDisabled || webhook.IsDisabled,
            };
            var progress = new WebhookProgress
            {
                Delivered = saved.Delivered,
                FailedEvents = saved.FailedEvents,
                IsDisabled = webhook.IsDisabled,
                Enabled = stored.Enabled,
                Trouble = saved.Trouble,
            };
            if (!await boards.PutRecordsAsync([progress.Write(saved.Id)]))
            {
                return (WebhookOutcome.Unavailable, null);
            }

            webhooks = Webhooks.SetItem(saved.Id, saved);
            if (saved.IsDisabled != stored.IsDisabled)
            {
                Want(saved.GameId);
            }

            return (WebhookOutcome.Done, saved);
        });
        return outcome != WebhookOutcome.Unavailable;
    }

    public void Dispose()
    {
        boards.EventsAdded -= RaiseChanged;
        boards.RecordsChanged -= Reload;
    }

    /// <summary>Another server may have changed webhooks.</summary>
    private Task Reload() => IsLoaded ? ReloadAsync() : Task.CompletedTask;

    private async Task ReloadAsync()
    {
        try
        {
            await LoadAsync();
        }
        catch (StoreUnavailableException)
        {
            // The next renewal of the lease says it again.
        }
    }

    private async Task<(WebhookOutcome Outcome, StoredWebhook? Webhook)> PutAsync(StoredWebhook webhook)
    {
        if (!await boards.PutRecordsAsync([webhook.Write()]))
        {
            return (WebhookOutcome.Unavailable, null);
        }

        webhooks = Webhooks.SetItem(webhook.Id, webhook);
        Want(webhook.GameId);
        RaiseChanged();
        return (WebhookOutcome.Done, webhook);
    }

    private async Task<(WebhookOutcome Outcome, StoredWebhook? Webhook)> AloneAsync(Func<Task<(WebhookOutcome, StoredWebhook?)>> change)
    {
        await changing.WaitAsync();
        try
        {
            return await change();
        }
        catch (KeyNotFoundException)
        {
            // The game was deleted this moment.
            return (WebhookOutcome.NotFound, null);
        }
        finally
        {
            changing.Release();
        }
    }

    private async Task<long> LastEventAsync(GameId game)
    {
        for (var last = 0L; ;)
        {
            var events = await boards.ReadEventsAsync(game, last, Page, CancellationToken.None);
            last = events.Count > 0 ? events[^1].Number : last;
            if (events.Count < Page)
            {
                return last;
            }
        }
    }

    /// <summary>Says which events are to be made.</summary>
    private void Want(GameId game)
    {
        try
        {
            var types = Of(game).Where(static webhook => !webhook.IsDisabled).SelectMany(static webhook => webhook.Types.Count == 0 ? BoardEvents.Types : webhook.Types);
            boards.WantEvents(game, types.ToFrozenSet(StringComparer.Ordinal));
        }
        catch (KeyNotFoundException)
        {
            // There is no such game any more.
        }
    }

    private bool IsAlive(StoredWebhook webhook)
    {
        try
        {
            return webhook.Mark == MarkOf(webhook.GameId);
        }
        catch (KeyNotFoundException)
        {
            return false;
        }
    }

    private string MarkOf(GameId game) => boards.PublicIdOf(game, new PlayerId(1)).ToString();

    private void RaiseChanged() => Changed?.Invoke();
}

namespace Jinbang.Server.Webhooks;

/// <summary>A subscription: where a game's events are sent, and how far that has come.</summary>
internal sealed record Webhook
{
    /// <summary>Its name in logs; unique, and never given to another.</summary>
    public required string Id { get; init; }

    /// <summary>The game whose events are sent.</summary>
    public required string Game { get; init; }

    /// <summary>Where they are sent. Its path and query may be secret.</summary>
    public required Uri Url { get; init; }

    /// <summary>The types of events that are sent; empty means all.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>What signs: <c>whsec_</c> and the Base64 of 24 to 64 bytes. While secrets are rotated, two of them with a space between, the new one first.</summary>
    public required string Secret { get; init; }

    /// <summary>Number of the last event that was delivered, passed over or given up.</summary>
    public long Delivered { get; init; }

    /// <summary>How many events were given up.</summary>
    public long FailedEvents { get; init; }

    /// <summary>Whether nothing is sent any more.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>What was wrong with the last try, in plain words without the URL; null when it went well.</summary>
    public string? Trouble { get; init; }

    /// <summary>What of the URL may be told: its scheme and host.</summary>
    public string Target => Url.IsAbsoluteUri ? $"{Url.Scheme}://{Url.IdnHost}" : "";

    public bool Wants(string type) => Types.Count == 0 || Types.Contains(type, StringComparer.Ordinal);

    /// <summary>The id alone: what is printed must not hold the secret.</summary>
    public override string ToString() => Id;
}

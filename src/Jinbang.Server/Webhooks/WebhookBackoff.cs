namespace Jinbang.Server.Webhooks;

/// <summary>How long a webhook that fails is left alone.</summary>
internal static class WebhookBackoff
{
    /// <summary>How long one event is tried before it is given up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(3);

    /// <summary>The longest time a receiver may ask for.</summary>
    public static readonly TimeSpan LongestAsked = TimeSpan.FromHours(1);

    private static readonly TimeSpan[] Steps =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(6),
    ];

    /// <summary>The time until the next try.</summary>
    /// <param name="failures">How many tries of the event have failed, at least 1.</param>
    /// <param name="asked">What the receiver asked for.</param>
    /// <param name="jitter">0 to 1: up to a fifth longer, so that those who failed together do not come back together.</param>
    public static TimeSpan After(int failures, TimeSpan? asked, double jitter)
    {
        var step = Steps[Math.Min(failures, Steps.Length) - 1] * (1 + (jitter / 5));
        var wanted = asked ?? TimeSpan.Zero;
        wanted = wanted < LongestAsked ? wanted : LongestAsked;
        return wanted > step ? wanted : step;
    }
}

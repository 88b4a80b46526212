using Jinbang.ProcessTests.Clients;

namespace Jinbang.ProcessTests.Crash;

/// <summary>
/// What the clients of one player can swear to: every score ever sent, and the best that the server has acknowledged or shown. Ticks order what
/// happened at all clients. Thread-safe.
/// </summary>
internal sealed class PlayerWitness(string id)
{
    private readonly Lock gate = new();
    private readonly Dictionary<long, long> sentAt = [];
    private readonly Dictionary<long, long> provenAt = [];
    private long? proven;

    public string Id => id;

    public FieldWitness Nickname { get; } = new();

    public FieldWitness Avatar { get; } = new();

    /// <summary>The best score that is known to be stored.</summary>
    public long? Proven
    {
        get
        {
            lock (gate)
            {
                return proven;
            }
        }
    }

    /// <summary>Notes a score before it is sent.</summary>
    /// <returns>The best score known to be stored at that moment.</returns>
    public long? Sending(long score, long tick)
    {
        lock (gate)
        {
            sentAt.TryAdd(score, tick);
            return proven;
        }
    }

    /// <summary>Notes a reply.</summary>
    /// <param name="provenBefore">What was known when the score was sent.</param>
    /// <returns>What is wrong with the reply, null when nothing is.</returns>
    public string? Answered(long score, long? provenBefore, Reply reply, long tick)
    {
        if (reply.IsStored || reply.IsNotBetter)
        {
            Shown(score, tick);
        }
        else if (!reply.IsUnavailable)
        {
            return $"{id}: {score} was answered {reply.Status} {reply.Body}";
        }

        return reply.IsFirst && provenBefore is not null ? $"{id}: {score} was answered as the first score after {provenBefore} had been acknowledged"
            : reply.IsStored && provenBefore >= score ? $"{id}: {score} was stored as better than {provenBefore}, which had been acknowledged"
            : null;
    }

    /// <summary>Compares what the server shows after a restart, and swears to that from now on.</summary>
    /// <returns>What is wrong, null when nothing is.</returns>
    public string? Check(long? shown, long tick)
    {
        lock (gate)
        {
            var fault = shown is { } score && !sentAt.ContainsKey(score) ? $"{id} has {score}, which was never sent"
                : proven is { } least && !(shown >= least) ? $"{id} has {shown?.ToString() ?? "no score"}, after {least} was acknowledged"
                : null;
            if (fault is null && shown is { } seen)
            {
                Shown(seen, tick);
            }

            return fault;
        }
    }

    /// <summary>When a score of this player was first sent, and when it was first known to be stored.</summary>
    public (long SentAt, long ProvenAt) Times(long score)
    {
        lock (gate)
        {
            return (sentAt.GetValueOrDefault(score, long.MinValue), provenAt.GetValueOrDefault(score, long.MaxValue));
        }
    }

    private void Shown(long score, long tick)
    {
        lock (gate)
        {
            provenAt.TryAdd(score, tick);
            proven = proven > score ? proven : score;
        }
    }
}

using System.Collections.Concurrent;
using Jinbang.Boards.Storage;
using Jinbang.Ranking;

namespace Jinbang.Boards.Players;

// Two generations: what is asked for goes into the young one; when that is full it becomes the old one, and what was old and not asked for again is gone. A look
// takes no lock. A profile that changes while it is read from the store must not be kept as it was: who reads takes the count of changes of the
// player's stripe before, and keeps what he read only if it is the same afterwards, looked at under the stripe's lock.

/// <summary>The profiles that were asked for last, over the store. Every member may be called from anywhere.</summary>
/// <param name="store">Where profiles rest.</param>
/// <param name="capacity">How many are kept at least; at most twice as many are.</param>
internal sealed class ProfileCache(IScoreStore store, int capacity)
{
    private readonly Stripe[] stripes = [.. Enumerable.Range(0, 256).Select(static _ => new Stripe())];
    private volatile ConcurrentDictionary<long, Profile?> young = new();
    private volatile ConcurrentDictionary<long, Profile?> old = new();
    private int youngCount;

    /// <summary>Profiles, index by index; null where a player has none.</summary>
    public ValueTask<Profile?[]> ReadAsync(int game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken)
    {
        var profiles = new Profile?[players.Count];
        List<int>? missing = null;
        for (var i = 0; i < profiles.Length; i++)
        {
            if (!TryGet(KeyOf(game, players[i]), out profiles[i]))
            {
                (missing ??= []).Add(i);
            }
        }

        return missing is null ? new(profiles) : ReadMissingAsync(game, players, profiles, missing, cancellationToken);
    }

    /// <summary>Forgets a profile that has changed in the store.</summary>
    public void Forget(int game, PlayerId player)
    {
        var key = KeyOf(game, player);
        var stripe = StripeOf(key);
        lock (stripe)
        {
            stripe.Changes++;
            young.TryRemove(key, out _);
            old.TryRemove(key, out _);
        }
    }

    /// <summary>Forgets all profiles.</summary>
    public void Clear()
    {
        foreach (var stripe in stripes)
        {
            lock (stripe)
            {
                stripe.Changes++;
            }
        }

        old = new ConcurrentDictionary<long, Profile?>();
        young = new ConcurrentDictionary<long, Profile?>();
    }

    private static long KeyOf(int game, PlayerId player) => ((long)game << 32) | (uint)player.Number;

    private Stripe StripeOf(long key) => stripes[(int)((ulong)key * 0x9e3779b97f4a7c15UL >> 56)];

    private bool TryGet(long key, out Profile? profile)
    {
        if (young.TryGetValue(key, out profile))
        {
            return true;
        }

        if (!old.TryGetValue(key, out profile))
        {
            return false;
        }

        var stripe = StripeOf(key);
        lock (stripe)
        {
            // It may have been forgotten in between: what is promoted is what is there now.
            return old.TryGetValue(key, out profile) && Keep(key, profile);
        }
    }

    private async ValueTask<Profile?[]> ReadMissingAsync(
        int game, IReadOnlyList<PlayerId> players, Profile?[] profiles, List<int> missing, CancellationToken cancellationToken)
    {
        var seen = new long[missing.Count];
        var wanted = new PlayerId[missing.Count];
        for (var i = 0; i < wanted.Length; i++)
        {
            wanted[i] = players[missing[i]];
            seen[i] = Volatile.Read(ref StripeOf(KeyOf(game, wanted[i])).Changes);
        }

        var read = await store.ReadProfilesAsync(game, wanted, cancellationToken);
        for (var i = 0; i < wanted.Length; i++)
        {
            profiles[missing[i]] = read[i];
            var key = KeyOf(game, wanted[i]);
            var stripe = StripeOf(key);
            lock (stripe)
            {
                if (stripe.Changes == seen[i])
                {
                    Keep(key, read[i]);
                }
            }
        }

        return profiles;
    }

    /// <summary>Keeps a profile; under its stripe's lock.</summary>
    private bool Keep(long key, Profile? profile)
    {
        young[key] = profile;
        if (Interlocked.Increment(ref youngCount) == capacity)
        {
            // Entries put into the young one meanwhile by others land in the old one: nothing is lost but their youth.
            old = young;
            young = new ConcurrentDictionary<long, Profile?>();
            Volatile.Write(ref youngCount, 0);
        }

        return true;
    }

    private sealed class Stripe
    {
        public long Changes;
    }
}

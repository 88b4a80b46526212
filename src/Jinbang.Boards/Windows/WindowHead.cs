using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Ranking;

namespace Jinbang.Boards.Windows;

// The head is an immutable object that is made again by the first reader who finds it out of date: when `changes`, counted under the board's lock for every
// visible change, has moved on since it was made. Making one takes the rows and the number of changes under the lock and reads the profiles it lacks
// afterwards, without it: a profile that changes meanwhile counts as a change of its own, and the next reader makes the head again. Lines keep their
// profiles from head to head, so only newcomers and changed ones are read from the store. A window whose head nobody asks for has none.

/// <summary>The first places of a window with their profiles.</summary>
/// <param name="game">The game's number in the store.</param>
/// <param name="store">Profiles are read there.</param>
internal sealed class WindowHead(int game, IScoreStore store)
{
    private static readonly MadeHead Nothing = new(new BoardHead(0, []), [], 0);

    private readonly SemaphoreSlim making = new(1, 1);
    private HashSet<PlayerId>? changedProfiles;
    private long changes = 1;
    private bool isBeingMade;
    private bool isPaged;
    private MadeHead made = Nothing;

    /// <summary>Whether nobody has asked for it yet.</summary>
    private bool IsUnasked => ReferenceEquals(made, Nothing) && !isBeingMade;

    /// <summary>Somebody reads pages of the window: from now on the profiles of its first places count as theirs. Under the board's lock.</summary>
    public void MarkPaged() => isPaged = true;

    /// <summary>The first places changed. Under the board's lock.</summary>
    public void MarkChanged() => Volatile.Write(ref changes, changes + 1);

    /// <summary>Takes note that a player's stored profile is another one now. Under the board's lock.</summary>
    /// <returns>Whether the head, or the first places that somebody reads in pages, show him.</returns>
    public bool ProfileChanged(PlayerId player, RankedSet set)
    {
        if (IsUnasked)
        {
            return isPaged && set.RankOf(player) is { IsRanked: true, Place: <= BoardHead.Size };
        }

        var isShown = made.Profiles.ContainsKey(player) || set.RankOf(player) is { IsRanked: true, Place: <= BoardHead.Size };
        if (isShown || isBeingMade)
        {
            // A head in the making may have read the old profile of a player who is neither here nor there by now.
            (changedProfiles ??= []).Add(player);
        }

        if (isShown)
        {
            MarkChanged();
        }

        return isShown;
    }

    /// <summary>Any profile may be another one by now. Under the board's lock.</summary>
    public void ForgetProfiles()
    {
        if (!IsUnasked)
        {
            (changedProfiles ??= []).UnionWith(made.Profiles.Keys);
            MarkChanged();
        }
    }

    /// <summary>The head as of now: everything applied before the call is in it.</summary>
    public ValueTask<BoardHead> GetAsync(Board board, RankedSet set, CancellationToken cancellationToken)
    {
        var current = Volatile.Read(ref made);
        return current.Changes == Volatile.Read(ref changes) ? new ValueTask<BoardHead>(current.Head) : new ValueTask<BoardHead>(MakeAsync(board, set, cancellationToken));
    }

    private async Task<BoardHead> MakeAsync(Board board, RankedSet set, CancellationToken cancellationToken)
    {
        await making.WaitAsync(cancellationToken);
        try
        {
            var known = made;
            if (known.Changes == Volatile.Read(ref changes))
            {
                return known.Head;
            }

            var entries = new Entry[BoardHead.Size];
            int count;
            long seen, version;
            PlayerId[] changed;
            using (board.Enter())
            {
                count = set.CopyRange(new Rank(1), entries);
                seen = changes;
                version = board.Version;
                changed = [.. changedProfiles ?? []];
                changedProfiles = null;
                isBeingMade = true;
            }

            try
            {
                var head = await CompleteAsync(known, entries.AsMemory(0, count), version, seen, changed, cancellationToken);
                using (board.Enter())
                {
                    made = head;
                    isBeingMade = false;
                }

                return head.Head;
            }
            catch
            {
                using (board.Enter())
                {
                    (changedProfiles ??= []).UnionWith(changed);
                    isBeingMade = false;
                }

                throw;
            }
        }
        finally
        {
            making.Release();
        }
    }

    private async Task<MadeHead> CompleteAsync(
        MadeHead known, ReadOnlyMemory<Entry> entries, long version, long atChanges, PlayerId[] changed, CancellationToken cancellationToken)
    {
        var profiles = new Dictionary<PlayerId, Profile?>(entries.Length);
        var missing = new List<PlayerId>();
        for (var i = 0; i < entries.Length; i++)
        {
            var player = entries.Span[i].Player;
            if (known.Profiles.TryGetValue(player, out var profile) && !changed.Contains(player))
            {
                profiles.Add(player, profile);
            }
            else
            {
                missing.Add(player);
            }
        }

        if (missing.Count > 0)
        {
            var read = await store.ReadProfilesAsync(game, missing, cancellationToken);
            for (var i = 0; i < missing.Count; i++)
            {
                profiles.Add(missing[i], read[i]);
            }
        }

        var rows = new HeadRow[entries.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = new HeadRow(entries.Span[i], profiles[entries.Span[i].Player]);
        }

        return new MadeHead(new BoardHead(version, rows), profiles, atChanges);
    }

    /// <summary>A head, the profiles of its players, and the count of changes it was made at.</summary>
    private sealed record MadeHead(BoardHead Head, Dictionary<PlayerId, Profile?> Profiles, long Changes);
}

using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Ranking;

namespace Jinbang.Boards;

// One board: the ranked set under a lock that is held for one operation at a time, and the head, an immutable object that is made again by the first
// reader who finds it out of date.
//
// Only the committer writes: it decides (Decide), commits, and then applies (Apply), so the set never shows what is not durable. A head is out of date
// when `changes`, counted under the lock for every visible change, has moved on since it was made. Making one takes the rows and the number of changes
// under the lock and reads the profiles it lacks afterwards, without it: a profile that changes meanwhile counts as a change of its own, and the next
// reader makes the head again. Lines keep their profiles from head to head, so only newcomers and changed ones are read from the store.
//
// Rows are applied one by one, so a head may stand between two rows of a commit: a version is therefore the number of the commit and a count of changes
// within it; after a start it is the highest the last commit could have reached.

/// <summary>One board of a running game.</summary>
internal sealed class Board(Game game, BoardDefinition definition, StoredBoard stored, IScoreStore store)
{
    /// <summary>How many bits of a version count the changes within one commit: more than a commit can hold.</summary>
    private const int ChangeBits = 16;

    private readonly FairLock gate = new();
    private readonly SemaphoreSlim headMaking = new(1, 1);
    private readonly HashSet<PlayerId> changedProfiles = [];
    private RankedSet set = new(definition.Order);
    private long lastOrder;
    private long version;
    private long changes = 1;
    private bool makingHead;
    private MadeHead made = new(new BoardHead(0, []), [], 0);

    public Game Game => game;

    public BoardDefinition Definition => definition;

    /// <summary>The board's number in the store.</summary>
    public int Number => stored.Number;

    /// <summary>Reads the board from the store. Before the first other call.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var folded = new RankedSetBuilder(definition.Order);
        var tail = new List<Entry>();
        lastOrder = await store.LoadBoardAsync(Number, entry => folded.Add(entry), tail.Add, cancellationToken);
        version = ((await store.ReadVersionAsync(cancellationToken) + 1) << ChangeBits) - 1;
        set = folded.Build();
        foreach (var entry in tail)
        {
            set.Put(entry);
        }
    }

    public bool Accepts(Score score) => score.Value >= definition.Lowest.Value && score.Value <= definition.Highest.Value;

    public Score? ScoreOf(PlayerId player)
    {
        using (gate.Enter())
        {
            return set.TryGetScores(player, out var scores) ? new Score(scores.First) : null;
        }
    }

    public Standing? Find(PlayerId player)
    {
        using (gate.Enter())
        {
            return set.Find(player);
        }
    }

    /// <summary>Decides a submission against a score that is known to the caller, or else against the set.</summary>
    public SubmitResult Decide(PlayerId player, Score submitted, Score? pending) =>
        ScoreKeeping.Keep(definition.Keep, definition.Order, pending ?? ScoreOf(player), submitted);

    /// <summary>The next order number. Called by the committer alone; a number whose commit fails is not used again.</summary>
    public long NextOrder() => ++lastOrder;

    /// <summary>Applies a committed row.</summary>
    public Standing Apply(in ScoreRow row, long commit)
    {
        var entry = new Entry(row.Player, row.Score, row.Order);
        using (gate.Enter())
        {
            var rank = set.Put(entry);

            // The rule is Best: nobody falls by his own submission, so the new place alone says whether the head changes.
            if (rank.Place <= BoardHead.Size)
            {
                MarkChanged(commit);
            }

            return new Standing(rank, entry);
        }
    }

    /// <summary>Takes note that a player's stored profile is another one now.</summary>
    public void ProfileChanged(PlayerId player, long commit)
    {
        using (gate.Enter())
        {
            var shown = made.Profiles.ContainsKey(player) || set.RankOf(player) is { IsRanked: true, Place: <= BoardHead.Size };
            if (shown || makingHead)
            {
                // A head in the making may have read the old profile of a player who is neither here nor there by now.
                changedProfiles.Add(player);
            }

            if (shown)
            {
                MarkChanged(commit);
            }
        }
    }

    /// <summary>The head as of now: everything applied before the call is in it.</summary>
    public ValueTask<BoardHead> HeadAsync(CancellationToken cancellationToken)
    {
        var current = Volatile.Read(ref made);
        return current.Changes == Volatile.Read(ref changes) ? new ValueTask<BoardHead>(current.Head) : new ValueTask<BoardHead>(MakeHeadAsync(cancellationToken));
    }

    private async Task<BoardHead> MakeHeadAsync(CancellationToken cancellationToken)
    {
        await headMaking.WaitAsync(cancellationToken);
        try
        {
            var known = made;
            if (known.Changes == Volatile.Read(ref changes))
            {
                return known.Head;
            }

            var entries = new Entry[BoardHead.Size];
            int count;
            long seen, seenVersion;
            PlayerId[] changed;
            using (gate.Enter())
            {
                count = set.CopyRange(new Rank(1), entries);
                seen = changes;
                seenVersion = version;
                changed = [.. changedProfiles];
                changedProfiles.Clear();
                makingHead = true;
            }

            try
            {
                var head = await CompleteAsync(known, entries.AsMemory(0, count), seenVersion, seen, changed, cancellationToken);
                using (gate.Enter())
                {
                    made = head;
                    makingHead = false;
                }

                return head.Head;
            }
            catch
            {
                using (gate.Enter())
                {
                    changedProfiles.UnionWith(changed);
                    makingHead = false;
                }

                throw;
            }
        }
        finally
        {
            headMaking.Release();
        }
    }

    private async Task<MadeHead> CompleteAsync(
        MadeHead known, ReadOnlyMemory<Entry> entries, long atVersion, long atChanges, PlayerId[] changed, CancellationToken cancellationToken)
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
            var read = await store.ReadProfilesAsync(game.Number, missing, cancellationToken);
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

        return new MadeHead(new BoardHead(atVersion, rows), profiles, atChanges);
    }

    private void MarkChanged(long commit)
    {
        version = Math.Max(version + 1, commit << ChangeBits);
        Volatile.Write(ref changes, changes + 1);
    }

    /// <summary>A head, the profiles of its players, and the count of changes it was made at.</summary>
    private sealed record MadeHead(BoardHead Head, Dictionary<PlayerId, Profile?> Profiles, long Changes);
}

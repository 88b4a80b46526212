using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Sharing;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Boards.Committing;

/// <summary>Makes one turn of works: numbers newcomers, opens windows, decides, commits, applies. On the committer's thread alone.</summary>
internal sealed class Turns(IScoreStore store, Closer closer, ProfileCache profiles, Doubt doubt, Lease lease, Action onEvents, Action<Game, PlayerId> onProfile)
{
    private readonly Turn turn = new();
    private readonly Dictionary<SubmissionKey, Submission> keyed = [];
    private readonly HashSet<Board> opened = [];
    private readonly List<WindowOpening> openings = [];
    private readonly List<Board> openingBoards = [];

    /// <summary>Runs works to their outcomes. When it throws, nothing of them was committed.</summary>
    public void Run(List<Work> works, DateTimeOffset now)
    {
        NumberNewcomers(works);
        OpenWindows(works, now);
        FindRepetitions(works);
        var commit = 0L;
        do
        {
            Decide(works, now);
            commit = turn.Batch.IsEmpty ? 0 : Commit(works);
        }
        while (FailRefused(works));

        Apply(works, commit);
        if (turn.Batch.Events.Count > 0)
        {
            onEvents();
        }
    }

    private long Commit(List<Work> works)
    {
        try
        {
            return Committer.Wait(store.CommitAsync(turn.Batch, CancellationToken.None));
        }
        catch (StoreUncertainException)
        {
            // Its callers are answered "unavailable" now. The turn is kept: nothing else is decided before the store has said what became of it.
            var doubtful = works.ToArray();
            doubt.Open(commit =>
            {
                Apply(doubtful, commit);
                onEvents();
            });
            throw;
        }
    }

    private void NumberNewcomers(List<Work> works)
    {
        foreach (var group in works.OfType<IAboutPlayer>().Where(static work => !work.Player.IsSome).GroupBy(static work => work.Game))
        {
            var game = group.Key;
            var newcomers = new Dictionary<string, List<IAboutPlayer>>(StringComparer.Ordinal);
            foreach (var work in group)
            {
                if (game.TryFind(work.Newcomer.Utf8, out var known))
                {
                    work.Player = known;
                    continue;
                }

                var name = System.Text.Encoding.UTF8.GetString(work.Newcomer.Utf8);
                if (!newcomers.TryGetValue(name, out var same))
                {
                    newcomers.Add(name, same = []);
                }

                same.Add(work);
            }

            if (newcomers.Count > 0 && !game.IsGone)
            {
                Register(game, [.. newcomers.Values]);
            }
        }
    }

    private void Register(Game game, List<IAboutPlayer>[] newcomers)
    {
        var numbers = Committer.Wait(store.RegisterAsync(game.Number, [.. newcomers.Select(static same => same[0].Newcomer)], CancellationToken.None));
        for (var i = 0; i < newcomers.Length; i++)
        {
            newcomers[i].ForEach(work => work.Player = numbers[i]);
            if (numbers[i].IsSome)
            {
                game.Add(newcomers[i][0].Newcomer.Utf8, numbers[i]);
            }
        }
    }

    private void OpenWindows(List<Work> works, DateTimeOffset now)
    {
        opened.Clear();
        openings.Clear();
        openingBoards.Clear();
        foreach (var work in works)
        {
            if (work is Submission { Board: { IsGone: false, IsServed: true } board } && opened.Add(board))
            {
                var before = openings.Count;
                board.CollectOpenings(now, seasonsOnly: false, openings);
                openingBoards.AddRange(Enumerable.Repeat(board, openings.Count - before));
            }
        }

        closer.Open(openings, openingBoards);
    }

    private void FindRepetitions(List<Work> works)
    {
        keyed.Clear();
        foreach (var work in works)
        {
            if (work is Submission again)
            {
                again.Repeats = null;
            }

            if (work is not Submission { Request.Key: { } key, Player.IsSome: true, Board.IsServed: true } submission)
            {
                continue;
            }

            var name = new SubmissionKey(submission.Board.Number, submission.Player, key);
            if (!keyed.TryAdd(name, submission))
            {
                submission.Repeats = keyed[name];
            }
        }

        if (keyed.Count == 0)
        {
            return;
        }

        var stored = Committer.Wait(store.FindSubmissionsAsync([.. keyed.Keys], CancellationToken.None));
        var index = 0;
        foreach (var submission in keyed.Values)
        {
            submission.Earlier = stored[index++];
        }

        foreach (var submission in works.OfType<Submission>())
        {
            // What is stored is the first answer, also to one that comes in the same turn as another one.
            if ((submission.Repeats ?? submission).Earlier is { } earlier)
            {
                submission.Repeats = null;
                submission.IsAnswered = true;
                submission.Outcome = Repetitions.OutcomeOf(submission, earlier);
            }
        }
    }

    private void Decide(List<Work> works, DateTimeOffset now)
    {
        turn.Begin(now);
        foreach (var work in works)
        {
            switch (work)
            {
                case Submission { IsAnswered: false, Repeats: null } submission:
                    submission.IsDecided = IsPossible(submission);
                    if (submission.IsDecided)
                    {
                        submission.Board.Decide(submission, turn);
                    }

                    break;

                case ProfilePost profile when profile.Player.IsSome && profile.Game.Has(profile.Player):
                    profile.Row = turn.Batch.Profiles.Count;
                    turn.Batch.Profiles.Add(new ProfileRow(profile.Game.Number, profile.Player, profile.Change));
                    break;

                case RecordPut records:
                    turn.Batch.Records.AddRange(records.Rows);
                    break;
            }
        }
    }

    /// <summary>When the store refused submissions, and so the whole batch, answers those alone "unavailable".</summary>
    /// <returns>Whether the rest is to be decided again.</returns>
    private bool FailRefused(List<Work> works)
    {
        if (!turn.Batch.SubmissionResults.Contains(RowResult.Refused))
        {
            return false;
        }

        foreach (var submission in works.OfType<Submission>())
        {
            if (!submission.IsAnswered && submission.Repeats is null && submission.Row >= 0 && turn.Batch.SubmissionResults[submission.Row] == RowResult.Refused)
            {
                submission.Fail();
                submission.IsAnswered = true;
            }
        }

        return true;
    }

    private void Apply(IReadOnlyList<Work> works, long commit)
    {
        foreach (var work in works)
        {
            switch (work)
            {
                case Submission { Repeats: { } first } submission:
                    submission.Outcome = Repetitions.OutcomeOf(submission, first);
                    break;

                case Submission { IsAnswered: true } submission:
                    if (!IsCurrent(submission.Board))
                    {
                        // The answer is stored, but with which version it is seen now, who has the board must say.
                        submission.Fail();
                    }

                    break;

                case Submission submission:
                    // What was decided is committed by now, also if the board was lost or the player erased meanwhile.
                    submission.Outcome = submission.IsDecided ? OutcomeOf(submission, commit)
                        : submission.Player.IsSome || submission.Board.IsGone ? new SubmitOutcome(SubmitResult.Gone)
                        : default;
                    submission.Fault = submission is { IsDecided: false, Board: { IsServed: false, IsGone: false } board } ? board.Elsewhere() : null;
                    break;

                case ProfilePost profile:
                    profile.Outcome = OutcomeOf(profile, commit);
                    break;

                case Registration registration:
                    registration.Outcome = registration.Player;
                    break;

                case RecordPut records:
                    records.Outcome = true;
                    break;
            }
        }
    }

    /// <summary>Whether there are the board, here, and the player; a player without a number was refused by the store.</summary>
    private static bool IsPossible(Submission submission) => submission.Board is { IsGone: false, IsServed: true } && submission.Game.Has(submission.Player);

    /// <summary>Whether a board is answered for here at this moment; the order matters, see <see cref="LocalBoards"/>.</summary>
    private bool IsCurrent(Board board) => lease.IsValid && board.IsServed;

    private SubmitOutcome OutcomeOf(Submission submission, long commit)
    {
        if (submission.Row < 0 && !IsCurrent(submission.Board))
        {
            // It was decided from memory and nothing was committed: another member may have the board by now.
            return default;
        }

        var version = submission.Board.Apply(submission, turn, commit);
        if (!submission.WantsReceipt)
        {
            return new SubmitOutcome(submission.Result);
        }

        var windows = new WindowReceipt[submission.LineCount];
        for (var i = 0; i < windows.Length; i++)
        {
            var line = turn.Batch.Windows[submission.FirstLine + i];
            windows[i] = new WindowReceipt(turn.Targets[submission.FirstLine + i].Window.Stored.Name, line.Result, line.Scores, line.Rank, line.RankBefore, line.Count);
        }

        return new SubmitOutcome(
            submission.Result, new SubmissionReceipt { Player = submission.Player, At = Milliseconds.Of(turn.Now), Version = version, Windows = windows });
    }

    private ProfileOutcome OutcomeOf(ProfilePost profile, long commit)
    {
        if (!profile.Player.IsSome || !profile.Game.Has(profile.Player))
        {
            return ProfileOutcome.Unavailable;
        }

        var result = turn.Batch.ProfileResults[profile.Row];
        if (result is RowResult.Added or RowResult.Changed)
        {
            profiles.Forget(profile.Game.Number, profile.Player);
            foreach (var board in profile.Game.Boards)
            {
                board.ProfileChanged(profile.Player, commit);
            }

            onProfile(profile.Game, profile.Player);
        }

        return result switch
        {
            RowResult.Added => ProfileOutcome.Added,
            RowResult.Changed or RowResult.Unchanged => ProfileOutcome.Changed,
            RowResult.Refused => ProfileOutcome.Unavailable,
        };
    }
}

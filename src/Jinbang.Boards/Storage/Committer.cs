using System.Threading.Tasks.Sources;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Submissions;
using Jinbang.Ranking;

namespace Jinbang.Boards.Storage;

// The one writer of a store and of all its boards: a thread that takes whatever waits, in order, and makes one turn of it:
//
//   1 players new to their game get numbers (one transaction),
//   2 each submission is decided against its board, or against what this turn has already decided for the same player,
//   3 everything is committed in one transaction and one sync,
//   4 the boards apply what was committed,
//   5 the callers get their outcomes, in small groups on the thread pool.
//
// While a turn is being synced the next one gathers, so batches grow with the load by themselves. Between turns the store tidies up in bounded steps.
// A turn whose commit fails changes nothing and answers "unavailable"; a store that is broken, or a fault of ours after a commit, ends the committer
// for good: what memory says could no longer be trusted, and a new process reads what is really there.

/// <summary>Joins what waits from all boards and all profiles of a store into one transaction after the other.</summary>
internal sealed class Committer
{
    private const int CompletionGroup = 16;

    private readonly IScoreStore store;
    private readonly TimeProvider time;
    private readonly int mostWaiting;
    private readonly int mostPerTurn;
    private readonly Action<StoreUnavailableException> onTrouble;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim arrived = new(0);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CommitBatch batch = new();
    private readonly Dictionary<(Board Board, PlayerId Player), int> pending = [];
    private List<Work> waiting = [];
    private List<Work> turn = [];
    private bool sleeping;
    private bool stopping;

    /// <param name="store">Called by this committer alone.</param>
    /// <param name="time">Dates the rows of the log.</param>
    /// <param name="options">Its bounds.</param>
    /// <param name="onTrouble">Told of every turn or tidying step that the store could not do; called on the committer's thread.</param>
    public Committer(IScoreStore store, TimeProvider time, LocalBoardsOptions options, Action<StoreUnavailableException> onTrouble)
    {
        this.store = store;
        this.time = time;
        mostWaiting = options.MostWaiting;
        mostPerTurn = options.MostPerCommit;
        this.onTrouble = onTrouble;
        new Thread(Run) { Name = "Jinbang committer", IsBackground = true }.Start();
    }

    /// <summary>Ends when the committer has stopped, with the fault if one made it.</summary>
    public Task Ended => ended.Task;

    public ValueTask<SubmitOutcome> SubmitAsync(Submission submission)
    {
        if (TryAdd(submission))
        {
            return submission.Task;
        }

        return new ValueTask<SubmitOutcome>(default(SubmitOutcome));
    }

    public ValueTask<ProfileOutcome> ChangeProfileAsync(ProfileSubmission submission) =>
        TryAdd(submission) ? submission.Task : new ValueTask<ProfileOutcome>(ProfileOutcome.Unavailable);

    /// <summary>Takes no more, commits and answers what waits, and ends.</summary>
    public Task StopAsync()
    {
        lock (gate)
        {
            stopping = true;
            Wake();
        }

        return ended.Task.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private bool TryAdd(Work work)
    {
        lock (gate)
        {
            if (stopping || waiting.Count >= mostWaiting)
            {
                return false;
            }

            waiting.Add(work);
            Wake();
            return true;
        }
    }

    private void Wake()
    {
        if (sleeping)
        {
            sleeping = false;
            arrived.Release();
        }
    }

    private void Run()
    {
        try
        {
            var tidy = false;
            while (Take(tidy))
            {
                if (turn.Count > 0)
                {
                    Turn();
                    turn.Clear();
                }

                tidy = Maintain();
            }

            ended.SetResult();
        }
        catch (Exception fault)
        {
            Abandon();
            ended.SetException(fault);
        }
    }

    /// <summary>Swaps in what waits. Sleeps when nothing does, unless the store has more to tidy.</summary>
    /// <returns>False when there is nothing left and never will be.</returns>
    private bool Take(bool moreToTidy)
    {
        turn.Clear();
        while (true)
        {
            lock (gate)
            {
                if (waiting.Count > mostPerTurn)
                {
                    turn.AddRange(waiting.GetRange(0, mostPerTurn));
                    waiting.RemoveRange(0, mostPerTurn);
                    return true;
                }

                if (waiting.Count > 0)
                {
                    (turn, waiting) = (waiting, turn);
                    return true;
                }

                if (stopping)
                {
                    return false;
                }

                if (moreToTidy)
                {
                    return true;
                }

                sleeping = true;
            }

            if (!arrived.Wait(TimeSpan.FromSeconds(1)))
            {
                // Wakes once a second to let the store fold what is old; a release that comes in between is taken by the next wait.
                moreToTidy = true;
                lock (gate)
                {
                    sleeping = false;
                }
            }
        }
    }

    private void Turn()
    {
        try
        {
            NumberNewcomers();
            Decide();
            var version = batch.IsEmpty ? 0 : Wait(store.CommitAsync(batch, CancellationToken.None));
            Apply(version);
        }
        catch (StoreUnavailableException trouble)
        {
            onTrouble(trouble);
            foreach (var work in turn)
            {
                work.Fail();
            }
        }

        for (var from = 0; from < turn.Count; from += CompletionGroup)
        {
            var group = turn.GetRange(from, Math.Min(CompletionGroup, turn.Count - from));
            ThreadPool.UnsafeQueueUserWorkItem(static group => group.ForEach(static work => work.Complete()), group, preferLocal: false);
        }
    }

    private void NumberNewcomers()
    {
        foreach (var group in turn.Where(static work => !work.Player.IsSome).GroupBy(static work => work.Game))
        {
            var game = group.Key;
            var newcomers = new Dictionary<string, List<Work>>(StringComparer.Ordinal);
            foreach (var work in group)
            {
                if (game.Players.TryFind(work.Newcomer.Utf8, out var known))
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

            if (newcomers.Count == 0)
            {
                continue;
            }

            var works = newcomers.Values.ToArray();
            var numbers = Wait(store.RegisterAsync(game.Number, [.. works.Select(static same => same[0].Newcomer)], CancellationToken.None));
            for (var i = 0; i < works.Length; i++)
            {
                foreach (var work in works[i])
                {
                    work.Player = numbers[i];
                }

                if (numbers[i].IsSome)
                {
                    game.Players.Add(works[i][0].Newcomer.Utf8, numbers[i]);
                }
            }
        }
    }

    private void Decide()
    {
        batch.Clear();
        batch.At = time.GetUtcNow();
        pending.Clear();
        foreach (var work in turn)
        {
            work.Row = -1;
            work.After = -1;
            if (!work.Player.IsSome)
            {
                continue;
            }

            switch (work)
            {
                case ProfileSubmission profile:
                    work.Row = batch.Profiles.Count;
                    batch.Profiles.Add(new ProfileRow(work.Game.Number, work.Player, profile.Change));
                    break;

                case Submission submission:
                    Decide(submission);
                    break;
            }
        }
    }

    private void Decide(Submission submission)
    {
        var board = submission.Board;
        var key = (board, submission.Player);
        submission.After = pending.GetValueOrDefault(key, -1);
        submission.Result = board.Decide(submission.Player, submission.Score, submission.After < 0 ? null : batch.Scores[submission.After].Score);
        if (submission.Result is SubmitResult.First or SubmitResult.Improved)
        {
            submission.Row = batch.Scores.Count;
            pending[key] = submission.Row;
            batch.Scores.Add(new ScoreRow(board.Number, submission.Player, submission.Score, board.NextOrder(), submission.Result));
        }
    }

    private void Apply(long version)
    {
        foreach (var work in turn)
        {
            switch (work)
            {
                case ProfileSubmission profile when work.Row >= 0:
                    var result = batch.ProfileResults[work.Row];
                    profile.Outcome = result switch
                    {
                        RowResult.Added => ProfileOutcome.Added,
                        RowResult.Changed or RowResult.Unchanged => ProfileOutcome.Changed,
                        RowResult.Refused => ProfileOutcome.Unavailable,
                    };
                    if (result is RowResult.Added or RowResult.Changed)
                    {
                        foreach (var board in work.Game.Boards)
                        {
                            board.ProfileChanged(work.Player, version);
                        }
                    }

                    break;

                case Submission submission when submission.Player.IsSome:
                    submission.Outcome = OutcomeOf(submission, version);
                    break;
            }
        }
    }

    private SubmitOutcome OutcomeOf(Submission submission, long version)
    {
        if (submission.After >= 0 && batch.ScoreResults[submission.After] == RowResult.Refused)
        {
            // Judged against a row that the store then refused. What it wrote itself stands; "not better" than a refused score means nothing.
            if (submission.Row < 0)
            {
                return default;
            }

            submission.Result = submission.Board.Find(submission.Player) is null ? SubmitResult.First : SubmitResult.Improved;
        }

        if (submission.Row < 0)
        {
            return new SubmitOutcome(submission.Result, submission.Board.Find(submission.Player) ?? default);
        }

        return batch.ScoreResults[submission.Row] == RowResult.Refused
            ? default
            : new SubmitOutcome(submission.Result, submission.Board.Apply(batch.Scores[submission.Row], version));
    }

    private bool Maintain()
    {
        try
        {
            return Wait(store.MaintainAsync(CancellationToken.None));
        }
        catch (StoreUnavailableException trouble)
        {
            // Tidying waits until the store is well again; the next turn or the next second tries.
            onTrouble(trouble);
            return false;
        }
    }

    private void Abandon()
    {
        lock (gate)
        {
            stopping = true;
            turn.AddRange(waiting);
            waiting.Clear();
        }

        foreach (var work in turn)
        {
            work.Fail();
            ThreadPool.UnsafeQueueUserWorkItem(static work => work.Complete(), work, preferLocal: false);
        }
    }

    /// <summary>The committer is one thread that has nothing else to do: it may wait for a store that answers later.</summary>
    private static T Wait<T>(ValueTask<T> task) => task.IsCompletedSuccessfully ? task.Result : task.AsTask().GetAwaiter().GetResult();

    /// <summary>Something that waits to be committed, and the promise of its outcome.</summary>
    internal abstract class Work
    {
        public required Game Game { get; init; }

        /// <summary>Who it is about; <c>default</c> until a player new to the game has his number.</summary>
        public PlayerId Player { get; set; }

        /// <summary>The id of a player who had no number when the work was made.</summary>
        public ExternalId Newcomer { get; init; }

        /// <summary>The index of its row in the batch, -1 when it has none.</summary>
        public int Row { get; set; }

        /// <summary>The row of the batch it was judged against, -1 when it was judged against the board.</summary>
        public int After { get; set; }

        /// <summary>Sets the outcome to "unavailable".</summary>
        public abstract void Fail();

        /// <summary>Hands the outcome to the caller, whose code goes on inside this call.</summary>
        public abstract void Complete();
    }

    /// <summary>A <see cref="Work"/> that is its own promise, so that a call costs one object.</summary>
    internal abstract class Work<T> : Work, IValueTaskSource<T>
    {
        private ManualResetValueTaskSourceCore<T> source;

        public T Outcome { get; set; } = default!;

        public ValueTask<T> Task => new(this, source.Version);

        public override void Fail() => Outcome = default!;

        public override void Complete() => source.SetResult(Outcome);

        T IValueTaskSource<T>.GetResult(short token) => source.GetResult(token);

        ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => source.GetStatus(token);

        void IValueTaskSource<T>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            source.OnCompleted(continuation, state, token, flags);
    }

    internal sealed class Submission : Work<SubmitOutcome>
    {
        public required Board Board { get; init; }

        public required Score Score { get; init; }

        public SubmitResult Result { get; set; }
    }

    internal sealed class ProfileSubmission : Work<ProfileOutcome>
    {
        public required ProfileChange Change { get; init; }
    }
}

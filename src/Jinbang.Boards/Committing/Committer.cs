using Jinbang.Boards.Storage;
using Jinbang.Boards.Windows;

namespace Jinbang.Boards.Committing;

// The one writer of a store and of all its boards: a thread that takes whatever waits, in order, and makes one turn of it (Turns.cs):
//
//   1 windows whose time has come are closed, in a commit of their own,
//   2 players new to their game get numbers (one transaction), and windows of this moment that are not open yet are opened (one transaction),
//   3 submissions with an idempotency key that is known are answered as they were the first time,
//   4 each of the others is decided against its windows, or against what this turn has already decided,
//   5 everything is committed in one transaction and one sync,
//   6 the boards apply what was committed,
//   7 the callers get their outcomes, in small groups on the thread pool.
//
// While a turn is being synced the next one gathers, so batches grow with the load by themselves. Between turns the store tidies up in bounded steps.
// A turn whose commit fails changes nothing and answers "unavailable"; a store that is broken, or a fault of ours after a commit, ends the committer
// for good: what memory says could no longer be trusted, and a new process reads what is really there.
//
// Where several processes share the store, two more things can happen. A board may be another's by now: the store refuses the turn, the board is not served here
// any more, and the rest of the turn is made again. And a commit's outcome may be unknown: its callers are answered "unavailable", nothing else is written until
// the store has said what became of it, and if it was stored, it is applied then (Doubt.cs).
//
// Rare things (a board is made, a player deleted) are errands: the committer does each alone, between the works that came before and after it.
//
// A committer that is stepped has no thread: whoever calls Step is it. So a test says when what happens.

/// <summary>Joins what waits from all boards and all profiles of a store into one transaction after the other.</summary>
internal sealed class Committer
{
    private const int CompletionGroup = 16;
    private const int MostTries = 16;
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan DoubtfulSleep = TimeSpan.FromMilliseconds(50);

    private readonly IScoreStore store;
    private readonly int mostWaiting;
    private readonly int mostPerTurn;
    private readonly bool isStepped;
    private readonly Action<StoreUnavailableException> onTrouble;
    private readonly Action<IReadOnlyList<int>> onLost;
    private readonly Doubt doubt;
    private readonly Turns turns;
    private readonly Closer closer;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim arrived = new(0);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<Work> waiting = [];
    private List<Work> taken = [];
    private int answered;
    private bool moreToTidy;
    private bool sleeping;
    private bool stopping;

    /// <param name="store">Called by this committer alone.</param>
    /// <param name="turns">Decides, commits and applies.</param>
    /// <param name="closer">Closes windows.</param>
    /// <param name="doubt">What the store still owes an answer to.</param>
    /// <param name="options">Its bounds.</param>
    /// <param name="onTrouble">Told of every turn or tidying step that the store could not do; called on the committer's thread.</param>
    /// <param name="onLost">Told of boards that are another's by now: they are not served from then on.</param>
    public Committer(
        IScoreStore store,
        Turns turns,
        Closer closer,
        Doubt doubt,
        LocalBoardsOptions options,
        Action<StoreUnavailableException> onTrouble,
        Action<IReadOnlyList<int>> onLost)
    {
        this.store = store;
        this.doubt = doubt;
        this.onLost = onLost;
        this.turns = turns;
        this.closer = closer;
        mostWaiting = options.MostWaiting;
        mostPerTurn = options.MostPerCommit;
        isStepped = options.IsStepped;
        this.onTrouble = onTrouble;
    }

    /// <summary>Ends when the committer has stopped, with the fault if one made it.</summary>
    public Task Ended => ended.Task;

    /// <summary>Begins. Once.</summary>
    public void Start()
    {
        if (!isStepped)
        {
            new Thread(Run) { Name = "Jinbang committer", IsBackground = true }.Start();
        }
    }

    /// <summary>Does on the caller's thread what the committer's thread does between two sleeps, callers' code included. Only of one that is stepped.</summary>
    /// <returns>False when the committer has ended.</returns>
    public bool Step()
    {
        if (ended.Task.IsCompleted)
        {
            return false;
        }

        try
        {
            TryTake(isTidying: true);
            MakeTurn();
            return true;
        }
        catch (Exception fault)
        {
            End(fault);
            return false;
        }
    }

    /// <summary>Takes a work; false when there is no room or the committer stops.</summary>
    public bool TryAdd(Work work)
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

    /// <summary>The committer is one thread that has nothing else to do: it may wait for a store that answers later.</summary>
    internal static T Wait<T>(ValueTask<T> task) => task.IsCompletedSuccessfully ? task.Result : task.AsTask().GetAwaiter().GetResult();

    /// <inheritdoc cref="Wait{T}(ValueTask{T})" />
    internal static void Wait(ValueTask task)
    {
        if (!task.IsCompletedSuccessfully)
        {
            task.AsTask().GetAwaiter().GetResult();
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
            while (Take())
            {
                MakeTurn();
            }

            ended.SetResult();
        }
        catch (Exception fault)
        {
            End(fault);
        }
    }

    /// <summary>Closes what is due, runs what was taken, and tidies up a little.</summary>
    private void MakeTurn()
    {
        if (doubt.IsOpen && !Attempt(doubt.Settle))
        {
            taken.ForEach(static work => work.Fail());
            Complete(0, taken.Count);
            taken.Clear();
            answered = 0;
            moreToTidy = false;
            return;
        }

        var now = closer.Read();
        Attempt(() => closer.CloseDue(now));
        RunTaken(now.Now);
        taken.Clear();
        answered = 0;
        moreToTidy = !doubt.IsOpen && Attempt(() => Wait(store.MaintainAsync(CancellationToken.None)));
    }

    /// <summary>Swaps in what waits. Sleeps when nothing does, unless the store has more to tidy or a window is due.</summary>
    /// <returns>False when there is nothing left and never will be.</returns>
    private bool Take()
    {
        while (true)
        {
            lock (gate)
            {
                if (TryTake(moreToTidy))
                {
                    return true;
                }

                if (stopping)
                {
                    return false;
                }

                sleeping = true;
            }

            if (!arrived.Wait(SleepFor()))
            {
                // Wakes at least once a second to let the store fold what is old; a release that comes in between is taken by the next wait.
                moreToTidy = true;
                lock (gate)
                {
                    sleeping = false;
                }
            }
        }
    }

    /// <summary>Takes a turn's worth of what waits.</summary>
    /// <returns>Whether there is a turn to be made: something waits, or the store is to tidy up and nothing stops it.</returns>
    private bool TryTake(bool isTidying)
    {
        lock (gate)
        {
            if (waiting.Count > mostPerTurn)
            {
                taken.AddRange(waiting.GetRange(0, mostPerTurn));
                waiting.RemoveRange(0, mostPerTurn);
                return true;
            }

            if (waiting.Count > 0)
            {
                (taken, waiting) = (waiting, taken);
                return true;
            }

            return isTidying && !stopping;
        }
    }

    private TimeSpan SleepFor()
    {
        if (doubt.IsOpen)
        {
            return DoubtfulSleep;
        }

        var due = closer.UntilDue();
        return due >= LongestSleep ? LongestSleep : due <= ShortestSleep ? ShortestSleep : due;
    }

    /// <summary>Runs what was taken: errands alone, what lies between them as turns.</summary>
    private void RunTaken(DateTimeOffset now)
    {
        for (var from = 0; from < taken.Count;)
        {
            if (taken[from] is Errand errand)
            {
                if (doubt.IsOpen || !Attempt(() => { errand.Run(); return true; }))
                {
                    errand.Fail();
                    Forsake(errand.Board);
                }

                Complete(from, 1);
                from++;
                continue;
            }

            var next = taken.FindIndex(from, static work => work is Errand);
            var count = (next < 0 ? taken.Count : next) - from;
            var works = from == 0 && count == taken.Count ? taken : taken.GetRange(from, count);
            if (!TryRun(works, now))
            {
                works.ForEach(static work => work.Fail());
            }

            Complete(from, count);
            from += count;
        }
    }

    /// <summary>Runs works; those of boards that are another's by now fall out, and the rest is run again.</summary>
    private bool TryRun(List<Work> works, DateTimeOffset now)
    {
        for (var tries = 0; tries < MostTries && !doubt.IsOpen; tries++)
        {
            try
            {
                return Attempt(() => { turns.Run(works, now); return true; }, isLossHandled: false);
            }
            catch (BoardsLostException lost)
            {
                // Once more, without them.
                onLost(lost.Boards);
            }
        }

        return false;
    }

    /// <summary>Whether an errand of unknown outcome has changed a board nobody knows: what is in memory is let go, and whoever takes the board reads it anew.</summary>
    private void Forsake(Board? board)
    {
        if (doubt.IsOpen && board is not null)
        {
            onLost([board.Number]);
        }
    }

    private void Complete(int from, int count)
    {
        answered = from + count;
        if (isStepped)
        {
            taken.GetRange(from, count).ForEach(static work => work.Complete());
            return;
        }

        for (var group = from; group < from + count; group += CompletionGroup)
        {
            var works = taken.GetRange(group, Math.Min(CompletionGroup, from + count - group));
            ThreadPool.UnsafeQueueUserWorkItem(static works => works.ForEach(static work => work.Complete()), works, preferLocal: false);
        }
    }

    /// <summary>Does something with the store; false when the store could not.</summary>
    private bool Attempt(Func<bool> act, bool isLossHandled = true)
    {
        try
        {
            return act();
        }
        catch (StoreUnavailableException trouble)
        {
            onTrouble(trouble);
            return false;
        }
        catch (StoreUncertainException trouble)
        {
            if (!doubt.IsOpen)
            {
                doubt.Open();
            }

            onTrouble(new StoreUnavailableException(trouble.Message, trouble));
            return false;
        }
        catch (BoardsLostException lost) when (isLossHandled)
        {
            onLost(lost.Boards);
            return false;
        }
    }

    /// <summary>Answers all that has no answer yet, and ends.</summary>
    private void End(Exception fault)
    {
        lock (gate)
        {
            stopping = true;
            taken.AddRange(waiting);
            waiting.Clear();
        }

        for (var i = answered; i < taken.Count; i++)
        {
            taken[i].Fail();
        }

        Complete(answered, taken.Count - answered);
        ended.SetException(fault);
    }
}

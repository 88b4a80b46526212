using System.Threading.Tasks.Sources;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Ranking;

namespace Jinbang.Boards.Committing;

/// <summary>Something that waits for the committer, and the promise of its outcome.</summary>
internal abstract class Work
{
    /// <summary>Sets the outcome to "unavailable".</summary>
    public abstract void Fail();

    /// <summary>Hands the outcome to the caller, whose code goes on inside this call.</summary>
    public abstract void Complete();

    /// <summary>What the caller gets in the place of an outcome; null when there is one.</summary>
    public Exception? Fault { get; set; }
}

/// <summary>A <see cref="Work"/> that is its own promise, so that a call costs one object.</summary>
internal abstract class Work<T> : Work, IValueTaskSource<T>
{
    private ManualResetValueTaskSourceCore<T> source;

    public T Outcome { get; set; } = default!;

    public ValueTask<T> Task => new(this, source.Version);

    public override void Fail() => (Outcome, Fault) = (default!, null);

    public override void Complete()
    {
        if (Fault is null)
        {
            source.SetResult(Outcome);
        }
        else
        {
            source.SetException(Fault);
        }
    }

    T IValueTaskSource<T>.GetResult(short token) => source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => source.GetStatus(token);

    void IValueTaskSource<T>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        source.OnCompleted(continuation, state, token, flags);
}

/// <summary>Work about a player who may be new to his game.</summary>
internal interface IAboutPlayer
{
    Game Game { get; }

    /// <summary>Who it is about; <c>default</c> until a player new to the game has his number.</summary>
    PlayerId Player { get; set; }

    /// <summary>The id of a player who had no number when the work was made.</summary>
    ExternalId Newcomer { get; }
}

/// <summary>A submission.</summary>
internal sealed class Submission : Work<SubmitOutcome>, IAboutPlayer
{
    public required Board Board { get; init; }

    public required SubmissionRequest Request { get; init; }

    /// <summary>Whether ranks are to be counted and a receipt to be made.</summary>
    public bool WantsReceipt { get; init; }

    public Game Game => Board.Game;

    public PlayerId Player { get; set; }

    public ExternalId Newcomer { get; init; }

    public SubmitResult Result { get; set; }

    /// <summary>The index of its row in the batch, -1 when it has none.</summary>
    public int Row { get; set; } = -1;

    /// <summary>The index of its first line in the batch.</summary>
    public int FirstLine { get; set; }

    /// <summary>How many lines it has in the batch.</summary>
    public int LineCount { get; set; }

    /// <summary>The submission of the same turn and key that it repeats.</summary>
    public Submission? Repeats { get; set; }

    /// <summary>The submission of an earlier turn that has its key.</summary>
    public StoredSubmission? Earlier { get; set; }

    /// <summary>Whether the last decision of its turn was about it too.</summary>
    public bool IsDecided { get; set; }

    /// <summary>Whether the outcome is known without a decision.</summary>
    public bool IsAnswered { get; set; }
}

/// <summary>A posted profile.</summary>
internal sealed class ProfilePost : Work<ProfileOutcome>, IAboutPlayer
{
    public required Game Game { get; init; }

    public required ProfileChange Change { get; init; }

    public PlayerId Player { get; set; }

    public ExternalId Newcomer { get; init; }

    /// <summary>The index of its row in the batch.</summary>
    public int Row { get; set; }
}

/// <summary>A player who is to have a number.</summary>
internal sealed class Registration : Work<PlayerId>, IAboutPlayer
{
    public required Game Game { get; init; }

    public PlayerId Player { get; set; }

    public ExternalId Newcomer { get; init; }
}

/// <summary>Records to be put.</summary>
internal sealed class RecordPut : Work<bool>
{
    public required IReadOnlyList<RecordRow> Rows { get; init; }
}

/// <summary>Something rare that the committer does alone, between its turns, in the order in which it came.</summary>
internal abstract class Errand : Work
{
    /// <summary>The board that it is about; null for none.</summary>
    public abstract Board? Board { get; }

    /// <summary>Does it; on the committer's thread.</summary>
    public abstract void Run();
}

/// <summary>An <see cref="Errand"/> with an outcome.</summary>
/// <param name="run">What is to be done.</param>
/// <param name="board">The board that it is about; null for none.</param>
internal sealed class Errand<T>(Func<T> run, Board? board = null) : Errand
{
    private readonly TaskCompletionSource<T> source = new();
    private T outcome = default!;

    public ValueTask<T> Task => new(source.Task);

    public override Board? Board => board;

    public override void Run()
    {
        if (board is { IsServed: false, IsGone: false })
        {
            Fault = board.Elsewhere();
            return;
        }

        outcome = run();
    }

    public override void Fail() => (outcome, Fault) = (default!, null);

    public override void Complete()
    {
        if (Fault is null)
        {
            source.SetResult(outcome);
        }
        else
        {
            source.SetException(Fault);
        }
    }
}

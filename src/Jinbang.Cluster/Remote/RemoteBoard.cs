using Jinbang.Boards;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Cluster.Calls;

namespace Jinbang.Cluster.Remote;

// What this server knows of a board that another one serves: two lanes to it, and a copy of its head.
//
// The copy is as old as the moment before it was asked for, by the monotonic clock: every change that was acknowledged before that moment is in it. A reader takes it if it is
// young enough for the moment he came; otherwise he has it asked for again, together with all who come meanwhile. `seen` is the highest version that anyone was told of through this server: a
// copy that does not show it is too old whatever its age, so nobody who has seen a change reads a head without it.

internal sealed class RemoteBoard
{
    private readonly IBoardGrain grain;
    private readonly TimeProvider time;
    private readonly long headAge;
    private readonly TimeSpan deadline;
    private readonly Lane<SubmitCall, Answered> writing;
    private readonly Lane<ReadCall, ReadReply> reading;
    private readonly Lock gate = new();
    private Copy? copy;
    private Task<Copy?>? asking;
    private long seen;
    private long usedAt;

    public RemoteBoard(BoardId id, IBoardGrain grain, ClusterSettings settings, TimeProvider time)
    {
        Id = id;
        this.grain = grain;
        this.time = time;
        headAge = (long)(settings.HeadAge.TotalSeconds * time.TimestampFrequency);
        deadline = settings.CallDeadline;
        writing = new(SendAsync, settings, time);
        reading = new(SendAsync, settings, time);
        usedAt = time.GetTimestamp();
    }

    public BoardId Id { get; }

    /// <summary>When it was last asked for, a timestamp.</summary>
    public long UsedAt => Volatile.Read(ref usedAt);

    /// <summary>Whether nothing is on its way.</summary>
    public bool IsIdle => writing.IsIdle && reading.IsIdle;

    /// <summary>Whether it keeps a head.</summary>
    public bool HasHead => Volatile.Read(ref copy) is not null;

    public void Use() => Volatile.Write(ref usedAt, time.GetTimestamp());

    public void Sweep()
    {
        writing.Sweep();
        reading.Sweep();
    }

    /// <summary>Lets the head go.</summary>
    public void Forget() => Volatile.Write(ref copy, null);

    /// <summary>Submits.</summary>
    /// <returns>What became of it; "unavailable" also when nobody knows.</returns>
    public async ValueTask<SubmitOutcome> SubmitAsync(SubmitCall call) =>
        await writing.SendAsync(call, mayRepeat: call.Key is not null).ConfigureAwait(false) is { } answer ? answer.Outcome : default;

    /// <summary>Asks.</summary>
    /// <exception cref="StoreUnavailableException">There was no answer in time.</exception>
    /// <exception cref="KeyNotFoundException">There is no such board any more.</exception>
    public async Task<ReadReply> AskAsync(ReadCall call)
    {
        var reply = await reading.SendAsync(call, mayRepeat: true).ConfigureAwait(false) ?? throw Unreachable();
        switch (reply.State)
        {
            case ReadState.Answered:
                See(reply.Version);
                return reply;
            case ReadState.Gone:
                throw new KeyNotFoundException($"There is no board {Id}.");
            case ReadState.Failed:
                throw new InvalidOperationException("The server that has the board failed to answer; its log says why.");
            case ReadState.Elsewhere or ReadState.Unavailable or ReadState.NotUnderstood:
            default:
                throw Unreachable();
        }
    }

    /// <summary>The head with the version of the board that it shows; young enough for a reader who comes now.</summary>
    /// <exception cref="StoreUnavailableException">It could not be had in time.</exception>
    public ValueTask<(BoardHead Head, long Version)> HeadAsync()
    {
        var oldest = time.GetTimestamp() - headAge;
        return Volatile.Read(ref copy) is { } known && known.AskedAt >= oldest && known.Version >= Volatile.Read(ref seen)
            ? new((known.Head, known.Version))
            : new(AskHeadAsync(oldest));
    }

    /// <summary>Takes note of a version that somebody was told of.</summary>
    public void See(long version)
    {
        for (var known = Volatile.Read(ref seen); version > known;)
        {
            var before = Interlocked.CompareExchange(ref seen, version, known);
            if (before == known)
            {
                return;
            }

            known = before;
        }
    }

    private async Task<(BoardHead Head, long Version)> AskHeadAsync(long oldest)
    {
        var wanted = Volatile.Read(ref seen);
        var start = time.GetTimestamp();
        do
        {
            Task<Copy?> answer;
            lock (gate)
            {
                answer = asking ??= Task.Run(RefreshAsync);
            }

            var got = await answer.ConfigureAwait(false);
            if (got is not null && got.AskedAt >= oldest && got.Version >= wanted)
            {
                return (got.Head, got.Version);
            }

            if (got is null)
            {
                // It has failed for its full time.
                break;
            }

            // It was on its way before this reader came.
        }
        while (time.GetElapsedTime(start) < deadline);
        throw Unreachable();
    }

    private async Task<Copy?> RefreshAsync()
    {
        try
        {
            var known = Volatile.Read(ref copy);
            var askedAt = time.GetTimestamp();
            var reply = await AskAsync(new ReadCall { Kind = ReadKind.Head, Mark = known?.Head.Version ?? -1 }).ConfigureAwait(false);
            var got = new Copy(Wire.ReadHead(reply) ?? known!.Head, reply.Version, askedAt);
            if (got.Version >= (known?.Version ?? 0))
            {
                Volatile.Write(ref copy, got);
            }

            return got;
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
        finally
        {
            lock (gate)
            {
                asking = null;
            }
        }
    }

    private async Task<Arrival<Answered>[]> SendAsync(SubmitCall[] calls)
    {
        var replies = await grain.SubmitAsync(new SubmitCalls { Calls = calls }).ConfigureAwait(false);
        var arrivals = new Arrival<Answered>[calls.Length];
        if (replies.State != BoardState.Served)
        {
            Array.Fill(arrivals, replies.State == BoardState.Gone
                ? new(Passage.Answered, new Answered(new SubmitOutcome(SubmitResult.Gone)))
                : new(Passage.Refused, null!));
            return arrivals;
        }

        if (replies.Version == 0)
        {
            // What these did must not be missing from a head.
            Forget();
        }

        See(replies.Version);
        for (var i = 0; i < arrivals.Length; i++)
        {
            arrivals[i] = replies.Replies[i].Result == SubmitReply.Elsewhere
                ? new(Passage.Refused, null!)
                : new(Passage.Answered, new Answered(Wire.Read(replies.Replies[i])));
        }

        return arrivals;
    }

    private async Task<Arrival<ReadReply>[]> SendAsync(ReadCall[] calls)
    {
        var replies = await grain.ReadAsync(new ReadCalls { Calls = calls }).ConfigureAwait(false);
        var arrivals = new Arrival<ReadReply>[calls.Length];
        if (replies.State != BoardState.Served)
        {
            Array.Fill(arrivals, replies.State == BoardState.Gone
                ? new(Passage.Answered, new ReadReply { State = ReadState.Gone })
                : new(Passage.Refused, null!));
            return arrivals;
        }

        for (var i = 0; i < arrivals.Length; i++)
        {
            arrivals[i] = replies.Replies[i].State == ReadState.Elsewhere ? new(Passage.Refused, null!) : new(Passage.Answered, replies.Replies[i]);
        }

        return arrivals;
    }

    private StoreUnavailableException Unreachable() => new($"The server that has board {Id} did not answer in time.");

    /// <param name="Head">The head.</param>
    /// <param name="Version">A version of the board that it shows.</param>
    /// <param name="AskedAt">The timestamp before it was asked for.</param>
    private sealed record Copy(BoardHead Head, long Version, long AskedAt);

    private sealed record Answered(SubmitOutcome Outcome);
}

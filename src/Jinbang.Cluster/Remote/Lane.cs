using System.Diagnostics.CodeAnalysis;

namespace Jinbang.Cluster.Remote;

// A lane carries calls of one sort to one board. A call that finds fewer than a few batches on their way goes at once; otherwise it waits, and the next batch takes
// all that wait. So a lone caller pays one message, and many callers share one.
//
// What may be sent again: a call about which the other side has said that nothing was done goes back to the head of the queue until its time is over. After
// an outcome that nobody knows (time ran out, the server died) only a call that may be repeated is sent once more, the others end without an answer.
//
// Times are watched by a sweep over all lanes a few times a second instead of by a timer for each call.

/// <summary>How a batch ended, or one of its calls.</summary>
internal enum Passage
{
    /// <summary>There is an answer.</summary>
    Answered = 0,

    /// <summary>Nothing was done: it may be sent again.</summary>
    Refused = 1,

    /// <summary>Nobody knows whether anything was done.</summary>
    Unknown = 2,
}

/// <summary>How one call of a batch ended.</summary>
internal readonly record struct Arrival<TAnswer>(Passage Passage, TAnswer Answer);

/// <summary>A call that waits or is on its way. Its task ends with the answer, or with null when there is none in time.</summary>
internal sealed class Traveller<TCall, TAnswer>(TCall call, long due, bool mayRepeat)
    : TaskCompletionSource<TAnswer?>(TaskCreationOptions.RunContinuationsAsynchronously)
    where TAnswer : class
{
    public TCall Call => call;

    public long Due => due;

    /// <summary>Whether it may be sent once more although it may have been done.</summary>
    public bool MayRepeat { get; set; } = mayRepeat;
}

internal sealed class Lane<TCall, TAnswer>(
    Func<TCall[], Task<Arrival<TAnswer>[]>> send, ClusterSettings settings, TimeProvider time)
    where TAnswer : class
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Lock gate = new();
    private readonly LinkedList<Traveller<TCall, TAnswer>> waiting = new();
    private readonly HashSet<Traveller<TCall, TAnswer>[]> travelling = [];
    private readonly long patience = (long)(settings.CallDeadline.TotalSeconds * time.TimestampFrequency);
    private int pumps;

    /// <summary>Whether nothing waits and nothing is on its way.</summary>
    public bool IsIdle
    {
        get
        {
            lock (gate)
            {
                return pumps == 0 && waiting.Count == 0;
            }
        }
    }

    /// <summary>Sends a call.</summary>
    /// <returns>The answer; null when there was none in time, or too many wait.</returns>
    public Task<TAnswer?> SendAsync(TCall call, bool mayRepeat)
    {
        var traveller = new Traveller<TCall, TAnswer>(call, time.GetTimestamp() + patience, mayRepeat);
        lock (gate)
        {
            if (waiting.Count >= settings.MostWaiting)
            {
                return Task.FromResult<TAnswer?>(null);
            }

            waiting.AddLast(traveller);
            if (pumps == settings.MostBatches)
            {
                return traveller.Task;
            }

            pumps++;
        }

        _ = PumpAsync();
        return traveller.Task;
    }

    /// <summary>Ends calls whose time is over.</summary>
    public void Sweep()
    {
        var now = time.GetTimestamp();
        List<Traveller<TCall, TAnswer>> late = [];
        lock (gate)
        {
            for (var node = waiting.First; node is not null;)
            {
                var next = node.Next;
                if (node.Value.Due <= now)
                {
                    late.Add(node.Value);
                    waiting.Remove(node);
                }

                node = next;
            }

            foreach (var batch in travelling)
            {
                late.AddRange(batch.Where(traveller => traveller.Due <= now));
            }
        }

        late.ForEach(static traveller => traveller.TrySetResult(null));
    }

    private async Task PumpAsync()
    {
        while (TryTake(out var batch))
        {
            var wasRefused = await CarryAsync(batch).ConfigureAwait(false);
            if (wasRefused)
            {
                await Task.Delay(Pause, time).ConfigureAwait(false);
            }
        }
    }

    private bool TryTake([NotNullWhen(true)] out Traveller<TCall, TAnswer>[]? batch)
    {
        lock (gate)
        {
            if (waiting.Count == 0)
            {
                pumps--;
                batch = null;
                return false;
            }

            batch = new Traveller<TCall, TAnswer>[Math.Min(waiting.Count, settings.MostPerBatch)];
            for (var i = 0; i < batch.Length; i++)
            {
                batch[i] = waiting.First!.Value;
                waiting.RemoveFirst();
            }

            travelling.Add(batch);
            return true;
        }
    }

    private async Task<bool> CarryAsync(Traveller<TCall, TAnswer>[] batch)
    {
        Arrival<TAnswer>[]? arrivals = null;
        var failure = Passage.Unknown;
        try
        {
            arrivals = await send(Array.ConvertAll(batch, static traveller => traveller.Call)).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            // A message that was rejected never reached the board. Of one whose server became unavailable, or that was not answered in time, nobody knows.
            failure = fault is OrleansMessageRejectionException ? Passage.Refused : Passage.Unknown;
        }

        var now = time.GetTimestamp();
        List<Traveller<TCall, TAnswer>> again = [];
        var wasRefused = false;
        for (var i = 0; i < batch.Length; i++)
        {
            var (traveller, passage) = (batch[i], arrivals is null ? failure : arrivals[i].Passage);
            if (passage == Passage.Answered)
            {
                traveller.TrySetResult(arrivals![i].Answer);
                continue;
            }

            wasRefused = true;
            if (traveller.Due > now && (passage == Passage.Refused || traveller.MayRepeat))
            {
                traveller.MayRepeat &= passage == Passage.Refused;
                again.Add(traveller);
            }
            else
            {
                traveller.TrySetResult(null);
            }
        }

        lock (gate)
        {
            travelling.Remove(batch);
            for (var i = again.Count - 1; i >= 0; i--)
            {
                waiting.AddFirst(again[i]);
            }
        }

        return wasRefused;
    }
}

using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using Jinbang.Boards;
using Jinbang.Boards.Rankings;
using Jinbang.Boards.Storage;

namespace Jinbang.Server.Live;

// The hub offers, the stream writes: what is offered lies in one place until the stream takes it, and what is offered later takes its place. So a slow reader
// costs no more memory than a fast one, and the hub never waits for anyone. A stream that has nothing to do is a waiting task, not a thread.

/// <summary>One stream of events.</summary>
internal sealed class LiveSubscriber(LiveTopic topic, LiveView view, UInt128 address, IBoards boards, TimeProvider time)
{
    private readonly Lock gate = new();
    private TaskCompletionSource? waiting;
    private LiveState? next;
    private byte[]? notice;
    private byte[]? last;
    private bool isBeatDue;
    private HttpContext? context;
    private ulong? shown;
    private long writingSince;
    private long spokeAt = time.GetTimestamp();

    public LiveTopic Topic => topic;

    /// <summary>Whose it is, as far as limits are concerned.</summary>
    public UInt128 Address => address;

    /// <summary>Where it stands among its topic's. Under the hub's lock.</summary>
    public int Index { get; set; }

    /// <summary>The look in which it was last offered something. Under the hub's lock.</summary>
    public long OfferedAt { get; set; }

    /// <summary>The state that was offered last; null when it is to be offered again.</summary>
    public LiveState? Offered { get; private set; }

    /// <summary>Says what the client has seen, by the id of the last event that it got.</summary>
    public void Resume(string? lastEventId)
    {
        var digest = lastEventId.AsSpan(lastEventId is null ? 0 : lastEventId.LastIndexOf('-') + 1);
        if (digest.Length == 16 && ulong.TryParse(digest, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var seen))
        {
            shown = seen;
        }
    }

    /// <summary>Offers a state to show, if it shows another thing than what is shown.</summary>
    public void Offer(LiveState state)
    {
        lock (gate)
        {
            Offered = next = state;
            Wake();
        }
    }

    /// <summary>Tells something beside the standings.</summary>
    public void Tell(byte[] told)
    {
        lock (gate)
        {
            notice = told;
            Wake();
        }
    }

    /// <summary>Says a last thing and ends the stream.</summary>
    public void End(byte[] told)
    {
        lock (gate)
        {
            last ??= told;
            Wake();
        }
    }

    /// <summary>Sees to it that the stream is not silent for too long, and drops it when its reader takes too long.</summary>
    public void Tend(LiveTimes times)
    {
        if (Volatile.Read(ref writingSince) is not 0 and var since)
        {
            if (time.GetElapsedTime(since) >= times.Write)
            {
                Drop();
            }
        }
        else if (time.GetElapsedTime(Volatile.Read(ref spokeAt)) >= times.Heartbeat)
        {
            lock (gate)
            {
                isBeatDue = true;
                Wake();
            }
        }
    }

    /// <summary>Cuts the connection.</summary>
    public void Drop() => Volatile.Read(ref context)?.Abort();

    /// <summary>Writes events until the stream ends or the client goes.</summary>
    public async Task RunAsync(HttpContext request)
    {
        var aborted = request.RequestAborted;
        Volatile.Write(ref context, request);
        await using var abortion = aborted.UnsafeRegister(static subscriber => ((LiveSubscriber)subscriber!).WakeForAbort(), this);
        var body = request.Response.BodyWriter;
        body.Write("retry: 3000\n\n"u8);
        if (!await FlushAsync(body, aborted))
        {
            return;
        }

        while (!aborted.IsCancellationRequested)
        {
            var (state, told, end, beat) = Take();
            var written = await WriteAsync(body, state, told, end);
            if (beat && !written)
            {
                body.Write(":\n\n"u8);
                written = true;
            }

            if ((written && !await FlushAsync(body, aborted)) || end is not null)
            {
                return;
            }

            await WaitAsync(aborted);
        }
    }

    private (LiveState? State, byte[]? Told, byte[]? End, bool Beat) Take()
    {
        lock (gate)
        {
            var taken = (next, notice, last, isBeatDue);
            (next, notice, isBeatDue) = (null, null, false);
            return taken;
        }
    }

    private Task WaitAsync(CancellationToken aborted)
    {
        lock (gate)
        {
            if (next is not null || notice is not null || last is not null || isBeatDue || aborted.IsCancellationRequested)
            {
                return Task.CompletedTask;
            }

            waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return waiting.Task;
        }
    }

    private void WakeForAbort()
    {
        lock (gate)
        {
            Wake();
        }
    }

    private void Wake()
    {
        waiting?.TrySetResult();
        waiting = null;
    }

    private async ValueTask<bool> WriteAsync(PipeWriter body, LiveState? state, byte[]? told, byte[]? end)
    {
        if (end is not null)
        {
            body.Write(end);
            return true;
        }

        if (told is not null)
        {
            body.Write(told);
        }

        return (state is not null && await ShowAsync(body, state)) || told is not null;
    }

    /// <summary>Writes the event of a state, unless it shows what is shown already.</summary>
    private async ValueTask<bool> ShowAsync(PipeWriter body, LiveState state)
    {
        if (!view.Player.IsSome)
        {
            if (shown == state.Digest)
            {
                return false;
            }

            shown = state.Digest;
            WriteEvent(body, state, state.Digest, []);
            return true;
        }

        byte[] own;
        try
        {
            own = await ReadOwnAsync(state);
        }
        catch (Exception fault) when (fault is StoreUnavailableException or KeyNotFoundException)
        {
            // The hub offers it again, or says that the board is gone.
            lock (gate)
            {
                Offered = null;
            }

            return false;
        }

        var digest = LiveJson.DigestOf([.. BitConverter.GetBytes(state.Digest), .. own]);
        if (shown == digest)
        {
            return false;
        }

        shown = digest;
        WriteEvent(body, state, digest, own);
        return true;
    }

    private async ValueTask<byte[]> ReadOwnAsync(LiveState state)
    {
        var query = new StandingsQuery.Around(view.Player, (2 * view.Around) + 1);
        var page = boards.HasPlayer(topic.Key.Board.Game, view.Player) ? await boards.ReadAsync(topic.Key.Board, state.Window.Name, query, CancellationToken.None) : null;
        return LiveJson.Player(state.Board, page?.Lines ?? [], view.Player, view.Around);
    }

    private static void WriteEvent(PipeWriter body, LiveState state, ulong digest, ReadOnlySpan<byte> own)
    {
        Span<byte> start = stackalloc byte[128];
        System.Text.Unicode.Utf8.TryWrite(start, CultureInfo.InvariantCulture, $$"""
            id: {{state.Version}}-{{digest:x16}}
            event: standings
            data: {"version":"{{state.Version}}",
            """, out var length);
        body.Write(start[..length]);
        body.Write(state.Head);
        if (!own.IsEmpty)
        {
            body.Write(",\"player\":"u8);
            body.Write(own);
        }

        body.Write("}\n\n"u8);
    }

    private async ValueTask<bool> FlushAsync(PipeWriter body, CancellationToken aborted)
    {
        Volatile.Write(ref writingSince, time.GetTimestamp());
        try
        {
            return !(await body.FlushAsync(aborted)).IsCompleted;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        finally
        {
            Volatile.Write(ref spokeAt, time.GetTimestamp());
            Volatile.Write(ref writingSince, 0);
        }
    }
}

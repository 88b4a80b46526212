using System.Collections.Concurrent;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Rankings;
using Jinbang.Boards.Windows;

namespace Jinbang.Server.Live;

/// <summary>What many streams have in common.</summary>
internal readonly record struct LiveKey(BoardId Board, WindowName Window, int Top);

/// <summary>The first lines of a window at one moment, made once for all who look. Immutable.</summary>
/// <param name="Board">What the board was.</param>
/// <param name="Window">The window, by its full name.</param>
/// <param name="Version">The board's version.</param>
/// <param name="Head">Members of an event's data.</param>
/// <param name="Digest">Of the head.</param>
internal sealed record LiveState(BoardDefinition Board, WindowInfo Window, long Version, byte[] Head, ulong Digest);

/// <summary>The first lines of a window, and who looks at them.</summary>
internal sealed class LiveTopic(LiveKey key, IBoards boards, TimeProvider time, LiveTimes times)
{
    /// <summary>How many windows that are over are waited for to close.</summary>
    private const int MostAwaited = 4;

    private readonly SemaphoreSlim reading = new(1, 1);
    private readonly List<WindowName> awaited = [];
    private readonly ConcurrentQueue<WindowName> closed = [];
    private volatile LiveState? state;
    private long seen;
    private long readAt;
    private DateTimeOffset? over;

    public LiveKey Key => key;

    /// <summary>The last state that was read.</summary>
    public LiveState? State => state;

    /// <summary>Who looks. Under the hub's lock.</summary>
    public List<LiveSubscriber> Subscribers { get; } = [];

    /// <summary>Reads the lines again if the board has moved on, a new window's time has come, or they are old.</summary>
    /// <returns>The present state; null when there is no such window any more.</returns>
    public async ValueTask<LiveState?> RefreshAsync()
    {
        await reading.WaitAsync();
        try
        {
            if (boards.FindBoard(key.Board) is not { } board)
            {
                return state = null;
            }

            // Asked before the lines are read: what changes in between is seen by the next look.
            var version = await boards.VersionAsync(key.Board);
            var known = state;
            var hasMoved = known is null || version != seen || over <= time.GetUtcNow();
            if (!hasMoved && time.GetElapsedTime(readAt) < times.Reread)
            {
                return known;
            }

            var page = await boards.ReadAsync(key.Board, key.Window, new StandingsQuery.From(1, key.Top), CancellationToken.None);
            if (page is null)
            {
                return state = null;
            }

            var head = LiveJson.Head(board, page);
            var digest = LiveJson.DigestOf(head);
            await NoteClosesAsync(known?.Window, page.Window);
            (seen, readAt) = (version, time.GetTimestamp());
            over = page.Window.Ends > time.GetUtcNow() ? page.Window.Ends : null;

            // A player's own place may change with the version although the head does not; final standings change no more.
            return known is not null && digest == known.Digest && (!hasMoved || page.Window.State == WindowState.Closed)
                ? known
                : state = new LiveState(board, page.Window, page.Version, head, digest);
        }
        catch (KeyNotFoundException)
        {
            return state = null;
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>The next window whose close is to be told.</summary>
    public bool TryTakeClosed(out WindowName window) => closed.TryDequeue(out window);

    private async ValueTask NoteClosesAsync(WindowInfo? before, WindowInfo now)
    {
        if (before is not null && before.Name == now.Name)
        {
            if (before.State != WindowState.Closed && now.State == WindowState.Closed)
            {
                closed.Enqueue(now.Name);
            }
        }
        else if (before is { State: not WindowState.Closed } && awaited.Count < MostAwaited)
        {
            awaited.Add(before.Name);
        }

        for (var i = awaited.Count - 1; i >= 0; i--)
        {
            var state = (await boards.AskAsync(key.Board, awaited[i], new Question(), CancellationToken.None))?.Window.State;
            if (state == WindowState.Closed)
            {
                closed.Enqueue(awaited[i]);
            }

            if (state != WindowState.Open)
            {
                awaited.RemoveAt(i);
            }
        }
    }
}

using Jinbang.Boards.Storage;
using Jinbang.Ranking;
using Jinbang.Ranking.Sealed;

namespace Jinbang.Boards.Windows;

// A closed window costs no memory: a large one is read from its sealed file, a small one is read from the store when it is asked for and kept for a while among a
// bounded number of others. The file is a cache: it is written after the close is committed, and made again from the store when it is damaged or
// missing, also because the process died before it was written. Small windows have no file, or thousands of boards with daily windows would fill the disk with
// headers.

/// <summary>The standings of closed windows. Every member may be called from anywhere.</summary>
/// <param name="store">Where the entries rest.</param>
/// <param name="options">Where files lie, and from which size on there is one.</param>
/// <param name="announce">Is told what was wrong with a file, or why it could not be written. Must be quick and not throw.</param>
internal sealed class PastWindows(IScoreStore store, SealingOptions options, Action<string, Exception> announce) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<int, LinkedListNode<Kept>> byNumber = [];
    private readonly LinkedList<Kept> recent = [];

    /// <summary>Writes a closed window's file in the background, and then lets its memory go.</summary>
    public void Seal(Board board, OpenWindow window, StoredWindow closed)
    {
        if (!HasFile(closed))
        {
            board.Forget(window);
            return;
        }

        // One after the other, and on a thread of its own: the pool's threads answer the callers, and on a small machine there is only one of them.
        Sealing = Sealing.ContinueWith(
            _ => WriteFile(board, window, closed), CancellationToken.None, TaskContinuationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Completes when no file is being written.</summary>
    public Task Sealing { get; private set; } = Task.CompletedTask;

    /// <summary>The standings of a closed window.</summary>
    /// <param name="closed">The window.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async ValueTask<Standings> ReadAsync(StoredWindow closed, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (byNumber.TryGetValue(closed.Number, out var known))
            {
                recent.Remove(known);
                recent.AddFirst(known);
                return known.Value.Standings;
            }
        }

        // Two who ask at once may both load it; the one who comes second is kept.
        Standings standings = HasFile(closed)
            ? new SealedStandings(PathOf(closed), LabelOf(closed), closed.Closing!.Order, new SealedRebuild(
                () => LoadAsync(closed, CancellationToken.None).GetAwaiter().GetResult(),
                options.SyncFolder,
                fault => announce($"The file of window {closed.Name} of board {closed.Board} is made again", fault)))
            : await LoadAsync(closed, cancellationToken);
        if (standings is SealedStandings)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(closed))!);
        }

        lock (gate)
        {
            if (byNumber.Remove(closed.Number, out var other))
            {
                recent.Remove(other);
            }

            byNumber.Add(closed.Number, recent.AddFirst(new Kept(closed.Number, standings)));
            while (recent.Count > options.MostKept)
            {
                byNumber.Remove(recent.Last!.Value.Number);

                // Not disposed: someone may be reading it. Its handle goes when the last reader has.
                (recent.Last.Value.Standings as SealedStandings)?.Release();
                recent.RemoveLast();
            }
        }

        return standings;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (gate)
        {
            foreach (var kept in recent)
            {
                (kept.Standings as SealedStandings)?.Dispose();
            }

            recent.Clear();
            byNumber.Clear();
        }
    }

    private void WriteFile(Board board, OpenWindow window, StoredWindow closed)
    {
        try
        {
            var path = PathOf(closed);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            SealedFile.Write(path, window.Set, LabelOf(closed), options.SyncFolder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Who asks for the window has it made again.
            announce($"The file of window {closed.Name} of board {closed.Board} could not be written", fault);
        }

        board.Forget(window);
    }

    private bool HasFile(StoredWindow closed) => options.Folder is not null && closed.Closing!.Count >= options.FileFrom;

    private string PathOf(StoredWindow closed) => Path.Combine(options.Folder!, $"board-{closed.Board}", $"window-{closed.Number}.sealed");

    private static SealedLabel LabelOf(StoredWindow closed) => new(closed.Board, closed.Number, closed.Closing!.LastOrder);

    private async Task<RankedSet> LoadAsync(StoredWindow closed, CancellationToken cancellationToken)
    {
        var window = new OpenWindow(closed, closed.Closing!.Order) { Head = new WindowHead(0, store) };
        await store.LoadWindowAsync(closed.Number, window.Load, window.LoadTail, cancellationToken);
        window.Loaded();
        if (window.Set.Count != closed.Closing.Count || window.Checksum != closed.Closing.Checksum)
        {
            throw new StoreUnavailableException($"The entries of window {closed.Name} of board {closed.Board} are not those it closed with.");
        }

        return window.Set;
    }

    private sealed record Kept(int Number, Standings Standings);
}

/// <summary>How closed windows are kept.</summary>
/// <param name="Folder">Where their files lie; null for none: all are read from the store.</param>
/// <param name="SyncFolder">Syncs a folder's list of files.</param>
/// <param name="FileFrom">From how many entries on a window has a file of its own.</param>
/// <param name="MostKept">How many closed windows are kept at hand.</param>
public sealed record SealingOptions(string? Folder, Action<string> SyncFolder, int FileFrom = 1_024, int MostKept = 256)
{
    /// <summary>No files.</summary>
    public static SealingOptions None { get; } = new(null, static _ => { });
}

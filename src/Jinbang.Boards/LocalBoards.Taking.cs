using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;

namespace Jinbang.Boards;

// Taking a board: see that the committer has ended what it had begun with it, claim it (from that moment nobody else can write), wait until nobody answers for it any more, read
// what the store holds, serve. A copy of a board that another process serves is kept in the same way and in the same place, so taking that one finds little to read. Who tells the
// outside of events is taken and lost like a board, under the number 0.

public sealed partial class LocalBoards
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(50);

    private readonly Lock telling = new();
    private IReadOnlySet<int> followed = new HashSet<int>();
    private int tellingLosses;
    private volatile bool tellsEvents;

    /// <summary>Takes a board, unless it is served here already; completes when it is served.</summary>
    /// <returns>False when there is no such board, or it cannot be taken now.</returns>
    public async ValueTask<bool> TakeAsync(int number, CancellationToken cancellationToken)
    {
        if (catalog.FindBoard(number) is null && isReady)
        {
            await RefreshAsync();
        }

        if (!isReady || shared is null || catalog.FindBoard(number) is not { } board)
        {
            return false;
        }

        await board.Reading.WaitAsync(cancellationToken);
        try
        {
            return IsCurrent(board) || (lease.IsValid && await TakeAsync(board, cancellationToken));
        }
        catch (Exception fault) when (fault is StoreUncertainException or BoardsLostException)
        {
            throw new StoreUnavailableException(fault.Message, fault);
        }
        finally
        {
            board.Reading.Release();
        }
    }

    /// <summary>Takes it on to tell the outside of events, as if that were a board of the number 0.</summary>
    public async ValueTask TakeEventsAsync(CancellationToken cancellationToken)
    {
        var losses = Volatile.Read(ref tellingLosses);
        if (shared is null || tellsEvents || !isReady || !lease.IsValid || !await shared.ClaimAsync(0, cancellationToken))
        {
            return;
        }

        await WaitForOthersAsync(0, cancellationToken);
        lock (telling)
        {
            if (tellingLosses != losses)
            {
                // Another has taken it meanwhile.
                return;
            }

            tellsEvents = true;
        }

        RaiseEvents();
    }

    /// <summary>Finishes what waits for a board, stops serving it and gives it up.</summary>
    /// <exception cref="StoreUnavailableException">It is not served any more, and the store does not know yet: try again.</exception>
    public async ValueTask ReleaseAsync(int number)
    {
        if (shared is null || catalog.FindBoard(number) is not { } board)
        {
            return;
        }

        // Nobody takes it meanwhile: what is claimed while it is given up might be given up too.
        await board.Reading.WaitAsync(CancellationToken.None);
        try
        {
            // What came before the errand is committed and answered by then; what comes after it is told that the board is elsewhere.
            // Where the committer cannot do it now, it is lost at once: what is still being written is fenced.
            await RunAsync(() => board.Lose());
            board.Lose();
            await shared.ReleaseAsync([number], CancellationToken.None);
        }
        finally
        {
            board.Reading.Release();
        }

        await UnloadAsync(board);
    }

    /// <summary>
    /// Keeps copies of these boards up to date, and of no others: one that is taken later is served at once. It goes on until it is said anew.
    /// </summary>
    public void Follow(IReadOnlySet<int> boards) => followed = boards;

    private async Task FollowRepeatedlyAsync()
    {
        while (!stopSharing.IsCancellationRequested)
        {
            foreach (var board in catalog.Boards.Where(board => !board.IsServed && (followed.Contains(board.Number) || board.Entries > 0)))
            {
                await TryAsync(() => followed.Contains(board.Number) ? FollowAsync(board) : UnloadAsync(board));
            }

            await PauseAsync(options.Sharing!.Following);
        }
    }

    /// <summary>Brings a copy up to date.</summary>
    internal async Task FollowAsync(int number)
    {
        if (catalog.FindBoard(number) is { } board)
        {
            await FollowAsync(board);
        }
    }

    private async Task FollowAsync(Board board)
    {
        await board.Reading.WaitAsync(CancellationToken.None);
        try
        {
            if (!board.IsServed && await IsLeftAsync(board) && await shared!.LoadBoardAsync(board.Number, stopSharing.Token) is { } stored)
            {
                var before = board.ReadThrough;
                await board.CatchUpAsync(shared, stored, stopSharing.Token);
                if (board.ReadThrough != before)
                {
                    await shared.NoteFollowedAsync(board.Number, board.ReadThrough, stopSharing.Token);
                }
            }
        }
        finally
        {
            board.Reading.Release();
        }
    }

    private async Task<bool> TakeAsync(Board board, CancellationToken cancellationToken)
    {
        // A turn that was decided while the board was still served must have ended before the claim, or it would be written under the new epoch: what others wrote in between is
        // missing from it. One that is still served here although the lease had run out may have been another's meanwhile: it begins anew.
        var wasServed = board.IsServed && board.Lose();
        var isQuiet = await RunAsync(() =>
        {
            if (wasServed)
            {
                board.Unload();
            }

            return true;
        });
        if (!isQuiet)
        {
            return false;
        }

        var losses = board.Losses;
        if (!await shared!.ClaimAsync(board.Number, cancellationToken))
        {
            return false;
        }

        await WaitForOthersAsync(board.Number, cancellationToken);
        if (await shared.LoadBoardAsync(board.Number, cancellationToken) is not { } stored)
        {
            return false;
        }

        await board.CatchUpAsync(shared, stored, cancellationToken);
        await NoteErasuresAsync(cancellationToken);
        var version = await store.ReadVersionAsync(cancellationToken);
        return await RunAsync(() =>
        {
            if (board.Losses != losses || board.IsGone)
            {
                return false;
            }

            // A copy may be older than what its owners have erased since.
            board.Drop(board.Game.ErasedAfter(0));
            board.ErasedThrough = stored.ErasedThrough;
            Erase(board);

            // It may have been lost while the store erased.
            if (!board.TryBegin(stored.Stored.Definition, version, losses))
            {
                return false;
            }

            closer.Look();
            try
            {
                OpenAllTime(board);
            }
            catch (StoreUnavailableException trouble)
            {
                // The first submission opens it.
                StoreTroubled?.Invoke(trouble);
            }

            return true;
        });
    }

    /// <summary>
    /// Waits until the committer is done with what it had begun with a board before that was lost: from then on it does not touch it, and others may.
    /// Of whoever reads the board.
    /// </summary>
    private async Task<bool> IsLeftAsync(Board board)
    {
        var losses = board.Losses;
        if (board.LossesLeft != losses)
        {
            if (!await RunAsync(static () => true))
            {
                return false;
            }

            board.LossesLeft = losses;
        }

        return true;
    }

    private async Task WaitForOthersAsync(int number, CancellationToken cancellationToken)
    {
        while (await shared!.ReadWaitAsync(number, cancellationToken) is var wait && wait > TimeSpan.Zero)
        {
            // Whoever lost it may say so before his lease is over.
            await Task.Delay(wait < ShortestWait ? ShortestWait : wait < LongestWait ? wait : LongestWait, time, cancellationToken);
        }
    }

    /// <summary>Stops serving boards that others have claimed, and only then says so: they need not wait any more.</summary>
    private async Task LetGoAsync(IReadOnlyList<int> numbers)
    {
        Lose(numbers);

        // It gives up what was claimed until this call and nothing later. What was claimed since they were lost is among that, and so is lost again.
        var released = shared!.ReleaseAsync([.. numbers], stopSharing.Token);
        Lose(numbers);
        await released;
    }

    /// <summary>Stops serving boards. From anywhere.</summary>
    private void Lose(IReadOnlyList<int> numbers)
    {
        foreach (var number in numbers)
        {
            if (number == 0)
            {
                lock (telling)
                {
                    tellingLosses++;
                    tellsEvents = false;
                }
            }

            if (catalog.FindBoard(number) is { } board && board.Lose())
            {
                _ = TryAsync(() => UnloadAsync(board));
            }
        }
    }

    private async Task UnloadAsync(Board board)
    {
        await board.Reading.WaitAsync(CancellationToken.None);
        try
        {
            // On the committer's thread: a turn may be looking at it.
            await RunAsync(() =>
            {
                if (!board.IsServed)
                {
                    board.Unload();
                }

                return true;
            });
        }
        finally
        {
            board.Reading.Release();
        }
    }
}

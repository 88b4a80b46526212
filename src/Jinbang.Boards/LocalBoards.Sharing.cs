using Jinbang.Boards.Committing;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Sharing;
using Jinbang.Boards.Storage;
using Jinbang.Ranking;

namespace Jinbang.Boards;

// A process that shares its store with others knows all games and boards but serves only those that it has taken. What keeps ranks right is said in ISharedStore: writes
// are fenced by epochs, and whatever is answered from memory is looked at once more before it leaves: the board must still be served here, and the lease must not
// have run out. So a process that wakes up after it was frozen answers nothing that has become wrong meanwhile.
//
// Taking a board: claim it (from that moment nobody else can write), wait until nobody answers for it any more, read what the store holds, serve. Several times
// a second the lease is renewed; with every renewal comes what others have done: boards that they took (they are let go before the lease goes on), and whether the
// catalog, records or players changed.
//
// A player is deleted by a note in the store: his id and profile go at once, and every owner of a board of his game erases the rest when he sees the note.

public sealed partial class LocalBoards
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(50);

    private readonly TaskCompletionSource expelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim refreshing = new(1, 1);
    private readonly SemaphoreSlim refreshWanted = new(0, 1);
    private readonly CancellationTokenSource stopSharing = new();
    private Task renewing = Task.CompletedTask;
    private IReadOnlySet<int> followed = new HashSet<int>();
    private Renewal seen = new(true, [], 0, 0, 0);
    private readonly List<(GameId Game, BoardDefinition Board)> differing = [];
    private long erasedThrough;
    private volatile bool tellsEvents;

    /// <summary>The number of this process among those that share the store; 0 when none does.</summary>
    public int Member { get; private set; }

    /// <summary>Raised after this process changed games, boards or records, or began to erase a player: others should <see cref="RefreshAsync"/>. Must be quick and not throw.</summary>
    public event Action? SharedChanged;

    /// <inheritdoc />
    public event Func<Task>? RecordsChanged;

    /// <inheritdoc />
    public bool TellsEvents => shared is null || (lease.IsValid && tellsEvents);

    /// <summary>Whether this process may answer from memory at this moment: always, where it shares its store with nobody.</summary>
    public bool HoldsLease => lease.IsValid;

    /// <summary>Raised when this process changed a profile. Must be quick and not throw.</summary>
    public event Action<GameId, PlayerId>? ProfileChanged;

    /// <summary>Boards that are declared otherwise than they are stored: once ready, their owners are to change them.</summary>
    public IReadOnlyList<(GameId Game, BoardDefinition Board)> Differing => differing;

    /// <summary>Whether this process answers for the board at this moment.</summary>
    public bool IsServing(BoardId board) => isReady && catalog.Find(board) is { } target && IsCurrent(target);

    /// <summary>The board's number in the store.</summary>
    public int NumberOf(BoardId board) => Find(board).Number;

    /// <summary>The board of a number.</summary>
    public bool TryFindBoard(int number, out BoardId board)
    {
        board = catalog.FindBoard(number) is { } found ? found.Id : default;
        return board.Board is not null;
    }

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
        if (shared is null || tellsEvents || !isReady || !lease.IsValid || !await shared.ClaimAsync(0, cancellationToken))
        {
            return;
        }

        await WaitForOthersAsync(0, cancellationToken);
        tellsEvents = true;
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

    /// <summary>Reads again what others may have changed: games, boards, records, erased players.</summary>
    public async ValueTask RefreshAsync()
    {
        if (shared is null || !isReady)
        {
            return;
        }

        await refreshing.WaitAsync();
        try
        {
            await RefreshCatalogAsync();
            await EraseNotedAsync();
            foreach (var handler in RecordsChanged?.GetInvocationList() ?? [])
            {
                await ((Func<Task>)handler)();
            }
        }
        finally
        {
            refreshing.Release();
        }
    }

    /// <summary>Takes note that others changed profiles.</summary>
    public void NoteProfiles(GameId game, IReadOnlyList<PlayerId> players)
    {
        if (!isReady || catalog.Find(game) is not { } target)
        {
            return;
        }

        foreach (var player in players)
        {
            profiles.Forget(target.Number, player);
            foreach (var board in target.Boards.Where(static board => board.IsServed))
            {
                board.ProfileChanged(player, commit: 0);
            }
        }
    }

    /// <summary>Finds a player by his own id in memory, then in the store, and makes him if that is wanted.</summary>
    /// <returns><c>default</c> when there is no such player, or the store is out of reach.</returns>
    public ValueTask<PlayerId> ResolveAsync(GameId game, ExternalId externalId, bool register)
    {
        if (!isReady)
        {
            return default;
        }

        var target = Find(game);
        return target.TryFind(externalId.Utf8, out var player) ? new(player) : new(ResolveAsync(target, externalId, register));
    }

    /// <summary>
    /// Keeps copies of these boards up to date, and of no others: one that is taken later is served at once. It goes on until it is said anew.
    /// </summary>
    public void Follow(IReadOnlySet<int> boards) => followed = boards;

    /// <summary>How many rows of the log a copy of a board is behind; null when it is not followed here.</summary>
    public async ValueTask<long?> ReadLagAsync(int number, CancellationToken cancellationToken) =>
        shared is not null && followed.Contains(number) && catalog.FindBoard(number) is { IsServed: false } board && await shared.LoadBoardAsync(number, cancellationToken) is { } stored
            ? Math.Max(0, stored.LastNumber - board.ReadThrough)
            : null;

    /// <summary>What this process holds.</summary>
    public MemberLoad Load()
    {
        var (boards, entries, copies) = (0, 0L, 0L);
        foreach (var board in catalog.Boards)
        {
            if (board.IsServed)
            {
                boards++;
                entries += board.Entries;
            }
            else
            {
                copies += board.Entries;
            }
        }

        return new MemberLoad(boards, entries, copies);
    }

    /// <summary>How many entries the open windows of a board have that is served here; null when it is not.</summary>
    public long? EntriesOf(int number) => catalog.FindBoard(number) is { IsServed: true } board ? board.Entries : null;

    /// <summary>Renews the lease and takes note of what others did. Made several times a second by itself, unless everything is to happen when it is called.</summary>
    internal async Task RenewAsync()
    {
        var sent = time.GetTimestamp();
        var renewal = await shared!.RenewAsync(Load(), options.Sharing!.Lease, stopSharing.Token);
        if (!renewal.IsMember)
        {
            lease.End();
            expelled.TrySetException(new StoreBrokenException("Other servers have taken this one for dead: its lease was not renewed for too long."));
            return;
        }

        if (renewal.Lost.Count > 0)
        {
            await LetGoAsync(renewal.Lost);
        }

        var hasLapsed = !lease.IsValid;
        lease.Renewed(sent);
        var before = seen;
        seen = renewal;
        if (hasLapsed)
        {
            // Others may have told of profiles what never arrived.
            profiles.Clear();
            foreach (var board in catalog.Served)
            {
                board.ForgetProfiles();
            }
        }

        if (hasLapsed || renewal.Catalog != before.Catalog || renewal.Records != before.Records || renewal.Erasures != before.Erasures || IsBehind())
        {
            WantRefresh();
        }
    }

    private void WantRefresh()
    {
        if (refreshWanted.CurrentCount == 0)
        {
            try
            {
                refreshWanted.Release();
            }
            catch (SemaphoreFullException)
            {
                // Somebody else wants it too.
            }
        }
    }

    private async Task RefreshRepeatedlyAsync()
    {
        while (!stopSharing.IsCancellationRequested)
        {
            await TryAsync(async () =>
            {
                await refreshWanted.WaitAsync(stopSharing.Token);
                await RefreshAsync();
            });
        }
    }

    /// <summary>Whether a board that is served here has yet to erase somebody.</summary>
    private bool IsBehind() => catalog.Served.Any(static board => board.ErasedThrough < board.Game.LastErasure);

    private async Task JoinAsync(CancellationToken cancellationToken)
    {
        var sharing = options.Sharing!;
        Member = await shared!.JoinAsync(sharing.Description, sharing.Lease, cancellationToken);
        await DeclareAsync(cancellationToken);
        await RenewAsync();
        var contents = await store.LoadAsync(cancellationToken);
        secret = contents.Secret;
        catalog.Set(contents.Games.Select(NewGame));
        await NoteErasuresAsync(cancellationToken);
        Start(cancellationToken);
        if (options.IsStepped)
        {
            return;
        }

        renewing = Task.WhenAll(
            Task.Factory.StartNew(RenewRepeatedly, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default),
            Task.Run(RefreshRepeatedlyAsync, CancellationToken.None),
            Task.Run(FollowRepeatedlyAsync, CancellationToken.None));
        foreach (var game in catalog.Games)
        {
            // Who is not known yet is looked up in the store.
            _ = Task.Run(() => TryAsync(() => LoadPlayersAsync(game, stopSharing.Token)), CancellationToken.None);
        }
    }

    private async Task LeaveAsync()
    {
        lease.End();
        await stopSharing.CancelAsync();
        await renewing;
        if (Member != 0)
        {
            await TryAsync(() => shared!.LeaveAsync(CancellationToken.None).AsTask());
        }
    }

    /// <summary>On a thread of its own: the pool's may all be busy, and a lease does not wait for them.</summary>
    private void RenewRepeatedly()
    {
        do
        {
            TryAsync(RenewAsync).GetAwaiter().GetResult();
        }
        while (!stopSharing.Token.WaitHandle.WaitOne(options.Sharing!.Renewal));
    }

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

    private async Task PauseAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, time, stopSharing.Token);
        }
        catch (OperationCanceledException)
        {
            // It stops.
        }
    }

    /// <summary>Does something that is done again soon; what the store could not do is told.</summary>
    private async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception fault) when (fault is StoreUnavailableException or StoreUncertainException)
        {
            StoreTroubled?.Invoke(fault as StoreUnavailableException ?? new StoreUnavailableException(fault.Message, fault));
        }
        catch (OperationCanceledException)
        {
            // It stops.
        }
        catch (Exception fault)
        {
            expelled.TrySetException(fault);
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
                tellsEvents = false;
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

    private async Task RefreshCatalogAsync()
    {
        // What was read may be older than what this process changed meanwhile: then it is read again.
        while (!stopSharing.IsCancellationRequested)
        {
            var before = catalog.Version;
            var contents = await store.LoadAsync(stopSharing.Token);
            if (await RunAsync(() => TryTakeOver(contents, before)))
            {
                return;
            }

            await PauseAsync(ShortestWait);
        }
    }

    private bool TryTakeOver(StoreContents contents, long before)
    {
        if (catalog.Version != before)
        {
            return false;
        }

        var games = new List<Game>();
        foreach (var stored in contents.Games)
        {
            var game = catalog.Games.FirstOrDefault(known => known.Number == stored.Number);
            if (game is null)
            {
                games.Add(NewGame(stored));
                continue;
            }

            games.Add(game);
            Refresh(game, stored);
        }

        foreach (var game in catalog.Games.Except(games))
        {
            game.Remove();
        }

        catalog.Set(games);
        return true;
    }

    /// <summary>Takes over what others changed. What is served here is changed here alone.</summary>
    private void Refresh(Game game, StoredGame stored)
    {
        game.Change(stored.Definition);
        foreach (var board in game.Boards.Where(board => stored.Boards.All(other => other.Number != board.Number)).ToList())
        {
            // One that is served here and was made this moment may be newer than what was read.
            if (!board.IsServed)
            {
                game.Remove(board);
            }
        }

        foreach (var board in stored.Boards)
        {
            var known = game.Boards.FirstOrDefault(other => other.Number == board.Number);
            if (known is null)
            {
                game.Add(new Board(game, board with { Windows = [] }, store));
            }
            else if (!known.IsServed && !DefinitionJson.AreEqual(known.Definition, board.Definition))
            {
                known.Change(board.Definition, commit: 0);
            }
        }
    }

    private async Task<PlayerId> ResolveAsync(Game game, ExternalId externalId, bool register)
    {
        if (register)
        {
            var registration = new Registration { Game = game, Newcomer = externalId };
            return committer.TryAdd(registration) ? await registration.Task : default;
        }

        var found = shared is null ? default : (await shared.FindPlayersAsync(game.Number, [externalId], CancellationToken.None))[0];
        if (found.IsSome)
        {
            game.Add(externalId.Utf8, found);
        }

        return found;
    }

    private async Task<Score?> ResolveScoreAsync(Board board, int losses, ExternalId externalId)
    {
        var player = await ResolveAsync(board.Game, externalId, register: false);
        return Confirm(board, losses, player.IsSome ? board.ScoreOf(player, time.GetUtcNow()) : null);
    }

    private Board FindServed(BoardId board)
    {
        var target = Find(board);
        return target.IsServed ? target : throw target.Elsewhere();
    }

    /// <summary>Finds a board to answer from, and how often it was lost by then.</summary>
    private Board FindServed(BoardId board, out int losses)
    {
        var target = Find(board);
        losses = target.Losses;
        return target.IsServed ? target : throw target.Elsewhere();
    }

    /// <summary>Whether a board is answered for here. In this order: while the clock is read the board may be lost and the lease renewed.</summary>
    private bool IsCurrent(Board board) => lease.IsValid && board.IsServed;

    /// <summary>
    /// Lets an answer from memory pass if the board was still served here after it was made, and all the time since it was begun: one that was lost in between and taken again has
    /// another state by now.
    /// </summary>
    private T Confirm<T>(Board board, int losses, T answer) => IsCurrent(board) && board.Losses == losses ? answer : throw board.Elsewhere();

    private ValueTask<T> ConfirmAsync<T>(Board board, int losses, ValueTask<T> answer) =>
        shared is null ? answer : answer.IsCompletedSuccessfully ? new(Confirm(board, losses, answer.Result)) : new(AwaitConfirmedAsync(board, losses, answer));

    private async Task<T> AwaitConfirmedAsync<T>(Board board, int losses, ValueTask<T> answer) => Confirm(board, losses, await answer);

    private async ValueTask<IReadOnlyList<ExportedEntry>> ExportAsync(Board board, PlayerId player, CancellationToken cancellationToken) =>
        board.IsServed ? await board.ExportAsync(player, time.GetUtcNow(), past, cancellationToken) : [];

    private async ValueTask<bool> AnnounceAsync(ValueTask<bool> put)
    {
        var isPut = await put;
        RaiseShared();
        return isPut;
    }

    private void RaiseShared()
    {
        if (shared is not null)
        {
            SharedChanged?.Invoke();
        }
    }

    private void RaiseProfile(Game game, PlayerId player)
    {
        if (shared is not null)
        {
            ProfileChanged?.Invoke(game.Id, player);
        }
    }

    private async Task<bool> EraseEverywhereAsync(GameId game, PlayerId player)
    {
        if (!isReady || catalog.Find(game) is not { } target)
        {
            return isReady;
        }

        try
        {
            var externalId = (await store.ReadExternalIdsAsync(target.Number, [player], CancellationToken.None))[0];
            if (externalId.Utf8.IsEmpty)
            {
                return true;
            }

            var number = await shared!.BeginErasureAsync(target.Number, [player], CancellationToken.None);
            target.Erase(externalId.Utf8, player);
            RaiseShared();
            await RefreshAsync();
            var start = time.GetTimestamp();
            while (!await shared.IsErasedAsync(target.Number, number, CancellationToken.None))
            {
                if (time.GetElapsedTime(start) >= options.Sharing!.Erasing)
                {
                    return false;
                }

                await Task.Delay(LongestWait, time);
            }

            return true;
        }
        catch (Exception fault) when (fault is StoreUnavailableException or StoreUncertainException)
        {
            return false;
        }
    }

    /// <summary>Takes note of players whom others erased.</summary>
    private async Task NoteErasuresAsync(CancellationToken cancellationToken)
    {
        foreach (var erasure in await shared!.ReadErasuresAsync(Volatile.Read(ref erasedThrough), cancellationToken))
        {
            if (catalog.Games.FirstOrDefault(game => game.Number == erasure.Game) is { } game)
            {
                game.Erase(erasure);
                profiles.Forget(game.Number, erasure.Player);
            }

            Volatile.Write(ref erasedThrough, Math.Max(erasedThrough, erasure.Number));
        }
    }

    /// <summary>Erases from the boards of this process, and from its copies, whom others have erased. One at a time.</summary>
    private async Task EraseNotedAsync()
    {
        await NoteErasuresAsync(stopSharing.Token);
        foreach (var board in catalog.Boards)
        {
            if (board.ErasedThrough >= board.Game.LastErasure || (!board.IsServed && board.Entries == 0))
            {
                continue;
            }

            if (!board.IsServed)
            {
                // What a copy reads later is without them.
                var through = board.Game.LastErasure;
                board.Game.ErasedAfter(board.ErasedThrough).ForEach(player => board.Remove(player, commit: 0));
                board.ErasedThrough = through;
                continue;
            }

            await RunAsync(() =>
            {
                if (board.IsServed)
                {
                    Erase(board);
                }

                return true;
            });
        }
    }

    /// <summary>Erases from a board whom its game has erased since its last erasure. On the committer's thread.</summary>
    private void Erase(Board board)
    {
        var through = board.Game.LastErasure;
        var players = board.Game.ErasedAfter(board.ErasedThrough);
        if (players.Count == 0)
        {
            return;
        }

        var windows = board.OpenWindows.Select(static window => window.Stored.Number).ToList();
        try
        {
            var commit = Committer.Wait(shared!.EraseFromBoardAsync(board.Number, players, windows, through, CancellationToken.None));
            players.ForEach(player => board.Remove(player, commit));
            board.ErasedThrough = through;
        }
        catch (StoreUncertainException)
        {
            // A window that closed now might close with other entries than the store has: whoever takes the board reads it anew.
            Lose([board.Number]);
            throw;
        }
    }
}

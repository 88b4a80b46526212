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
// Several times a second the lease is renewed. With every renewal comes what others have done: boards that they took (they are let go before the lease goes on,
// LocalBoards.Taking.cs), whether the catalog or records changed (LocalBoards.Refreshing.cs), and whom they erased (LocalBoards.Erasing.cs).

public sealed partial class LocalBoards
{
    private readonly TaskCompletionSource expelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource stopSharing = new();
    private readonly List<(GameId Game, BoardDefinition Board)> differing = [];
    private Task renewing = Task.CompletedTask;
    private Renewal seen = new(true, [], 0, 0, 0);

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
}

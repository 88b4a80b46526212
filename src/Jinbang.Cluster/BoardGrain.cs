using Jinbang.Boards;
using Jinbang.Boards.Storage;
using Jinbang.Cluster.Calls;
using Jinbang.Cluster.Placement;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Jinbang.Cluster;

// The grain is a signpost, not the board. The board in memory belongs to the process, guarded by its claim and its lease; an activation only says that calls about it
// should come here. So activations may come and go, two of them may even exist for a while, and nothing becomes wrong: whoever does not serve the board says so and does nothing.
//
// The first call takes the board. Nobody waits long for it: a caller is told "loading" after a moment and asks again. An activation whose board was lost says
// "elsewhere" and moves to where it is placed now, which is with the one who owns the board.

[BoardPlacement]
[Reentrant]
[GrainType("jinbang.board")]
internal sealed partial class BoardGrain(
    LocalBoards home, BoardDesk desk, ClusterView view, ILocalSiloDetails self, ClusterSettings settings, TimeProvider time, ILogger<BoardGrain> logger)
    : Grain, IBoardGrain
{
    private Task<bool>? taking;
    private bool wasServed;

    /// <inheritdoc />
    public async ValueTask<BoardState> WakeAsync() => (await LookAsync()).State;

    /// <inheritdoc />
    public async ValueTask<SubmitReplies> SubmitAsync(SubmitCalls batch)
    {
        var (state, board) = await LookAsync();
        if (state != BoardState.Served)
        {
            return new() { State = state };
        }

        var replies = await desk.SubmitAsync(board, batch.Calls);
        if (Array.Exists(replies.Replies, static reply => reply.Result == SubmitReply.Elsewhere))
        {
            Leave();
        }

        return replies;
    }

    /// <inheritdoc />
    public async ValueTask<ReadReplies> ReadAsync(ReadCalls batch)
    {
        var (state, board) = await LookAsync();
        if (state != BoardState.Served)
        {
            return new() { State = state };
        }

        var replies = await desk.ReadAsync(board, batch.Calls);
        if (Array.Exists(replies, static reply => reply.State == ReadState.Elsewhere))
        {
            Leave();
        }

        return new() { Replies = replies };
    }

    /// <inheritdoc />
    public async ValueTask<ChangeReply> ChangeAsync(ChangeCall change)
    {
        var (state, board) = await LookAsync();
        if (state != BoardState.Served)
        {
            return new() { State = state };
        }

        var reply = await desk.ChangeAsync(board, change);
        if (reply.State == BoardState.Elsewhere)
        {
            Leave();
        }

        return reply;
    }

    /// <summary>Whether the board is served here; takes it if this activation has not tried yet.</summary>
    private async ValueTask<(BoardState State, BoardId Board)> LookAsync()
    {
        var number = (int)this.GetPrimaryKeyLong();
        if (home.TryFindBoard(number, out var board) && home.IsServing(board))
        {
            wasServed = true;
            return (BoardState.Served, board);
        }

        return await TakeAsync(number) is var state && state != BoardState.Served ? (state, default)
            : home.TryFindBoard(number, out board) ? (state, board)
            : (BoardState.Gone, default);
    }

    private async Task<BoardState> TakeAsync(int number)
    {
        if (wasServed || view.IsLeaving(self.SiloAddress))
        {
            // It was served here, and it is not any more.
            return Leave();
        }

        var attempt = taking ??= Task.Run(() => home.TakeAsync(number, CancellationToken.None).AsTask());
        if (await Task.WhenAny(attempt, Task.Delay(settings.LoadingPatience, time)) != attempt)
        {
            return BoardState.Loading;
        }

        if (attempt.IsFaulted)
        {
            LogNotTaken(logger, number, attempt.Exception!.InnerException!.Message);
            taking = null;
            return attempt.Exception.InnerException is StoreUnavailableException ? BoardState.Loading : Leave();
        }

        wasServed |= attempt.Result;
        return attempt.Result ? BoardState.Served
            : home is { IsReady: true, HoldsLease: true } && !home.TryFindBoard(number, out _) ? BoardState.Gone
            : Leave();
    }

    /// <summary>Ends this activation and has the board placed anew.</summary>
    private BoardState Leave()
    {
        // Not by deactivating alone: a server that remembers this address would call here again, and so bring it back to life.
        this.MigrateOnIdle();
        return BoardState.Elsewhere;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Board number {Board} could not be taken: {Reason}")]
    private static partial void LogNotTaken(ILogger logger, int board, string reason);
}

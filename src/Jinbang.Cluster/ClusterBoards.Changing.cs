using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Windows;
using Jinbang.Cluster.Calls;
using Jinbang.Ranking;

namespace Jinbang.Cluster;

// A change of a board is made by its owner, everything else by the server that is asked. Either way whoever made it tells the others, and the caller waits a moment for
// that, so that what follows a change finds it everywhere.

public sealed partial class ClusterBoards
{
    private static readonly TimeSpan ChangePause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan DeclaringPause = TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    public ValueTask<CatalogOutcome> PutGameAsync(GameDefinition game) => new(ToldAsync(home.PutGameAsync(game)));

    /// <inheritdoc />
    public ValueTask<CatalogOutcome> PutBoardAsync(GameId game, BoardDefinition board, bool rebuild) => new(ChangeAsync(
        new BoardId(game, board.Name),
        () => home.PutBoardAsync(game, board, rebuild),
        () => new() { Kind = ChangeKind.Define, Definition = DefinitionJson.Write(board), Rebuild = rebuild }));

    /// <inheritdoc />
    public ValueTask<CatalogOutcome> DeleteBoardAsync(BoardId board) =>
        new(ChangeAsync(board, () => home.DeleteBoardAsync(board), static () => new() { Kind = ChangeKind.Delete }));

    /// <inheritdoc />
    public ValueTask<CatalogOutcome> CloseWindowAsync(BoardId board, WindowName window) => new(ChangeAsync(
        board, () => home.CloseWindowAsync(board, window), () => new() { Kind = ChangeKind.Close, Rule = window.Rule, Key = window.Key }));

    /// <summary>Deletes a game with all that is in it: first its boards, each at its owner, then the game. When it is interrupted, some boards are gone and the game is not.</summary>
    public async ValueTask<CatalogOutcome> DeleteGameAsync(GameId game)
    {
        foreach (var board in home.FindGame(game)?.Boards ?? [])
        {
            if (await DeleteBoardAsync(new BoardId(game, board.Name)) == CatalogOutcome.Unavailable)
            {
                return CatalogOutcome.Unavailable;
            }
        }

        return await ToldAsync(home.DeleteGameAsync(game));
    }

    /// <inheritdoc />
    public ValueTask<bool> DeletePlayerAsync(GameId game, PlayerId player) => new(ToldAsync(home.DeletePlayerAsync(game, player)));

    /// <inheritdoc />
    public ValueTask<bool> PutRecordsAsync(IReadOnlyList<RecordRow> records) => new(ToldAsync(home.PutRecordsAsync(records)));

    private async Task<T> ToldAsync<T>(ValueTask<T> change)
    {
        var outcome = await change;
        await announcements.ToldAsync();
        return outcome;
    }

    private async Task<CatalogOutcome> ChangeAsync(BoardId board, Func<ValueTask<CatalogOutcome>> here, Func<ChangeCall> elsewhere)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await ToldAsync(here());
            }
            catch (BoardElsewhereException)
            {
                // Its owner does it.
            }

            var state = BoardState.Elsewhere;
            try
            {
                var reply = await grains.GetGrain<IBoardGrain>(home.NumberOf(board)).ChangeAsync(elsewhere());
                if (reply.State == BoardState.Served)
                {
                    return (CatalogOutcome)reply.Outcome;
                }

                state = reply.State;
            }
            catch (KeyNotFoundException)
            {
                state = BoardState.Gone;
            }
            catch (OrleansMessageRejectionException)
            {
                // It never arrived.
            }
            catch (Exception fault) when (fault is OrleansException or TimeoutException)
            {
                // Nobody knows. Saying it again does no harm, but is for the caller to decide.
                return CatalogOutcome.Unavailable;
            }

            if (state == BoardState.Gone)
            {
                return CatalogOutcome.NotFound;
            }

            if (time.GetElapsedTime(start) >= settings.CallDeadline)
            {
                return CatalogOutcome.Unavailable;
            }

            await Task.Delay(ChangePause, time);
        }
    }

    /// <summary>Brings boards that are stored otherwise to what is declared, at their owners.</summary>
    private async Task DeclareAsync()
    {
        foreach (var (game, board) in home.Differing)
        {
            try
            {
                while (await PutBoardAsync(game, board, rebuild: false) == CatalogOutcome.Unavailable)
                {
                    await Task.Delay(DeclaringPause, time, stop.Token);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}

using Jinbang.Boards.Committing;
using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;
using Jinbang.Ranking;

namespace Jinbang.Boards;

// A player is deleted by a note in the store: his id and profile go at once, and every owner of a board of his game erases the rest when he sees the note, or when he takes the board.

public sealed partial class LocalBoards
{
    private long erasedThrough;

    /// <summary>Whether a board that is served here has yet to erase somebody.</summary>
    private bool IsBehind() => catalog.Served.Any(static board => board.ErasedThrough < board.Game.LastErasure);

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

using Jinbang.Boards.Committing;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Ranking;

namespace Jinbang.Boards;

// What other processes change: games, boards, records, profiles, players. It is read again when they say so, or when a renewal shows that something has changed; what is served here is changed
// here alone.

public sealed partial class LocalBoards
{
    private readonly SemaphoreSlim refreshing = new(1, 1);
    private readonly SemaphoreSlim refreshWanted = new(0, 1);

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
    /// <returns><c>default</c> when there is no such player, or he cannot be made now.</returns>
    /// <exception cref="StoreUnavailableException">Nobody can say whether there is such a player: the store is out of reach.</exception>
    public ValueTask<PlayerId> ResolveAsync(GameId game, ExternalId externalId, bool register)
    {
        if (!isReady)
        {
            return default;
        }

        var target = Find(game);
        return target.TryFind(externalId.Utf8, out var player) ? new(player) : new(ResolveAsync(target, externalId, register));
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
}

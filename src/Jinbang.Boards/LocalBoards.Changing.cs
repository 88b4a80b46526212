using Jinbang.Boards.Committing;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Boards;

// Games, boards and players are made, changed and deleted as errands of the committer: it does each alone, so none meets a submission half way.
//
// What a change of a board means: title, bounds, tie rule, writers, ledger and metadata hold from then on for what comes and for how the standings are read.
// A window rule that is new opens with the next submission; one that is changed keeps its open window, with the end it was opened with, and
// goes on by the new settings after it; one that is gone closes its open window. Order, columns and keep rule decide what the entries are: with
// entries there they can only be changed by a rebuild, which decides all submissions that the log still holds once more.

public sealed partial class LocalBoards
{
    /// <inheritdoc />
    public ValueTask<CatalogOutcome> PutGameAsync(GameDefinition game) => RunAsync(() =>
    {
        if (catalog.Find(game.Id) is { } known)
        {
            var before = known.Definition;
            if (before.Name == game.Name && (before.Origins ?? []).SequenceEqual(game.Origins ?? []) && before.Origins is null == game.Origins is null)
            {
                return CatalogOutcome.Unchanged;
            }

            Committer.Wait(store.PutGameAsync(game, CancellationToken.None));
            known.Change(game);
            catalog.Changed();
            RaiseShared();
            return CatalogOutcome.Changed;
        }

        if (catalog.Definitions.Count >= options.MostGames)
        {
            return CatalogOutcome.TooMany;
        }

        var number = Committer.Wait(store.PutGameAsync(game, CancellationToken.None));
        catalog.Set(catalog.Games.Append(NewGame(new StoredGame(number, game with { Boards = [] }, []))));
        RaiseShared();
        return CatalogOutcome.Added;
    });

    /// <inheritdoc />
    public ValueTask<CatalogOutcome> PutBoardAsync(GameId game, BoardDefinition board, bool rebuild) => RunAsync(catalog.Find(game)?.Find(board.Name), () =>
    {
        if (catalog.Find(game) is not { } target)
        {
            return CatalogOutcome.NotFound;
        }

        return target.Find(board.Name) is { } known ? ChangeBoard(known, board, rebuild) : AddBoard(target, board);
    });

    /// <inheritdoc />
    public ValueTask<CatalogOutcome> DeleteBoardAsync(BoardId board) => RunAsync(catalog.Find(board), () =>
    {
        if (catalog.Find(board) is not { } target)
        {
            return CatalogOutcome.NotFound;
        }

        Committer.Wait(store.DeleteBoardAsync(target.Number, CancellationToken.None));
        target.Game.Remove(target);
        catalog.Changed();
        RaiseShared();
        return CatalogOutcome.Removed;
    });

    /// <inheritdoc />
    public ValueTask<CatalogOutcome> DeleteGameAsync(GameId game) => RunAsync(() =>
    {
        if (catalog.Find(game) is not { } target)
        {
            return CatalogOutcome.NotFound;
        }

        Committer.Wait(store.DeleteGameAsync(target.Number, CancellationToken.None));
        target.Remove();
        catalog.Set(catalog.Games.Where(other => other != target));
        RaiseShared();
        return CatalogOutcome.Removed;
    });

    /// <inheritdoc />
    public ValueTask<CatalogOutcome> CloseWindowAsync(BoardId board, WindowName window) => RunAsync(catalog.Find(board), () =>
    {
        var now = closer.Read().Now;
        if (catalog.Find(board)?.FindNamed(window, now) is not { } open)
        {
            return CatalogOutcome.NotFound;
        }

        closer.Close([(catalog.Find(board)!, open)], now);
        return CatalogOutcome.Removed;
    });

    /// <inheritdoc />
    public ValueTask<ProfileOutcome> DeleteProfileAsync(GameId game, PlayerId player) => RunAsync(() =>
    {
        if (catalog.Find(game) is not { } target || !target.Has(player))
        {
            return ProfileOutcome.Changed;
        }

        var commit = Committer.Wait(store.DeleteProfileAsync(target.Number, player, CancellationToken.None));
        profiles.Forget(target.Number, player);
        foreach (var board in target.Boards)
        {
            board.ProfileChanged(player, commit);
        }

        RaiseProfile(target, player);
        return ProfileOutcome.Changed;
    });

    /// <inheritdoc />
    public ValueTask<bool> DeletePlayerAsync(GameId game, PlayerId player) => shared is not null ? new(EraseEverywhereAsync(game, player)) : RunAsync(() =>
    {
        if (catalog.Find(game) is not { } target || !target.Has(player))
        {
            return true;
        }

        var externalId = Committer.Wait(store.ReadExternalIdsAsync(target.Number, [player], CancellationToken.None))[0];
        var windows = target.Boards.SelectMany(static board => board.OpenWindows).Select(static window => window.Stored.Number).ToList();
        var commit = Committer.Wait(store.EraseAsync(target.Number, [player], windows, CancellationToken.None));
        target.Erase(externalId.Utf8, player);
        profiles.Forget(target.Number, player);
        foreach (var board in target.Boards)
        {
            board.Remove(player, commit);
        }

        return true;
    });

    private ValueTask<T> RunAsync<T>(Func<T> run) => RunAsync(null, run);

    /// <summary>Runs an errand about a board, which must be served here by then.</summary>
    private ValueTask<T> RunAsync<T>(Board? board, Func<T> run)
    {
        var errand = new Errand<T>(run, board);
        return isReady && committer.TryAdd(errand) ? errand.Task : new ValueTask<T>(default(T)!);
    }

    private CatalogOutcome AddBoard(Game game, BoardDefinition definition)
    {
        if (game.Boards.Count >= options.MostBoards)
        {
            return CatalogOutcome.TooMany;
        }

        var before = Committer.Wait(store.ReadVersionAsync(CancellationToken.None));
        var number = Committer.Wait(store.PutBoardAsync(game.Number, definition, CancellationToken.None));
        var board = new Board(game, new StoredBoard(number, definition, 0, []), store);
        if (shared is null)
        {
            board.Begin(before);
        }

        game.Add(board);
        Changed(board);
        return CatalogOutcome.Added;
    }

    private CatalogOutcome ChangeBoard(Board board, BoardDefinition definition, bool rebuild)
    {
        var before = board.Definition;
        if (DefinitionJson.AreEqual(before, definition))
        {
            return CatalogOutcome.Unchanged;
        }

        if (Conflicts(before, definition))
        {
            return CatalogOutcome.Conflict;
        }

        if (DecidesOtherwise(before, definition))
        {
            if (board.HasEntries && !rebuild)
            {
                return CatalogOutcome.NeedsRebuild;
            }

            new Rebuild(store).Run(board, definition);
        }
        else
        {
            // Read first: once the change is stored nothing may fail any more.
            var commit = Committer.Wait(store.ReadVersionAsync(CancellationToken.None));
            Committer.Wait(store.PutBoardAsync(board.Game.Number, definition, CancellationToken.None));
            board.Change(definition, commit + 1);
        }

        Changed(board);
        return CatalogOutcome.Changed;
    }

    /// <summary>Takes note of a change that is stored. A window that the store cannot open now is opened with the first submission.</summary>
    private void Changed(Board board)
    {
        catalog.Changed();
        RaiseShared();
        if (!board.IsServed)
        {
            // It was just made, and somebody has yet to take it.
            return;
        }

        closer.Look();
        try
        {
            OpenAllTime(board);
        }
        catch (StoreUnavailableException trouble)
        {
            StoreTroubled?.Invoke(trouble);
        }
    }

    /// <summary>Whether stored values would mean something else: a scale of other decimals, or a rule of the same name and another kind.</summary>
    private static bool Conflicts(BoardDefinition before, BoardDefinition after) =>
        before.Columns.Zip(after.Columns).Any(static pair => pair.First.Decimals != pair.Second.Decimals)
        || after.Windows.Any(rule => before.Windows.Any(other => other.Name == rule.Name && other.Kind != rule.Kind));

    /// <summary>Whether submissions would have been decided otherwise.</summary>
    private static bool DecidesOtherwise(BoardDefinition before, BoardDefinition after) => before.Keep != after.Keep || before.Order != after.Order;

    /// <summary>Opens the windows without a beginning, which are there from the start.</summary>
    private void OpenAllTime(Board board)
    {
        var openings = new List<WindowOpening>();
        board.CollectOpenings(time.GetUtcNow(), seasonsOnly: false, openings);
        openings.RemoveAll(static window => window.Kind != WindowKind.AllTime);
        closer.Open(openings, [.. openings.Select(_ => board)]);
    }

    /// <summary>Brings the store to what is declared, before it is read. A shared store gets only what is missing: boards that are there belong to others.</summary>
    private async Task DeclareAsync(CancellationToken cancellationToken)
    {
        var contents = await store.LoadAsync(cancellationToken);
        foreach (var game in declared)
        {
            var known = contents.Games.FirstOrDefault(other => other.Definition.Id == game.Id);
            var number = known is not null && known.Definition.Name == game.Name && DefinitionJson.WriteOrigins(known.Definition.Origins) == DefinitionJson.WriteOrigins(game.Origins)
                ? known.Number
                : await store.PutGameAsync(game, cancellationToken);
            foreach (var board in game.Boards)
            {
                var before = known?.Boards.FirstOrDefault(other => other.Definition.Name == board.Name)?.Definition;
                if (before is not null && DefinitionJson.AreEqual(before, board))
                {
                    continue;
                }

                if (before is not null && (Conflicts(before, board) || DecidesOtherwise(before, board)))
                {
                    throw new StoreOpenException(
                        $"Board {game.Id}/{board.Name} was made with another order, keep rule, columns or kind of window than the configuration says. "
                        + "Take its old settings back into the configuration, or change it through the operator API with a rebuild first.");
                }

                if (before is null || shared is null)
                {
                    await store.PutBoardAsync(number, board, cancellationToken);
                }
                else
                {
                    differing.Add((game.Id, board));
                }
            }
        }
    }
}

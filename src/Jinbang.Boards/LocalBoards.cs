using System.Collections.Frozen;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Ranking;

namespace Jinbang.Boards;

/// <summary>All boards in this process, over one store.</summary>
public sealed class LocalBoards(IScoreStore store, IReadOnlyList<GameDefinition> definitions, TimeProvider time, LocalBoardsOptions options) : IBoards
{
    private readonly CancellationTokenSource stopLoading = new();
    private readonly Lock starting = new();
    private Committer? committer;
    private FrozenDictionary<GameId, Game> games = FrozenDictionary<GameId, Game>.Empty;
    private FrozenDictionary<BoardId, Board> boards = FrozenDictionary<BoardId, Board>.Empty;
    private volatile bool isReady;

    /// <inheritdoc />
    public bool IsReady => isReady;

    /// <summary>Raised whenever the store could not do something and callers were told to try again. Handlers must be quick and not throw.</summary>
    public event Action<StoreUnavailableException>? StoreTroubled;

    /// <summary>
    /// Reads everything from the store; the boards are ready when the task completes. Then ends only by <see cref="StopAsync"/>, or by a fault
    /// after which the process must stop: see <see cref="Ended"/>.
    /// </summary>
    public async Task LoadAsync()
    {
        var loaded = new List<Game>();
        foreach (var definition in definitions)
        {
            loaded.Add(new Game(definition, await store.OpenGameAsync(definition, stopLoading.Token), store));
        }

        foreach (var game in loaded)
        {
            var players = Task.Run(async () => await store.LoadPlayersAsync(game.Number, game.Players.Add, stopLoading.Token));
            foreach (var board in game.Boards)
            {
                await Task.Run(() => board.LoadAsync(stopLoading.Token));
            }

            await players;
        }

        games = loaded.ToFrozenDictionary(static game => game.Definition.Id);
        boards = loaded.SelectMany(static game => game.Boards).ToFrozenDictionary(static board => new BoardId(board.Game.Definition.Id, board.Definition.Name));
        lock (starting)
        {
            stopLoading.Token.ThrowIfCancellationRequested();
            committer = new Committer(store, time, options, trouble => StoreTroubled?.Invoke(trouble));
            isReady = true;
        }
    }

    /// <summary>Ends when the committer has: normally after <see cref="StopAsync"/>, or with the fault that forbids going on. Valid once ready.</summary>
    public Task Ended => committer?.Ended ?? throw new InvalidOperationException("The boards are not loaded.");

    /// <summary>Takes no more submissions, commits and answers those that wait. The store stays open.</summary>
    public async Task StopAsync()
    {
        await stopLoading.CancelAsync();
        Committer? started;
        lock (starting)
        {
            started = committer;
        }

        if (started is not null)
        {
            await started.StopAsync();
        }
    }

    /// <inheritdoc />
    public ValueTask<SubmitOutcome> SubmitAsync(BoardId board, ReadOnlySpan<byte> externalId, Score score)
    {
        if (!isReady)
        {
            return default;
        }

        var target = boards[board];
        if (!target.Accepts(score))
        {
            return new ValueTask<SubmitOutcome>(new SubmitOutcome(SubmitResult.OutOfBounds, default));
        }

        if (!target.Game.Players.TryFind(externalId, out var player))
        {
            return committer!.SubmitAsync(new() { Game = target.Game, Board = target, Score = score, Newcomer = ExternalId.Copy(externalId) });
        }

        // What does not count against the durable state never will: it needs no writer.
        if (target.Decide(player, score, pending: null) == SubmitResult.NotBetter && target.Find(player) is { } standing)
        {
            return new ValueTask<SubmitOutcome>(new SubmitOutcome(SubmitResult.NotBetter, standing));
        }

        return committer!.SubmitAsync(new() { Game = target.Game, Board = target, Score = score, Player = player });
    }

    /// <inheritdoc />
    public ValueTask<ProfileOutcome> ChangeProfileAsync(GameId game, ReadOnlySpan<byte> externalId, ProfileChange change)
    {
        if (!isReady)
        {
            return default;
        }

        var target = games[game];
        var isKnown = target.Players.TryFind(externalId, out var player);
        return committer!.ChangeProfileAsync(
            new() { Game = target, Change = change, Player = player, Newcomer = isKnown ? default : ExternalId.Copy(externalId) });
    }

    /// <inheritdoc />
    public ValueTask<Score?> ScoreAsync(BoardId board, ReadOnlySpan<byte> externalId)
    {
        var target = Ready(board);
        return new(target.Game.Players.TryFind(externalId, out var player) ? target.ScoreOf(player) : null);
    }

    /// <inheritdoc />
    public ValueTask<Standing?> FindAsync(BoardId board, ReadOnlySpan<byte> externalId)
    {
        var target = Ready(board);
        return new(target.Game.Players.TryFind(externalId, out var player) ? target.Find(player) : null);
    }

    /// <inheritdoc />
    public ValueTask<BoardHead> HeadAsync(BoardId board, CancellationToken cancellationToken) => Ready(board).HeadAsync(cancellationToken);

    private Board Ready(BoardId board) =>
        isReady ? boards[board] : throw new InvalidOperationException("The boards are not loaded: ask IsReady before reading.");
}

/// <summary>The bounds of <see cref="LocalBoards"/>.</summary>
/// <param name="MostWaiting">How many writing calls may wait; more are answered "unavailable" at once.</param>
/// <param name="MostPerCommit">How many writing calls one transaction takes at the most.</param>
public sealed record LocalBoardsOptions(int MostWaiting = 16_384, int MostPerCommit = 1_024);

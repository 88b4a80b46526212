using Jinbang.Boards.Committing;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Rankings;
using Jinbang.Boards.Sharing;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Boards;

/// <summary>All boards in this process, over one store.</summary>
public sealed partial class LocalBoards : IBoards, IDisposable
{
    private readonly IScoreStore store;
    private readonly IReadOnlyList<GameDefinition> declared;
    private readonly TimeProvider time;
    private readonly LocalBoardsOptions options;
    private readonly Catalog catalog = new();
    private readonly ProfileCache profiles;
    private readonly PastWindows past;
    private readonly Closer closer;
    private readonly Committer committer;
    private readonly ISharedStore? shared;
    private readonly Lease lease;
    private readonly CancellationTokenSource stopLoading = new();
    private readonly Lock starting = new();
    private ReadOnlyMemory<byte> secret;
    private bool isStarted;
    private volatile bool isReady;

    /// <param name="store">Where everything rests. It stays open when the boards stop.</param>
    /// <param name="declared">Games that are to be there, with the boards named; others of the store stay.</param>
    /// <param name="time">The clock of windows and of the log.</param>
    /// <param name="options">Bounds.</param>
    public LocalBoards(IScoreStore store, IReadOnlyList<GameDefinition> declared, TimeProvider time, LocalBoardsOptions options)
    {
        this.store = store;
        this.declared = declared;
        this.time = time;
        this.options = options;
        profiles = new ProfileCache(store, options.CachedProfiles);
        past = new PastWindows(store, options.Sealing, (what, fault) => FileTroubled?.Invoke(what, fault));
        shared = options.Sharing is null ? null : (ISharedStore)store;
        lease = options.Sharing is { UnsafeWithoutLease: false } sharing ? Lease.Of(time, sharing.Lease) : Lease.Endless;
        var doubt = new Doubt(store);
        closer = new Closer(
            store, new WindowClock(time, options.ClockTolerance, options.ClockPatience), catalog, past, doubt, RaiseEvents, why => ClosesHeld?.Invoke(why));
        var turns = new Turns(store, closer, profiles, doubt, lease, RaiseEvents, RaiseProfile);
        committer = new Committer(store, turns, closer, doubt, options, trouble => StoreTroubled?.Invoke(trouble), boards => Lose(boards));
    }

    /// <inheritdoc />
    public bool IsReady => isReady;

    /// <inheritdoc />
    public ReadOnlyMemory<byte> Secret => secret;

    /// <inheritdoc />
    public string? HeldCloses => closer.Held;

    /// <inheritdoc />
    public IReadOnlyList<GameDefinition> Games => isReady ? catalog.Definitions : [];

    /// <inheritdoc />
    public long CatalogVersion => isReady ? catalog.Version : 0;

    /// <inheritdoc />
    public event Action? EventsAdded;

    /// <summary>Raised whenever the store could not do something and callers were told to try again. Handlers must be quick and not throw.</summary>
    public event Action<StoreUnavailableException>? StoreTroubled;

    /// <summary>Raised when a closed window's file could not be written or is made again. Handlers must be quick and not throw.</summary>
    public event Action<string, Exception>? FileTroubled;

    /// <summary>Raised when the clock jumped and windows stop closing; see <see cref="HeldCloses"/>. Handlers must be quick and not throw.</summary>
    public event Action<string>? ClosesHeld;

    /// <summary>Ends when the committer has: normally after <see cref="StopAsync"/>, or with the fault that forbids going on. Valid once ready.</summary>
    public Task Ended => !isStarted ? throw new InvalidOperationException("The boards are not loaded.")
        : shared is null ? committer.Ended
        : Task.WhenAny(committer.Ended, expelled.Task).Unwrap();

    /// <summary>
    /// Reads everything from the store and brings it to what is declared; the boards are ready when the task completes. Then ends only by
    /// <see cref="StopAsync"/>, or by a fault after which the process must stop: see <see cref="Ended"/>.
    /// </summary>
    /// <exception cref="StoreOpenException">What is declared does not fit what is stored; the message says what and what to do.</exception>
    public async Task LoadAsync()
    {
        var cancellationToken = stopLoading.Token;
        if (shared is not null)
        {
            await JoinAsync(cancellationToken);
            return;
        }

        await DeclareAsync(cancellationToken);
        var contents = await store.LoadAsync(cancellationToken);
        secret = contents.Secret;
        var games = contents.Games.Select(NewGame).ToList();
        foreach (var game in games)
        {
            var players = Beside(() => LoadPlayersAsync(game, cancellationToken));
            foreach (var board in game.Boards)
            {
                await Beside(() => board.LoadAsync(cancellationToken));
            }

            await players;
        }

        catalog.Set(games);
        foreach (var board in catalog.Boards)
        {
            OpenAllTime(board);
        }

        Start(cancellationToken);
    }

    private void Start(CancellationToken cancellationToken)
    {
        lock (starting)
        {
            cancellationToken.ThrowIfCancellationRequested();
            isStarted = true;
            committer.Start();
            isReady = true;
        }
    }

    /// <summary>Takes no more submissions, commits and answers those that wait, and finishes the files of closed windows. The store stays open.</summary>
    public async Task StopAsync()
    {
        await stopLoading.CancelAsync();
        bool started;
        lock (starting)
        {
            started = isStarted;
        }

        if (started)
        {
            await committer.StopAsync();
            await past.Sealing;
        }

        if (shared is not null)
        {
            await LeaveAsync();
        }
    }

    /// <summary>Lets a committer that is stepped do one turn; see <see cref="LocalBoardsOptions.IsStepped"/>.</summary>
    /// <returns>False when it has ended, see <see cref="Ended"/>.</returns>
    internal bool Step() => committer.Step();

    /// <inheritdoc />
    public void Dispose()
    {
        past.Dispose();
        stopLoading.Dispose();
    }

    /// <inheritdoc />
    public GameDefinition? FindGame(GameId game) => catalog.Find(game)?.Definition;

    /// <inheritdoc />
    public BoardDefinition? FindBoard(BoardId board) => catalog.Find(board)?.Definition;

    /// <inheritdoc />
    public PublicId PublicIdOf(GameId game, PlayerId player) => Find(game).PublicIds.Of(player);

    /// <inheritdoc />
    public bool TryFindPlayer(GameId game, PublicId id, out PlayerId player)
    {
        var found = Find(game);
        return found.PublicIds.TryRead(id, out player) && found.Has(player);
    }

    /// <summary>Whose external id it is, if he is known.</summary>
    public bool TryFindPlayer(GameId game, ReadOnlySpan<byte> externalId, out PlayerId player) => Find(game).TryFind(externalId, out player);

    /// <inheritdoc />
    public bool HasPlayer(GameId game, PlayerId player) => catalog.Find(game)?.Has(player) ?? false;

    /// <inheritdoc />
    public ValueTask<SubmitOutcome> SubmitAsync(BoardId board, ReadOnlySpan<byte> externalId, Score score)
    {
        if (!isReady)
        {
            return default;
        }

        var target = FindServed(board);
        if (!target.Game.TryFind(externalId, out var player))
        {
            return SubmitAsync(new() { Board = target, Request = new SubmissionRequest { Scores = score }, Newcomer = ExternalId.Copy(externalId) });
        }

        return SubmitAsync(target, player, score);
    }

    /// <summary>Submits a score of the classic API for a player who is known by now.</summary>
    public ValueTask<SubmitOutcome> SubmitAsync(BoardId board, PlayerId player, Score score) => isReady ? SubmitAsync(FindServed(board), player, score) : default;

    /// <inheritdoc />
    public ValueTask<SubmitOutcome> SubmitAsync(BoardId board, SubmissionRequest submission)
    {
        if (!isReady)
        {
            return default;
        }

        var target = FindServed(board);
        var player = submission.Player;
        return player.IsSome || target.Game.TryFind(submission.ExternalId.Utf8, out player)
            ? SubmitAsync(new() { Board = target, Request = submission, Player = player, WantsReceipt = true })
            : SubmitAsync(new() { Board = target, Request = submission, Newcomer = submission.ExternalId, WantsReceipt = true });
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<PlayerId>?> RegisterAsync(GameId game, IReadOnlyList<ExternalId> players)
    {
        if (!isReady)
        {
            return null;
        }

        var target = Find(game);
        var waiting = new ValueTask<PlayerId>[players.Count];
        for (var i = 0; i < waiting.Length; i++)
        {
            if (target.TryFind(players[i].Utf8, out var known))
            {
                waiting[i] = new(known);
                continue;
            }

            var registration = new Registration { Game = target, Newcomer = players[i] };
            waiting[i] = committer.TryAdd(registration) ? registration.Task : default;
        }

        var numbers = new PlayerId[waiting.Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = await waiting[i];
        }

        return numbers.All(static number => number.IsSome) ? numbers : null;
    }

    /// <inheritdoc />
    public ValueTask<ProfileOutcome> ChangeProfileAsync(GameId game, ReadOnlySpan<byte> externalId, ProfileChange change)
    {
        if (!isReady)
        {
            return default;
        }

        var target = Find(game);
        return target.TryFind(externalId, out var player)
            ? ChangeProfileAsync(new() { Game = target, Change = change, Player = player })
            : ChangeProfileAsync(new() { Game = target, Change = change, Newcomer = ExternalId.Copy(externalId) });
    }

    /// <inheritdoc />
    public ValueTask<ProfileOutcome> ChangeProfileAsync(GameId game, PlayerId player, ProfileChange change) =>
        isReady ? ChangeProfileAsync(new() { Game = Find(game), Change = change, Player = player }) : default;

    /// <inheritdoc />
    public ValueTask<bool> PutRecordsAsync(IReadOnlyList<RecordRow> records)
    {
        var put = new RecordPut { Rows = records };
        return !isReady || !committer.TryAdd(put) ? default : shared is null ? put.Task : AnnounceAsync(put.Task);
    }

    /// <summary>Begins something on a thread of its own, unless everything is to happen on the caller's.</summary>
    private Task Beside(Func<Task> begin) => options.IsStepped ? begin() : Task.Run(begin, stopLoading.Token);

    private ValueTask<SubmitOutcome> SubmitAsync(Board target, PlayerId player, Score score) =>
        target.IsHopeless(player, score) && IsCurrent(target)
            ? new ValueTask<SubmitOutcome>(new SubmitOutcome(target.Definition.Accepts(score) ? SubmitResult.NotBetter : SubmitResult.OutOfBounds))
            : SubmitAsync(new() { Board = target, Request = new SubmissionRequest { Scores = score }, Player = player });

    private ValueTask<SubmitOutcome> SubmitAsync(Submission submission) => committer.TryAdd(submission) ? submission.Task : default;

    private ValueTask<ProfileOutcome> ChangeProfileAsync(ProfilePost post) => committer.TryAdd(post) ? post.Task : default;

    private Game Find(GameId game) => Ready(game) ?? throw new KeyNotFoundException($"There is no game {game}.");

    private Board Find(BoardId board) => Ready(board.Game)?.Find(board.Board) ?? throw new KeyNotFoundException($"There is no board {board}.");

    private Game? Ready(GameId game) =>
        isReady ? catalog.Find(game) : throw new InvalidOperationException("The boards are not loaded: ask IsReady before reading.");

    /// <summary>A game of which, where the store is shared, no windows are in memory: they are read when a board is taken.</summary>
    private Game NewGame(StoredGame game) => shared is null
        ? new(game, secret.Span, store, isShared: false)
        : new(game with { Boards = [.. game.Boards.Select(static board => board with { Windows = [] })] }, secret.Span, store, isShared: true);

    private void RaiseEvents() => EventsAdded?.Invoke();

    private async Task LoadPlayersAsync(Game game, CancellationToken cancellationToken)
    {
        if (shared is not null)
        {
            // Numbers that nobody has any more are known by the erasures.
            await store.LoadPlayersAsync(game.Number, game.Add, cancellationToken);
            return;
        }

        var last = await store.ReadLastPlayerAsync(game.Number, cancellationToken);
        var isThere = new System.Collections.BitArray(last + 1);
        await store.LoadPlayersAsync(
            game.Number,
            (id, player) =>
            {
                game.Add(id, player);
                isThere[player.Number] = true;
            },
            cancellationToken);
        var gone = new HashSet<int>();
        for (var number = 1; number <= last; number++)
        {
            if (!isThere[number])
            {
                gone.Add(number);
            }
        }

        game.Loaded(last, gone);
    }
}

/// <summary>The bounds of <see cref="LocalBoards"/>.</summary>
public sealed record LocalBoardsOptions
{
    /// <summary>How many writing calls may wait; more are answered "unavailable" at once.</summary>
    public int MostWaiting { get; init; } = 16_384;

    /// <summary>How many writing calls one transaction takes at the most.</summary>
    public int MostPerCommit { get; init; } = 1_024;

    /// <summary>How many profiles are kept at hand; up to twice as many may be.</summary>
    public int CachedProfiles { get; init; } = 65_536;

    /// <summary>How many games there may be.</summary>
    public int MostGames { get; init; } = 10_000;

    /// <summary>How many boards a game may have.</summary>
    public int MostBoards { get; init; } = 10_000;

    /// <summary>How the store is shared with other processes, whose store must be an <see cref="ISharedStore"/>; null when it is this process's alone.</summary>
    public SharingOptions? Sharing { get; init; }

    /// <summary>How closed windows are kept.</summary>
    public SealingOptions Sealing { get; init; } = SealingOptions.None;

    /// <summary>By how much the wall clock may differ from the monotonic one before windows stop closing.</summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a clock that jumped must be steady to be trusted again.</summary>
    public TimeSpan ClockPatience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether the committer has no thread and does a turn only when <see cref="LocalBoards.Step"/> is called, everything on the caller's thread: for tests.</summary>
    internal bool IsStepped { get; init; }
}

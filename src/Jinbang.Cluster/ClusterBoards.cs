using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Rankings;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Cluster.Calls;
using Jinbang.Cluster.Members;
using Jinbang.Cluster.Remote;
using Jinbang.Ranking;

namespace Jinbang.Cluster;

// Every server of a cluster answers every call. What is about games, players, profiles, records and events it does itself, over the shared store. A call about a board
// it does itself if it serves the board at this moment, and otherwise sends to the board's grain, which lives where the board is served.
//
//   caller -> ClusterBoards -> LocalBoards (served here)
//                          \-> RemoteBoard: lanes that put waiting calls together -> BoardGrain, elsewhere -> LocalBoards there
//
// Who may write and who may answer is not decided here but by the store's epochs and leases (see ISharedStore): this only finds the way. A wrong way costs time, never
// a wrong answer: whoever does not serve the board has done nothing and says so.
//
// Players are resolved here: an id that the game gave becomes a number before the call is sent on, so that credentials do not travel.

/// <summary>The boards of all servers of a cluster.</summary>
public sealed partial class ClusterBoards : IBoards, IAsyncDisposable
{
    private readonly LocalBoards home;
    private readonly RemoteBoards remote;
    private readonly Announcements announcements;
    private readonly EventSignal events;
    private readonly Steward steward;
    private readonly IGrainFactory grains;
    private readonly ClusterSettings settings;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource stop = new();
    private Task declaring = Task.CompletedTask;
    private volatile bool isStarted;

    internal ClusterBoards(
        LocalBoards home, RemoteBoards remote, Announcements announcements, EventSignal events, Steward steward, IGrainFactory grains, ClusterSettings settings, TimeProvider time)
    {
        this.home = home;
        this.remote = remote;
        this.announcements = announcements;
        this.events = events;
        this.steward = steward;
        this.grains = grains;
        this.settings = settings;
        this.time = time;
        home.EventsAdded += RaiseEvents;
        events.Raised += RaiseEvents;
    }

    /// <inheritdoc />
    public bool IsReady => isStarted && home.IsReady;

    /// <inheritdoc />
    public ReadOnlyMemory<byte> Secret => home.Secret;

    /// <inheritdoc />
    public string? HeldCloses => home.HeldCloses;

    /// <inheritdoc />
    public IReadOnlyList<GameDefinition> Games => home.Games;

    /// <inheritdoc />
    public long CatalogVersion => home.CatalogVersion;

    /// <inheritdoc />
    public bool TellsEvents => home.TellsEvents;

    /// <inheritdoc />
    public event Action? EventsAdded;

    /// <inheritdoc />
    public event Func<Task>? RecordsChanged
    {
        add => home.RecordsChanged += value;
        remove => home.RecordsChanged -= value;
    }

    /// <summary>Begins to answer and to look after boards. Once, when the silo runs and the boards of this process are loaded.</summary>
    public Task StartAsync()
    {
        remote.Start();
        steward.Start();
        isStarted = true;
        declaring = Task.Run(DeclareAsync);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Hands the boards of this process over to the others and goes on answering by asking them. The silo may stop when it completes, and then the boards of this process.
    /// </summary>
    public async Task LeaveAsync()
    {
        await stop.CancelAsync();
        await declaring;
        await steward.LeaveAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await declaring;
        home.EventsAdded -= RaiseEvents;
        events.Raised -= RaiseEvents;
        stop.Dispose();
    }

    /// <inheritdoc />
    public GameDefinition? FindGame(GameId game) => home.FindGame(game);

    /// <inheritdoc />
    public BoardDefinition? FindBoard(BoardId board) => home.FindBoard(board);

    /// <inheritdoc />
    public PublicId PublicIdOf(GameId game, PlayerId player) => home.PublicIdOf(game, player);

    /// <inheritdoc />
    public bool TryFindPlayer(GameId game, PublicId id, out PlayerId player) => home.TryFindPlayer(game, id, out player);

    /// <inheritdoc />
    public bool HasPlayer(GameId game, PlayerId player) => home.HasPlayer(game, player);

    /// <inheritdoc />
    public ValueTask<SubmitOutcome> SubmitAsync(BoardId board, ReadOnlySpan<byte> externalId, Score score)
    {
        if (!IsReady)
        {
            return default;
        }

        var id = ExternalId.Copy(externalId);
        return TryHomeAsync(
            board,
            (home, board, id, score),
            static call => call.home.SubmitAsync(call.board, call.id.Utf8, call.score),
            () => SubmitElsewhereAsync(board, id, static (player, score) => new SubmitCall { Player = player.Number, Scores = Wire.Write(score), IsClassic = true }, score));
    }

    /// <inheritdoc />
    public ValueTask<SubmitOutcome> SubmitAsync(BoardId board, SubmissionRequest submission)
    {
        if (!IsReady)
        {
            return default;
        }

        return TryHomeAsync(
            board,
            (home, board, submission),
            static call => call.home.SubmitAsync(call.board, call.submission),
            () => submission.Player.IsSome
                ? remote.Of(board).SubmitAsync(Wire.Write(submission, submission.Player))
                : SubmitElsewhereAsync(board, submission.ExternalId, static (player, submission) => Wire.Write(submission, player), submission));
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<PlayerId>?> RegisterAsync(GameId game, IReadOnlyList<ExternalId> players) => home.RegisterAsync(game, players);

    /// <inheritdoc />
    public ValueTask<ProfileOutcome> ChangeProfileAsync(GameId game, ReadOnlySpan<byte> externalId, ProfileChange change) =>
        home.ChangeProfileAsync(game, externalId, change);

    /// <inheritdoc />
    public ValueTask<ProfileOutcome> ChangeProfileAsync(GameId game, PlayerId player, ProfileChange change) => home.ChangeProfileAsync(game, player, change);

    /// <inheritdoc />
    public ValueTask<ProfileOutcome> DeleteProfileAsync(GameId game, PlayerId player) => home.DeleteProfileAsync(game, player);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Profile?>> ReadProfilesAsync(GameId game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken) =>
        home.ReadProfilesAsync(game, players, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<ExternalId>> ReadExternalIdsAsync(GameId game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken) =>
        home.ReadExternalIdsAsync(game, players, cancellationToken);

    /// <inheritdoc />
    public async ValueTask<PlayerExport?> ExportAsync(GameId game, PlayerId player, CancellationToken cancellationToken)
    {
        if (await home.ExportAsync(game, player, cancellationToken) is not { } export)
        {
            return null;
        }

        var entries = new List<ExportedEntry>();
        foreach (var definition in home.FindGame(game)?.Boards ?? [])
        {
            var board = new BoardId(game, definition.Name);
            entries.AddRange(await TryHomeAsync(
                board,
                (home, board, player, cancellationToken),
                static call => call.home.ExportEntriesAsync(call.board, call.player, call.cancellationToken),
                async () => Wire.ReadEntries(await AskAsync(board, new() { Kind = ReadKind.Entries, Player = player.Number }, cancellationToken))));
        }

        return export with { Entries = entries };
    }

    /// <inheritdoc />
    public ValueTask<Score?> ScoreAsync(BoardId board, ReadOnlySpan<byte> externalId)
    {
        var id = ExternalId.Copy(externalId);
        return TryHomeAsync(board, (home, board, id), static call => call.home.ScoreAsync(call.board, call.id.Utf8), async () =>
        {
            var player = await home.ResolveAsync(board.Game, id, register: false);
            return player.IsSome && (await AskAsync(board, new() { Kind = ReadKind.Score, Player = player.Number }, CancellationToken.None)).Score is { } score
                ? new Score(score)
                : default(Score?);
        });
    }

    /// <inheritdoc />
    public ValueTask<BoardHead> HeadAsync(BoardId board, CancellationToken cancellationToken)
    {
        if (home.IsServing(board))
        {
            return TryHomeAsync(
                board,
                (home, board, cancellationToken),
                static call => call.home.HeadAsync(call.board, call.cancellationToken),
                async () => (await remote.Of(board).HeadAsync()).Head);
        }

        var head = remote.Of(board).HeadAsync();
        return head.IsCompletedSuccessfully ? new(head.Result.Head) : new(WaitAsync(head.AsTask(), static got => got.Head, cancellationToken));
    }

    /// <inheritdoc />
    public ValueTask<long> VersionAsync(BoardId board)
    {
        try
        {
            if (home.IsServing(board))
            {
                return new(home.VersionOf(board));
            }
        }
        catch (BoardElsewhereException)
        {
            // Lost this moment.
        }

        var head = remote.Of(board).HeadAsync();
        return head.IsCompletedSuccessfully ? new(head.Result.Version) : new(WaitAsync(head.AsTask(), static got => got.Version, CancellationToken.None));
    }

    /// <inheritdoc />
    public ValueTask<StandingsPage?> ReadAsync(BoardId board, WindowName window, StandingsQuery query, CancellationToken cancellationToken) => TryHomeAsync(
        board,
        (home, board, window, query, cancellationToken),
        static call => call.home.ReadAsync(call.board, call.window, call.query, call.cancellationToken),
        async () => Wire.ReadPage(await AskAsync(board, Wire.Write(window, query), cancellationToken)));

    /// <inheritdoc />
    public ValueTask<Answer?> AskAsync(BoardId board, WindowName window, Question question, CancellationToken cancellationToken) => TryHomeAsync(
        board,
        (home, board, window, question, cancellationToken),
        static call => call.home.AskAsync(call.board, call.window, call.question, call.cancellationToken),
        async () => Wire.ReadAnswer(await AskAsync(board, Wire.Write(window, question), cancellationToken)));

    /// <inheritdoc />
    public ValueTask<(IReadOnlyList<WindowInfo> Windows, int Next)> ReadWindowsAsync(BoardId board, string? rule, int cursor, int limit, CancellationToken cancellationToken) =>
        TryHomeAsync(
            board,
            (home, board, rule, cursor, limit, cancellationToken),
            static call => call.home.ReadWindowsAsync(call.board, call.rule, call.cursor, call.limit, call.cancellationToken),
            async () => Wire.ReadWindows(await AskAsync(board, new() { Kind = ReadKind.Windows, Rule = rule, Mark = cursor, Limit = limit }, cancellationToken)));

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<HistoryLine>> ReadHistoryAsync(BoardId board, PlayerId player, long before, int limit, CancellationToken cancellationToken) =>
        TryHomeAsync(
            board,
            (home, board, player, before, limit, cancellationToken),
            static call => call.home.ReadHistoryAsync(call.board, call.player, call.before, call.limit, call.cancellationToken),
            async () => Wire.ReadHistory(
                await AskAsync(board, new() { Kind = ReadKind.History, Player = player.Number, Mark = before, Limit = limit }, cancellationToken)));

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<StoredEvent>> ReadEventsAsync(GameId game, long after, int limit, CancellationToken cancellationToken) =>
        home.ReadEventsAsync(game, after, limit, cancellationToken);

    /// <inheritdoc />
    public void WantEvents(GameId game, IReadOnlySet<string> types) => home.WantEvents(game, types);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<RecordRow>> ReadRecordsAsync(string kind, CancellationToken cancellationToken) => home.ReadRecordsAsync(kind, cancellationToken);

    private void RaiseEvents() => EventsAdded?.Invoke();

    private static async Task<TTo> WaitAsync<TFrom, TTo>(Task<TFrom> task, Func<TFrom, TTo> pick, CancellationToken cancellationToken) =>
        pick(await task.WaitAsync(cancellationToken));

    private Task<ReadReply> AskAsync(BoardId board, ReadCall call, CancellationToken cancellationToken) => remote.Of(board).AskAsync(call).WaitAsync(cancellationToken);

    /// <summary>Does it here if the board is served here, and elsewhere if it is not or was lost meanwhile: then nothing was done here.</summary>
    private ValueTask<T> TryHomeAsync<TCall, T>(BoardId board, TCall call, Func<TCall, ValueTask<T>> here, Func<ValueTask<T>> elsewhere)
    {
        try
        {
            return home.IsServing(board) ? Settle(here(call), elsewhere) : elsewhere();
        }
        catch (BoardElsewhereException)
        {
            return elsewhere();
        }
    }

    private static ValueTask<T> Settle<T>(ValueTask<T> here, Func<ValueTask<T>> elsewhere) =>
        here.IsCompletedSuccessfully ? here : new(SettleAsync(here, elsewhere));

    private static async Task<T> SettleAsync<T>(ValueTask<T> here, Func<ValueTask<T>> elsewhere)
    {
        try
        {
            return await here;
        }
        catch (BoardElsewhereException)
        {
            return await elsewhere();
        }
    }

    private async ValueTask<SubmitOutcome> SubmitElsewhereAsync<T>(BoardId board, ExternalId id, Func<PlayerId, T, SubmitCall> write, T what)
    {
        var player = await home.ResolveAsync(board.Game, id, register: true);
        return player.IsSome ? await remote.Of(board).SubmitAsync(write(player, what)) : default;
    }
}

using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Rankings;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Boards;

/// <summary>
/// Where boards live. Every call may be made from anywhere at any time. A writing call's task completes when its effect is durable and applied, so that
/// every read that begins afterwards shows it; a reading call never waits for a commit. Calls for games or boards that do not exist throw
/// <see cref="KeyNotFoundException"/>: who calls asks <see cref="FindGame"/> and <see cref="FindBoard"/> first, and a game that is deleted meanwhile is "not found" too.
/// Reading calls throw <see cref="StoreUnavailableException"/> when the board cannot be reached now.
/// </summary>
/// <remarks>External ids are given as valid UTF-8 (<see cref="ExternalId.IsValid"/>) and are copied where they must outlive the call.</remarks>
public interface IBoards
{
    /// <summary>Whether every board is complete. Until then writing calls answer "unavailable" and nothing may be read.</summary>
    bool IsReady { get; }

    /// <summary>32 secret bytes that belong to the store for ever, to sign tokens with. Once ready.</summary>
    ReadOnlyMemory<byte> Secret { get; }

    /// <summary>Why windows are not closing although their time has come; null when nothing is the matter. See <see cref="WindowClock"/>.</summary>
    string? HeldCloses { get; }

    /// <summary>All games, by id. Empty until ready.</summary>
    IReadOnlyList<GameDefinition> Games { get; }

    /// <summary>Grows whenever a game or a board was made, changed or deleted, so that who keeps something made of them knows.</summary>
    long CatalogVersion { get; }

    /// <summary>Raised after events were committed. Handlers must be quick and not throw.</summary>
    event Action? EventsAdded;

    /// <summary>
    /// Whether this process is the one that tells the outside of events. Where several share a store it is one of them at a time; may change at any moment, and
    /// <see cref="EventsAdded"/> is raised when it has become this one.
    /// </summary>
    bool TellsEvents { get; }

    /// <summary>
    /// Raised when others who share the store may have changed records. Who changed them may be waiting for what the handlers return. Handlers must not throw.
    /// </summary>
    event Func<Task>? RecordsChanged;

    /// <summary>The game, or null.</summary>
    GameDefinition? FindGame(GameId game);

    /// <summary>The board, or null.</summary>
    BoardDefinition? FindBoard(BoardId board);

    /// <summary>The player's public id.</summary>
    PublicId PublicIdOf(GameId game, PlayerId player);

    /// <summary>Whose public id it is, if he exists (any more).</summary>
    bool TryFindPlayer(GameId game, PublicId id, out PlayerId player);

    /// <summary>Whether there is such a player (any more): a token may name one who was deleted.</summary>
    bool HasPlayer(GameId game, PlayerId player);

    /// <summary>Makes a game or changes its name and origins; its boards are not looked at.</summary>
    ValueTask<CatalogOutcome> PutGameAsync(GameDefinition game);

    /// <summary>Makes a board or changes it. See <see cref="CatalogOutcome"/> for what it refuses.</summary>
    /// <param name="game">The game.</param>
    /// <param name="board">The definition, without <see cref="BoardDefinition.Faults"/>.</param>
    /// <param name="rebuild">Whether a change of order, columns or keep rule may make the open windows again from the log.</param>
    ValueTask<CatalogOutcome> PutBoardAsync(GameId game, BoardDefinition board, bool rebuild);

    /// <summary>Deletes a board with all that is in it.</summary>
    ValueTask<CatalogOutcome> DeleteBoardAsync(BoardId board);

    /// <summary>Deletes a game with all that is in it.</summary>
    ValueTask<CatalogOutcome> DeleteGameAsync(GameId game);

    /// <summary>Submits a score of the classic API. A first score registers the player.</summary>
    /// <param name="board">The board.</param>
    /// <param name="externalId">A valid external id.</param>
    /// <param name="score">The score.</param>
    /// <returns>What became of it, without a receipt.</returns>
    ValueTask<SubmitOutcome> SubmitAsync(BoardId board, ReadOnlySpan<byte> externalId, Score score);

    /// <summary>Submits with all that the v1 API can say.</summary>
    /// <returns>What became of it, with a receipt unless nothing was decided.</returns>
    ValueTask<SubmitOutcome> SubmitAsync(BoardId board, SubmissionRequest submission);

    /// <summary>Finds the players with these ids, and makes those that are new.</summary>
    /// <returns>Their numbers, index by index; null when the store is out of reach.</returns>
    ValueTask<IReadOnlyList<PlayerId>?> RegisterAsync(GameId game, IReadOnlyList<ExternalId> players);

    /// <summary>Changes what is posted of a player's profile. A first post registers the player.</summary>
    ValueTask<ProfileOutcome> ChangeProfileAsync(GameId game, ReadOnlySpan<byte> externalId, ProfileChange change);

    /// <summary>Changes what is posted of a player's profile.</summary>
    ValueTask<ProfileOutcome> ChangeProfileAsync(GameId game, PlayerId player, ProfileChange change);

    /// <summary>Removes a player's profile; his scores stay.</summary>
    ValueTask<ProfileOutcome> DeleteProfileAsync(GameId game, PlayerId player);

    /// <summary>Forgets a player: everything but anonymous lines in closed windows. His id, should it come again, is a new player's.</summary>
    /// <returns>False when the store is out of reach.</returns>
    ValueTask<bool> DeletePlayerAsync(GameId game, PlayerId player);

    /// <summary>The profiles of players, index by index; null where there is none.</summary>
    ValueTask<IReadOnlyList<Profile?>> ReadProfilesAsync(GameId game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken);

    /// <summary>The game's own ids of players, index by index; <c>default</c> where there is no such player.</summary>
    ValueTask<IReadOnlyList<ExternalId>> ReadExternalIdsAsync(GameId game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken);

    /// <summary>All that is stored about a player; null when there is no such player.</summary>
    ValueTask<PlayerExport?> ExportAsync(GameId game, PlayerId player, CancellationToken cancellationToken);

    /// <summary>The player's score in the board's first window, or null.</summary>
    ValueTask<Score?> ScoreAsync(BoardId board, ReadOnlySpan<byte> externalId);

    /// <summary>The first hundred places of the board's first window, as of now.</summary>
    ValueTask<BoardHead> HeadAsync(BoardId board, CancellationToken cancellationToken);

    /// <summary>Lines of a window; null when the board has no such window.</summary>
    ValueTask<StandingsPage?> ReadAsync(BoardId board, WindowName window, StandingsQuery query, CancellationToken cancellationToken);

    /// <summary>Numbers about a window; null when the board has no such window.</summary>
    ValueTask<Answer?> AskAsync(BoardId board, WindowName window, Question question, CancellationToken cancellationToken);

    /// <summary>The board's version: every later read shows at least this one. Where the board lives elsewhere it may be as old as a head of it.</summary>
    ValueTask<long> VersionAsync(BoardId board);

    /// <summary>A board's windows that are open or closed, the latest first.</summary>
    /// <param name="board">The board.</param>
    /// <param name="rule">Only this rule's; null for all.</param>
    /// <param name="cursor">Where the last page ended; 0 to begin.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The windows, and the cursor of the next page; 0 at the end.</returns>
    ValueTask<(IReadOnlyList<WindowInfo> Windows, int Next)> ReadWindowsAsync(BoardId board, string? rule, int cursor, int limit, CancellationToken cancellationToken);

    /// <summary>Closes a window before its time. Of a recurring rule the next one begins when the period is over; until then the rule has no window.</summary>
    ValueTask<CatalogOutcome> CloseWindowAsync(BoardId board, WindowName window);

    /// <summary>A player's submissions to a board that the log still holds, the latest first.</summary>
    /// <param name="board">The board.</param>
    /// <param name="player">The player.</param>
    /// <param name="before">Where the last page ended; <see cref="long.MaxValue"/> to begin.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancellationToken">Stops it.</param>
    ValueTask<IReadOnlyList<HistoryLine>> ReadHistoryAsync(BoardId board, PlayerId player, long before, int limit, CancellationToken cancellationToken);

    /// <summary>Events of a game in order.</summary>
    ValueTask<IReadOnlyList<StoredEvent>> ReadEventsAsync(GameId game, long after, int limit, CancellationToken cancellationToken);

    /// <summary>Which types of events of a game anyone wants; others are not made, but for closed windows, which always are.</summary>
    void WantEvents(GameId game, IReadOnlySet<string> types);

    /// <summary>All records of a kind.</summary>
    ValueTask<IReadOnlyList<RecordRow>> ReadRecordsAsync(string kind, CancellationToken cancellationToken);

    /// <summary>Puts or removes records, all or none.</summary>
    /// <returns>False when the store is out of reach.</returns>
    ValueTask<bool> PutRecordsAsync(IReadOnlyList<RecordRow> records);
}

/// <summary>A submission as a player's history shows it.</summary>
/// <param name="Submission">The row of the log.</param>
/// <param name="Windows">The names of its windows, index by index.</param>
public sealed record HistoryLine(StoredSubmission Submission, IReadOnlyList<WindowName> Windows);

/// <summary>What became of a change of games, boards or windows.</summary>
public enum CatalogOutcome
{
    /// <summary>Not stored, nothing changed: the store is out of reach or too much is waiting. The caller may try again.</summary>
    Unavailable = 0,

    /// <summary>It was not there; now it is.</summary>
    Added,

    /// <summary>It is changed.</summary>
    Changed,

    /// <summary>It said the same before.</summary>
    Unchanged,

    /// <summary>It is deleted or closed.</summary>
    Removed,

    /// <summary>There is no such game, board or window.</summary>
    NotFound,

    /// <summary>The change needs a rebuild, which was not asked for.</summary>
    NeedsRebuild,

    /// <summary>There are as many as there may be.</summary>
    TooMany,

    /// <summary>Stored values would mean something else: other decimals, or a window rule of the same name and another kind.</summary>
    Conflict,
}

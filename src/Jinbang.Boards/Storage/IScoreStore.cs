using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Ranking;

namespace Jinbang.Boards.Storage;

/// <summary>Takes a player while a store is read; the bytes are valid during the call only.</summary>
public delegate void PlayerReader(ReadOnlySpan<byte> externalId, PlayerId player);

/// <summary>Takes an entry while a store is read.</summary>
public delegate void EntryReader(Entry entry);

/// <summary>
/// Where games, boards, windows, players, profiles and submissions rest.
/// </summary>
/// <remarks>
/// <para>
/// Atomic: each writing call happens as a whole or not at all, but for profiles the store refuses one by one. Durable: when the task of a writing
/// call completes, what it wrote is synced to stable storage. A reading call sees everything that was durable when it began.
/// </para>
/// <para>
/// Writing calls and <see cref="MaintainAsync"/> have one caller at a time, the committer. The reading calls may come from anywhere at any time and never
/// wait for a commit, but for <see cref="FindSubmissionsAsync"/>, which is the committer's too.
/// </para>
/// <para>
/// Failing: <see cref="StoreUnavailableException"/> means nothing of the call was stored and a later one may work;
/// <see cref="StoreBrokenException"/> means the process must stop.
/// </para>
/// </remarks>
public interface IScoreStore : IAsyncDisposable
{
    /// <summary>Reads all that is small. Before any other call.</summary>
    ValueTask<StoreContents> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Reads all players of a game, in no particular order.</summary>
    ValueTask LoadPlayersAsync(int game, PlayerReader read, CancellationToken cancellationToken);

    /// <summary>The last number ever given to a player of the game.</summary>
    ValueTask<int> ReadLastPlayerAsync(int game, CancellationToken cancellationToken);

    /// <summary>
    /// Reads a window's entries: first the folded ones in no particular order, one per player, then the tail of the log in order, where a player may come
    /// again and the last one counts.
    /// </summary>
    /// <returns>Whether an entry may have metadata: when not, none has.</returns>
    ValueTask<bool> LoadWindowAsync(int window, EntryReader readEntry, EntryReader readTail, CancellationToken cancellationToken);

    /// <summary>Makes a game, or changes the name and the origins of the one with this id. Its boards are not looked at.</summary>
    /// <returns>Its number.</returns>
    ValueTask<int> PutGameAsync(GameDefinition game, CancellationToken cancellationToken);

    /// <summary>Makes a board, or gives the one with this name another definition. Its windows stay as they are. A change of one that is there counts as a commit.</summary>
    /// <returns>Its number.</returns>
    ValueTask<int> PutBoardAsync(int game, BoardDefinition board, CancellationToken cancellationToken);

    /// <summary>Removes a board with its windows and, sooner or later, their entries and its rows of the log. Its name is free at once.</summary>
    ValueTask DeleteBoardAsync(int board, CancellationToken cancellationToken);

    /// <summary>Removes a game with its boards, players, profiles and events. Its id is free at once.</summary>
    ValueTask DeleteGameAsync(int game, CancellationToken cancellationToken);

    /// <summary>Opens windows. One that is there already (same board, rule and key, not replaced) keeps its number and stays as it is.</summary>
    /// <returns>Their numbers, index by index.</returns>
    ValueTask<IReadOnlyList<int>> OpenWindowsAsync(IReadOnlyList<WindowOpening> windows, CancellationToken cancellationToken);

    /// <summary>
    /// Puts a new window in the place of an open one, with these entries, and gives the board this definition: all of it or nothing. The old window is
    /// "replaced" from then on. Counts as a commit.
    /// </summary>
    /// <returns>The new windows' numbers, index by index.</returns>
    ValueTask<IReadOnlyList<int>> ReplaceWindowsAsync(
        int board, BoardDefinition definition, IReadOnlyList<WindowReplacement> windows, CancellationToken cancellationToken);

    /// <summary>Gives numbers to players who are new to a game; one who is not keeps the number he has. No id may come twice in a call.</summary>
    /// <returns>Their numbers, index by index; <c>default</c> for an id that the store refuses.</returns>
    ValueTask<IReadOnlyList<PlayerId>> RegisterAsync(int game, IReadOnlyList<ExternalId> players, CancellationToken cancellationToken);

    /// <summary>Writes the batch and fills in its answers. When a submission is refused, nothing is stored and the answers say which.</summary>
    /// <returns>
    /// The number of this commit: greater than that of any earlier one, also after a restart; the last one's when there was nothing to change.
    /// </returns>
    ValueTask<long> CommitAsync(CommitBatch batch, CancellationToken cancellationToken);

    /// <summary>
    /// Forgets players: id, profile, submissions with their keys and metadata, and their entries in these windows. Entries in other windows stay without
    /// metadata. Numbers are never given again.
    /// </summary>
    /// <returns>The number of this commit, see <see cref="CommitAsync"/>.</returns>
    ValueTask<long> EraseAsync(int game, IReadOnlyList<PlayerId> players, IReadOnlyList<int> openWindows, CancellationToken cancellationToken);

    /// <summary>Removes the profile of a player, if he has one.</summary>
    /// <returns>The number of this commit, see <see cref="CommitAsync"/>.</returns>
    ValueTask<long> DeleteProfileAsync(int game, PlayerId player, CancellationToken cancellationToken);

    /// <summary>Finds earlier submissions by their keys, index by index; null where there is none (any more).</summary>
    ValueTask<IReadOnlyList<StoredSubmission?>> FindSubmissionsAsync(IReadOnlyList<SubmissionKey> keys, CancellationToken cancellationToken);

    /// <summary>
    /// Does a bounded step (some milliseconds) of what waits to be tidied: folding the log, forgetting old rows. Called between commits and when idle.
    /// </summary>
    /// <returns>Whether another step can be done right now.</returns>
    ValueTask<bool> MaintainAsync(CancellationToken cancellationToken);

    /// <summary>The number of the last commit.</summary>
    ValueTask<long> ReadVersionAsync(CancellationToken cancellationToken);

    /// <summary>Reads profiles, index by index; null where a player has none.</summary>
    ValueTask<IReadOnlyList<Profile?>> ReadProfilesAsync(int game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken);

    /// <summary>Reads the players' own ids, index by index; <c>default</c> where there is no such player (any more).</summary>
    ValueTask<IReadOnlyList<ExternalId>> ReadExternalIdsAsync(int game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken);

    /// <summary>Reads the metadata of entries, index by index; order number 0 where a player has no entry or his entry has none.</summary>
    ValueTask<IReadOnlyList<EntryMetadata>> ReadMetadataAsync(int window, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken);

    /// <summary>Reads a player's submissions to a board that the log still holds, the latest first.</summary>
    /// <param name="board">The board's number.</param>
    /// <param name="player">Whose.</param>
    /// <param name="before">Only rows of smaller numbers; <see cref="long.MaxValue"/> to begin.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancellationToken">Stops it.</param>
    ValueTask<IReadOnlyList<StoredSubmission>> ReadHistoryAsync(int board, PlayerId player, long before, int limit, CancellationToken cancellationToken);

    /// <summary>Reads the submissions to a board that the log still holds, in order.</summary>
    /// <param name="board">The board's number.</param>
    /// <param name="after">Only rows of greater numbers; 0 to begin.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancellationToken">Stops it.</param>
    ValueTask<IReadOnlyList<StoredSubmission>> ReadLogAsync(int board, long after, int limit, CancellationToken cancellationToken);

    /// <summary>Finds a window that is open or closed; null when there is none.</summary>
    ValueTask<StoredWindow?> FindWindowAsync(int board, string rule, string key, CancellationToken cancellationToken);

    /// <summary>Reads windows that are open or closed, the latest start first.</summary>
    /// <param name="board">The board's number.</param>
    /// <param name="rule">Only this rule's; null for all.</param>
    /// <param name="before">Only windows of smaller numbers; <see cref="int.MaxValue"/> to begin. Of one rule, numbers are in the order of time.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancellationToken">Stops it.</param>
    ValueTask<IReadOnlyList<StoredWindow>> ReadWindowsAsync(int board, string? rule, int before, int limit, CancellationToken cancellationToken);

    /// <summary>Reads the windows of a board that rebuilds have replaced: the log still speaks of them. The one that stands now has the same rule and key.</summary>
    ValueTask<IReadOnlyList<StoredWindow>> ReadReplacedWindowsAsync(int board, CancellationToken cancellationToken);

    /// <summary>Reads events of a game in order.</summary>
    ValueTask<IReadOnlyList<StoredEvent>> ReadEventsAsync(int game, long after, int limit, CancellationToken cancellationToken);

    /// <summary>Reads all records of a kind.</summary>
    ValueTask<IReadOnlyList<RecordRow>> ReadRecordsAsync(string kind, CancellationToken cancellationToken);
}

/// <summary>A window to be put in the place of another, with its entries.</summary>
/// <param name="Replaces">The number of the open window it replaces.</param>
/// <param name="Opening">What it is.</param>
/// <param name="Entries">Its entries. The board's order numbers go on after theirs.</param>
/// <param name="FormerOrders">
/// Index by index the order numbers of the same entries in the old window, by which they keep their metadata; 0 for one that was not there. Null when they are the
/// same.
/// </param>
public sealed record WindowReplacement(int Replaces, WindowOpening Opening, IReadOnlyList<Entry> Entries, IReadOnlyList<long>? FormerOrders = null);

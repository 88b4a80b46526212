using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Ranking;

namespace Jinbang.Boards.Storage;

/// <summary>Takes a player while a store is read; the bytes are valid during the call only.</summary>
public delegate void PlayerReader(ReadOnlySpan<byte> externalId, PlayerId player);

/// <summary>Takes an entry while a store is read.</summary>
public delegate void EntryReader(Entry entry);

/// <summary>
/// Where games, players, profiles and scores rest.
/// </summary>
/// <remarks>
/// <para>
/// Atomic: each <see cref="RegisterAsync"/> and each <see cref="CommitAsync"/> happens as a whole or not at all, but for rows the store refuses one by one.
/// Durable: when the task of either completes, its rows are synced to stable storage. A reading call sees everything that was durable when it began.
/// </para>
/// <para>
/// <see cref="RegisterAsync"/>, <see cref="CommitAsync"/> and <see cref="MaintainAsync"/> have one caller at a time, the committer. The reading calls may
/// come from anywhere at any time and never wait for a commit.
/// </para>
/// <para>
/// Failing: <see cref="StoreUnavailableException"/> means nothing of the call was stored and a later one may work;
/// <see cref="StoreBrokenException"/> means the process must stop.
/// </para>
/// </remarks>
public interface IScoreStore : IAsyncDisposable
{
    /// <summary>Finds or makes the game and its boards.</summary>
    ValueTask<StoredGame> OpenGameAsync(GameDefinition game, CancellationToken cancellationToken);

    /// <summary>Reads all players of a game, in no particular order.</summary>
    ValueTask LoadPlayersAsync(int game, PlayerReader read, CancellationToken cancellationToken);

    /// <summary>
    /// Reads a board: first its folded entries in no particular order, one per player, then the tail of the log in order, where a player may come again
    /// and the last one counts. Before the first commit that concerns the board.
    /// </summary>
    /// <returns>The board's last order number ever given, 0 when it has given none.</returns>
    ValueTask<long> LoadBoardAsync(int board, EntryReader readEntry, EntryReader readTail, CancellationToken cancellationToken);

    /// <summary>Gives numbers to players who are new to a game; one who is not keeps the number he has. No id may come twice in a call.</summary>
    /// <returns>Their numbers, index by index; <c>default</c> for an id that the store refuses.</returns>
    ValueTask<IReadOnlyList<PlayerId>> RegisterAsync(int game, IReadOnlyList<ExternalId> players, CancellationToken cancellationToken);

    /// <summary>Writes the batch and fills in its answers.</summary>
    /// <returns>
    /// The number of this commit: greater than that of any earlier one, also after a restart; the last one's when there was nothing to change.
    /// </returns>
    ValueTask<long> CommitAsync(CommitBatch batch, CancellationToken cancellationToken);

    /// <summary>
    /// Does a bounded step (some milliseconds) of what waits to be tidied: folding the log, forgetting old rows. Called between commits and when idle.
    /// </summary>
    /// <returns>Whether another step can be done right now.</returns>
    ValueTask<bool> MaintainAsync(CancellationToken cancellationToken);

    /// <summary>The number of the last commit.</summary>
    ValueTask<long> ReadVersionAsync(CancellationToken cancellationToken);

    /// <summary>Reads profiles, index by index; null where a player has none.</summary>
    ValueTask<IReadOnlyList<Profile?>> ReadProfilesAsync(int game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken);
}

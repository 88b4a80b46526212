namespace Jinbang.Boards.Storage;

/// <summary>
/// A store that several processes use at once. Each is a <b>member</b>, and each board is written by the one member that owns it.
/// </summary>
/// <remarks>
/// <para>
/// Ownership is a number, the <b>epoch</b>, which grows with every claim. Every writing call about boards (<see cref="IScoreStore.CommitAsync"/> with submissions or
/// closings, opening and replacing windows, changing or deleting a board, erasing from it) is <b>fenced</b>: it stores something only if this member owns all the boards
/// it is about, by the epochs of its own claims, and otherwise throws <see cref="BoardsLostException"/> and stores nothing. A claim waits for writes under the old epoch that are already
/// running, so what is loaded after a claim is all that was ever acknowledged.
/// </para>
/// <para>
/// Writes are fenced, reads from memory are not. Those are guarded by the <b>lease</b>: a member that could not renew it in time must not answer from memory, and who
/// claims a board waits until every former owner has either said that he no longer answers for it (<see cref="ReleaseAsync"/>) or lost his lease (<see cref="ReadWaitAsync"/>).
/// The lease runs by the store's clock; a member measures from before it asked, by its own monotonic clock, so it always believes its lease to be shorter.
/// </para>
/// <para>
/// A writing call that ends with <see cref="StoreUncertainException"/> may or may not have been stored, and may even be stored later. <see cref="SettleAsync"/> says
/// which, for good. Until it has, the committer writes nothing else.
/// </para>
/// </remarks>
public interface ISharedStore : IScoreStore
{
    /// <summary>Makes this process a member with a lease. Once, before every other call but <see cref="IScoreStore.LoadAsync"/>.</summary>
    /// <param name="description">What others are to know of it.</param>
    /// <param name="lease">How long the lease is.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Its number, from 1, never given again.</returns>
    ValueTask<int> JoinAsync(MemberDescription description, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>
    /// Renews the lease, and only then, in a later statement, reads what this member must know before it goes on. From anywhere, one at a time, beside the committer. It
    /// never waits for a commit.
    /// </summary>
    ValueTask<Renewal> RenewAsync(MemberLoad load, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Gives up all boards and the lease. Nothing else may be called afterwards.</summary>
    ValueTask LeaveAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Takes a board for this member, in a transaction of its own: its epoch grows by one, and whoever owned it is fenced from then on. May be called for a board
    /// that this member owns already. From anywhere.
    /// </summary>
    /// <returns>False when there is no such board.</returns>
    ValueTask<bool> ClaimAsync(int board, CancellationToken cancellationToken);

    /// <summary>
    /// Boards that no living member owns, and 0 while nobody tells the outside of events: that is claimed, waited for, lost and released like a board of this
    /// number. From anywhere.
    /// </summary>
    ValueTask<IReadOnlyList<int>> ReadOrphansAsync(int limit, CancellationToken cancellationToken);

    /// <summary>How long a former owner of a board that this member has claimed may still answer for it; zero when none does any more. From anywhere.</summary>
    ValueTask<TimeSpan> ReadWaitAsync(int board, CancellationToken cancellationToken);

    /// <summary>
    /// Says that this member no longer answers for boards: those that it owns are nobody's from then on, and who took others from it need not wait. It is about claims that were made until the call
    /// began: one that is made later is not given up, however late this is stored. From anywhere, but not while the committer writes to them.
    /// </summary>
    ValueTask ReleaseAsync(IReadOnlyCollection<int> boards, CancellationToken cancellationToken);

    /// <summary>Reads a board as it is now; null when there is none. From anywhere.</summary>
    ValueTask<SharedBoard?> LoadBoardAsync(int board, CancellationToken cancellationToken);

    /// <summary>
    /// Makes sure that the uncertain call is either stored already or never will be. Of the committer alone.
    /// </summary>
    /// <returns>The number of the commit if it was an <see cref="IScoreStore.CommitAsync"/> that is stored; null when nothing is, or it was another call.</returns>
    /// <exception cref="StoreUnavailableException">It cannot be said yet: try again.</exception>
    ValueTask<long?> SettleAsync(CancellationToken cancellationToken);

    /// <summary>Who owns and who follows which board. From anywhere.</summary>
    ValueTask<IReadOnlyList<Ownership>> ReadOwnershipsAsync(CancellationToken cancellationToken);

    /// <summary>The members whose lease has not run out. From anywhere.</summary>
    ValueTask<IReadOnlyList<Member>> ReadMembersAsync(CancellationToken cancellationToken);

    /// <summary>Notes who follows a board that this member owns; 0 for nobody. Nothing happens if it is not the owner any more.</summary>
    ValueTask SetFollowerAsync(int board, int follower, CancellationToken cancellationToken);

    /// <summary>Notes up to which row of the log this member's copy of a board has come. From anywhere.</summary>
    ValueTask NoteFollowedAsync(int board, long through, CancellationToken cancellationToken);

    /// <summary>Finds players by their own ids, without making new ones. From anywhere.</summary>
    /// <returns>Their numbers, index by index; <c>default</c> where there is no such player.</returns>
    ValueTask<IReadOnlyList<Ranking.PlayerId>> FindPlayersAsync(int game, IReadOnlyList<Players.ExternalId> players, CancellationToken cancellationToken);

    /// <summary>
    /// Begins to forget players: their ids and profiles are gone when it completes, and <see cref="Renewal.Erasures"/> has grown. Owners of boards erase the rest,
    /// see <see cref="EraseFromBoardAsync"/>. From anywhere.
    /// </summary>
    /// <returns>The number of the erasure.</returns>
    ValueTask<long> BeginErasureAsync(int game, IReadOnlyList<Ranking.PlayerId> players, CancellationToken cancellationToken);

    /// <summary>Reads erasures after a number, in order. From anywhere.</summary>
    ValueTask<IReadOnlyList<Erasure>> ReadErasuresAsync(long after, CancellationToken cancellationToken);

    /// <summary>
    /// Forgets players in one board as <see cref="IScoreStore.EraseAsync"/> does, and notes that the board has done all erasures up to a number. Fenced. Of the committer.
    /// </summary>
    /// <returns>The number of this commit, see <see cref="IScoreStore.CommitAsync"/>.</returns>
    ValueTask<long> EraseFromBoardAsync(
        int board, IReadOnlyList<Ranking.PlayerId> players, IReadOnlyList<int> openWindows, long through, CancellationToken cancellationToken);

    /// <summary>Whether all boards of a game have done all erasures up to a number. From anywhere.</summary>
    ValueTask<bool> IsErasedAsync(int game, long through, CancellationToken cancellationToken);
}

/// <summary>What others are to know of a member.</summary>
/// <param name="Name">What people call it: host and process.</param>
/// <param name="Address">Where others reach it, as the cluster's transport writes addresses; empty when nobody does.</param>
public sealed record MemberDescription(string Name, string Address);

/// <summary>How much a member holds.</summary>
/// <param name="Boards">Boards that it owns.</param>
/// <param name="Entries">Entries in their open windows.</param>
/// <param name="Followed">Entries of the boards that it follows.</param>
public readonly record struct MemberLoad(int Boards, long Entries, long Followed);

/// <summary>A member whose lease has not run out.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Description">What it is.</param>
/// <param name="Load">What it holds, as of its last renewal.</param>
/// <param name="Lease">How much longer its lease runs.</param>
public sealed record Member(int Number, MemberDescription Description, MemberLoad Load, TimeSpan Lease);

/// <summary>What a member learns with a renewal.</summary>
/// <param name="IsMember">False when it is none any more: others have taken it for dead. The process must stop.</param>
/// <param name="Lost">Boards of its own that others have claimed: it stops answering for them, and then <see cref="ISharedStore.ReleaseAsync"/>s them.</param>
/// <param name="Catalog">Grows with every change of games and boards.</param>
/// <param name="Records">Grows with every change of records.</param>
/// <param name="Erasures">The number of the last erasure.</param>
public sealed record Renewal(bool IsMember, IReadOnlyList<int> Lost, long Catalog, long Records, long Erasures);

/// <summary>A board in a shared store.</summary>
/// <param name="Game">Its game's number.</param>
/// <param name="Stored">The board, with its windows.</param>
/// <param name="LastNumber">The number of its last row in the log; 0 for none. A board's rows are numbered without gaps.</param>
/// <param name="ErasedThrough">The last erasure that it has done.</param>
public sealed record SharedBoard(int Game, StoredBoard Stored, long LastNumber, long ErasedThrough);

/// <summary>Who has a board.</summary>
/// <param name="Board">The board's number.</param>
/// <param name="Epoch">How often it was claimed.</param>
/// <param name="Owner">The owner's number; 0 for nobody.</param>
/// <param name="Follower">Who keeps a copy; 0 for nobody.</param>
/// <param name="IsOwnerAlive">Whether the owner's lease has not run out.</param>
public sealed record Ownership(int Board, long Epoch, int Owner, int Follower, bool IsOwnerAlive);

/// <summary>A player who was erased.</summary>
/// <param name="Number">The number of the erasure: later ones are greater.</param>
/// <param name="Game">The game's number.</param>
/// <param name="Player">Who.</param>
public readonly record struct Erasure(long Number, int Game, Ranking.PlayerId Player);

using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Submissions;
using Jinbang.Ranking;

namespace Jinbang.Boards;

/// <summary>
/// Where boards live. Every call may be made from anywhere at any time. A writing call's task completes when its effect is durable and applied, so that
/// every read that begins afterwards shows it; a reading call never waits for a commit. Calls for games or boards that do not exist throw
/// <see cref="KeyNotFoundException"/>: who calls knows the games.
/// </summary>
/// <remarks>External ids are given as valid UTF-8 (<see cref="ExternalId.IsValid"/>) and are copied where they must outlive the call.</remarks>
public interface IBoards
{
    /// <summary>Whether every board is complete. Until then writing calls answer "unavailable" and nothing may be read.</summary>
    bool IsReady { get; }

    /// <summary>Submits a score.</summary>
    ValueTask<SubmitOutcome> SubmitAsync(BoardId board, ReadOnlySpan<byte> externalId, Score score);

    /// <summary>Stores what a post says about a player.</summary>
    ValueTask<ProfileOutcome> ChangeProfileAsync(GameId game, ReadOnlySpan<byte> externalId, ProfileChange change);

    /// <summary>The score that counts for the player on a board, null when he has none.</summary>
    ValueTask<Score?> ScoreAsync(BoardId board, ReadOnlySpan<byte> externalId);

    /// <summary>The player's place and entry on a board, null when he has none.</summary>
    ValueTask<Standing?> FindAsync(BoardId board, ReadOnlySpan<byte> externalId);

    /// <summary>The first places of a board, with their profiles.</summary>
    ValueTask<BoardHead> HeadAsync(BoardId board, CancellationToken cancellationToken);
}

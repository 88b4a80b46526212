using Jinbang.Boards.Players;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Boards.Submissions;

/// <summary>A submission with all that the v1 API can say. Metadata was checked to be JSON of an allowed size by who made it.</summary>
public sealed record SubmissionRequest
{
    /// <summary>The most characters an idempotency key may have; they are printable ASCII without spaces.</summary>
    public const int LongestKey = 64;

    /// <summary>Whose score; <c>default</c> when <see cref="ExternalId"/> says it.</summary>
    public PlayerId Player { get; init; }

    /// <summary>Whose score, by the game's own id; a player who is not known yet becomes known. Used when <see cref="Player"/> is <c>default</c>.</summary>
    public ExternalId ExternalId { get; init; }

    /// <summary>The scores, column by column in units of the last digit.</summary>
    public required ScoreColumns Scores { get; init; }

    /// <summary>Makes a repetition harmless; null for none. Scoped to board and player.</summary>
    public string? Key { get; init; }

    /// <summary>JSON to be kept with the entry, UTF-8; null for none.</summary>
    public byte[]? Metadata { get; init; }

    /// <summary>A window whose time is over but which is still open; the submission feeds the windows of its last moment. Null for those of now.</summary>
    public WindowName? Window { get; init; }
}

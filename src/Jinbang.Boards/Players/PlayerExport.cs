using Jinbang.Boards.Rankings;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Boards.Players;

/// <summary>All that is stored about a player.</summary>
public sealed record PlayerExport
{
    /// <summary>His public id.</summary>
    public required PublicId Player { get; init; }

    /// <summary>The game's own id of him.</summary>
    public required ExternalId ExternalId { get; init; }

    /// <summary>His profile; null when he has none.</summary>
    public Profile? Profile { get; init; }

    /// <summary>His entries in the windows that are open, and in the last ones that closed of each rule.</summary>
    public required IReadOnlyList<ExportedEntry> Entries { get; init; }

    /// <summary>His submissions that the log still holds, the latest first, at most <see cref="MostSubmissions"/> a board.</summary>
    public required IReadOnlyList<ExportedSubmissions> Submissions { get; init; }

    /// <summary>The most submissions of a board in an export.</summary>
    public const int MostSubmissions = 10_000;
}

/// <summary>An entry in an export.</summary>
public sealed record ExportedEntry(string Board, WindowName Window, Standing Standing, byte[]? Metadata);

/// <summary>The submissions to one board in an export.</summary>
public sealed record ExportedSubmissions(string Board, IReadOnlyList<StoredSubmission> Submissions);

using Jinbang.Boards.Submissions;
using Jinbang.Ranking;

namespace Jinbang.Boards.Storage;

/// <summary>A row of the log as it is read back.</summary>
public sealed record StoredSubmission
{
    /// <summary>Its number in the log: later rows have greater ones.</summary>
    public required long Number { get; init; }

    /// <summary>When it was committed, to the millisecond.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The board's number.</summary>
    public required int Board { get; init; }

    /// <summary>Whose it is.</summary>
    public required PlayerId Player { get; init; }

    /// <summary>The board's count of changes; 0 when no window changed.</summary>
    public required long Order { get; init; }

    /// <summary>The scores as they were submitted.</summary>
    public required ScoreColumns Submitted { get; init; }

    /// <summary>What became of it.</summary>
    public required SubmitResult Result { get; init; }

    /// <summary>Its idempotency key; null for none.</summary>
    public string? Key { get; init; }

    /// <summary>Its metadata, JSON as UTF-8; null for none.</summary>
    public byte[]? Metadata { get; init; }

    /// <summary>What it did, window by window, in the order of the board's definition of then.</summary>
    public required IReadOnlyList<WindowLine> Windows { get; init; }
}

/// <summary>Names a submission by its idempotency key.</summary>
public readonly record struct SubmissionKey(int Board, PlayerId Player, string Key);

/// <summary>An entry's metadata together with the order number of the entry it belongs to.</summary>
public readonly record struct EntryMetadata(long Order, byte[]? Json);

/// <summary>An event as it is read back.</summary>
/// <param name="Number">Its number in the store: later ones have greater numbers.</param>
/// <param name="At">When it was committed.</param>
/// <inheritdoc cref="EventRow" />
public sealed record StoredEvent(long Number, string Id, string Type, DateTimeOffset At, byte[] Body);

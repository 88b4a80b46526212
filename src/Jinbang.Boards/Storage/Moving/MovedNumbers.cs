namespace Jinbang.Boards.Storage.Moving;

/// <summary>What a store knows of itself as a whole. Numbers go on from here, so that none is ever given again; ids and tokens are made with the secret.</summary>
public sealed record MovedNumbers
{
    /// <summary>The store's 32 secret bytes.</summary>
    public required ReadOnlyMemory<byte> Secret { get; init; }

    /// <summary>The number of the last commit.</summary>
    public required long Commit { get; init; }

    /// <summary>When it was, in milliseconds since 1970-01-01 UTC; null when there was none.</summary>
    public required long? CommitAt { get; init; }

    /// <summary>The last number ever given to a game.</summary>
    public required int LastGame { get; init; }

    /// <summary>The last number ever given to a board.</summary>
    public required int LastBoard { get; init; }

    /// <summary>The last number ever given to a window.</summary>
    public required int LastWindow { get; init; }

    /// <summary>The last number ever given to an event.</summary>
    public required long LastEvent { get; init; }

    /// <summary>How many rows of the log are folded; those of boards that are gone count as folded.</summary>
    public required long Folded { get; init; }

    /// <summary>Whether both would go on with the same numbers, ids and tokens.</summary>
    public bool Agrees(MovedNumbers other) => this with { Secret = default } == other with { Secret = default } && Secret.Span.SequenceEqual(other.Secret.Span);
}

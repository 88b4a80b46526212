namespace Jinbang.Boards.Storage.Moving;

/// <summary>
/// A store from which or to which everything is moved, held by this process alone until disposed. A target is marked in itself until the move is verified; servers refuse to start on it as long.
/// </summary>
public interface IMovedStore : IAsyncDisposable
{
    /// <summary>What to call it, such as "the PostgreSQL database jinbang"; holds no password.</summary>
    string Name { get; }

    /// <summary>Whether it holds nothing that a move could overwrite.</summary>
    ValueTask<bool> IsEmptyAsync(CancellationToken cancellationToken);

    /// <summary>How far a move to this store has come that has not ended; null when there is none.</summary>
    ValueTask<MoveProgress?> ReadProgressAsync(CancellationToken cancellationToken);

    /// <summary>Reads the numbers.</summary>
    ValueTask<MovedNumbers> ReadNumbersAsync(CancellationToken cancellationToken);

    /// <summary>Reads a table's rows, value by value as its columns say, in their order.</summary>
    /// <param name="table">The table.</param>
    /// <param name="skip">How many rows to leave out at the beginning.</param>
    /// <param name="cancellationToken">Stops it.</param>
    IAsyncEnumerable<object?[]> ReadAsync(MovedTable table, long skip, CancellationToken cancellationToken);

    /// <summary>Marks this store as the target of a move, and removes whatever an earlier one has left.</summary>
    /// <param name="origin">What is moved, see <see cref="MoveProgress"/>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    ValueTask BeginAsync(string origin, CancellationToken cancellationToken);

    /// <summary>Adds rows and counts them in the progress, both or neither.</summary>
    ValueTask AddAsync(MovedTable table, IReadOnlyList<object?[]> rows, CancellationToken cancellationToken);

    /// <summary>Sets the numbers and makes what the store derives from the tables. May be called again.</summary>
    ValueTask CompleteAsync(MovedNumbers numbers, CancellationToken cancellationToken);

    /// <summary>Takes the mark away: from now on servers may start on it.</summary>
    ValueTask EndAsync(CancellationToken cancellationToken);
}

/// <summary>How far a move has come.</summary>
/// <param name="Origin">Names the source and its state: another state has another origin.</param>
/// <param name="Rows">How many rows each table has got, by the table's name.</param>
public sealed record MoveProgress(string Origin, IReadOnlyDictionary<string, long> Rows);

/// <summary>The move was refused or its verification failed; the message says why. The source is as it was.</summary>
public sealed class MoveException(string message) : Exception(message);

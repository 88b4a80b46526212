using System.Net.Sockets;
using Jinbang.Boards.Storage;
using Npgsql;

namespace Jinbang.Storage.Postgres;

/// <summary>What errors of the driver mean. Its texts never leave the store: they may name columns, hosts and users.</summary>
internal static class PostgresErrors
{
    /// <summary>Whether an exception comes from the database or the way to it.</summary>
    public static bool IsOurs(Exception fault) => fault is NpgsqlException or TimeoutException or SocketException or IOException or OperationCanceledException { InnerException: NpgsqlException or TimeoutException };

    /// <summary>Whether the database refused what a row says (its value, a constraint, a trigger), and not the moment.</summary>
    public static bool IsRefusal(Exception fault) => fault is PostgresException { SqlState: { } state } && (state.StartsWith("22", StringComparison.Ordinal) || state.StartsWith("23", StringComparison.Ordinal) || state == PostgresErrorCodes.RaiseException);

    /// <summary>
    /// Whether the database itself said that the statement failed, and lives on: then nothing of it is stored. After anything else nobody knows: a session that was ended (class
    /// 57P) or lost behind a pooler (class 08) may have been so after its commit.
    /// </summary>
    public static bool IsCertain(Exception fault) =>
        fault is PostgresException { SqlState: { Length: 5 } state } && state != PostgresErrorCodes.StatementCompletionUnknown
        && (state == PostgresErrorCodes.QueryCanceled || state[..2] is "0A" or "22" or "23" or "25" or "28" or "3D" or "40" or "42" or "53" or "54" or "55" or "P0");

    /// <summary>What a reader, or a writer whose call was certainly not stored, is told.</summary>
    public static Exception Unavailable(Exception fault) => fault is PostgresException { SqlState: ['X', 'X', ..] or ['5', '8', ..] } broken
        ? new StoreBrokenException($"PostgreSQL reports a fault of its own (SQLSTATE {broken.SqlState}): look at its log.", fault)
        : new StoreUnavailableException(TextOf(fault), fault);

    /// <summary>What a writer is told whose call may be stored.</summary>
    public static Exception Uncertain(Exception fault) => new StoreUncertainException(TextOf(fault), fault);

    /// <summary>What is wrong, in words of ours.</summary>
    public static string TextOf(Exception fault) => fault switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => "The disk of the database is full (SQLSTATE 53100).",
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } => "The database takes no more connections (SQLSTATE 53300): raise max_connections, or give the pool fewer.",
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } => "The database took too long and the statement was cancelled (SQLSTATE 57014).",
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } => "The database did not get a lock in time (SQLSTATE 55P03).",
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => "The database takes no writes (SQLSTATE 25006): is it a standby?",
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } known => $"The database does not let the server in (SQLSTATE {known.SqlState}): user or password are wrong.",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => "There is no such database (SQLSTATE 3D000): create it first.",
        PostgresException known => $"The database refuses (SQLSTATE {known.SqlState}).",
        _ => "The database cannot be reached, or did not answer in time.",
    };
}

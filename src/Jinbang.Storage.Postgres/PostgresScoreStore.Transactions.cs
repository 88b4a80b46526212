using Jinbang.Boards.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Jinbang.Storage.Postgres;

public sealed partial class PostgresScoreStore
{
    private static readonly TimeSpan LongestSettling = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan SettlingPause = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc />
    public ValueTask<long?> SettleAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return new(Settle());
        }
    }

    /// <summary>Runs a transaction of the committer, under its generation. Nothing of it is stored when it throws, unless that is a <see cref="StoreUncertainException"/>.</summary>
    private T Transact<T>(Func<T> body)
    {
        lock (gate)
        {
            return SettledIfAlone(() =>
            {
                var isCommitting = false;
                try
                {
                    var opened = Connection();
                    using var transaction = opened.BeginTransaction();
                    if (One("SELECT count(*) FROM (SELECT FROM writer WHERE member = $1 AND generation = $2 FOR UPDATE) AS mine", Member, generation) == 0)
                    {
                        throw Expelled();
                    }

                    var result = body();
                    isCommitting = true;
                    transaction.Commit();
                    return result;
                }
                catch (Exception fault) when (PostgresErrors.IsOurs(fault) && !PostgresErrors.IsRefusal(fault))
                {
                    if (isCommitting && !PostgresErrors.IsCertain(fault))
                    {
                        throw Doubt(fault, isCommit: false);
                    }

                    // Before the commit nothing is stored: a session that ends takes its transaction with it.
                    CloseIfBroken(fault);
                    throw PostgresErrors.Unavailable(fault);
                }
            });
        }
    }

    /// <summary>Locks who owns boards, and stops when one is not this member's any more. Within a transaction.</summary>
    private void Fence(IEnumerable<int> boards)
    {
        if (options.UnsafeWithoutFence)
        {
            return;
        }

        var numbers = boards.Distinct().Order().ToArray();
        var epochs = EpochsOf(numbers);
        using var command = Command(
            """
            SELECT o.board FROM ownership AS o JOIN unnest($1::integer[], $2::bigint[]) AS w (board, epoch) ON o.board = w.board AND o.epoch = w.epoch
            ORDER BY o.board FOR SHARE OF o
            """,
            numbers,
            epochs);
        var mine = new List<int>();
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                mine.Add(reader.GetInt32(0));
            }
        }

        if (mine.Count < numbers.Length)
        {
            throw Lost([.. numbers.Except(mine)]);
        }
    }

    private long[] EpochsOf(int[] boards)
    {
        lock (claiming)
        {
            return Array.ConvertAll(boards, board => claims.TryGetValue(board, out var claim) ? claim.Epoch : -1);
        }
    }

    private Exception Lost(IReadOnlyList<int> boards)
    {
        lock (claiming)
        {
            foreach (var board in boards)
            {
                claims.Remove(board);
            }
        }

        return options.IsShared ? new BoardsLostException(boards) : new StoreBrokenException("Another server has taken the database: this one must not go on. Two servers need the cluster's settings.");
    }

    private static StoreBrokenException Expelled() => new("Other servers have taken this one for dead and cleared it away.");

    /// <summary>The committer's connection, opened anew after it broke.</summary>
    private NpgsqlConnection Connection()
    {
        if (isExpelled)
        {
            throw Expelled();
        }

        if (isInDoubt)
        {
            throw new InvalidOperationException("A call of unknown outcome must be settled first.");
        }

        if (connection is null)
        {
            try
            {
                connection = sessions.Open();
                backend = connection.ProcessID;
            }
            catch (Exception fault) when (PostgresErrors.IsOurs(fault))
            {
                CloseConnection();
                throw PostgresErrors.Unavailable(fault);
            }
        }

        return connection;
    }

    private void CloseIfBroken(Exception fault)
    {
        if (fault is not PostgresException || connection?.FullState.HasFlag(System.Data.ConnectionState.Broken) == true || connection?.State != System.Data.ConnectionState.Open)
        {
            CloseConnection();
        }
    }

    private void CloseConnection()
    {
        var closing = connection;
        connection = null;
        commits.Clear();
        try
        {
            if (closing is not null)
            {
                closing.Close();
                closing.Dispose();
            }
        }
        catch (Exception fault) when (PostgresErrors.IsOurs(fault))
        {
            // It was broken.
        }
    }

    private Exception Doubt(Exception fault, bool isCommit)
    {
        (isInDoubt, isCommitInDoubt) = (true, isCommit);
        CloseConnection();
        return PostgresErrors.Uncertain(fault);
    }

    /// <summary>A server that shares the database with nobody finds out at once what became of a call of unknown outcome.</summary>
    private T SettledIfAlone<T>(Func<T> call, Func<long, T>? whenStored = null)
    {
        try
        {
            return call();
        }
        catch (StoreUncertainException fault) when (!options.IsShared)
        {
            var start = time.GetTimestamp();
            while (true)
            {
                try
                {
                    var stored = Settle();
                    if (stored is { } commit && whenStored is not null)
                    {
                        return whenStored(commit);
                    }

                    if (whenStored is null)
                    {
                        // It may be stored: what is in memory would not show it.
                        throw new StoreBrokenException($"Nobody can say whether a change was stored. {fault.Message}", fault);
                    }

                    throw new StoreUnavailableException(fault.Message, fault);
                }
                catch (StoreUnavailableException) when (isInDoubt)
                {
                    if (time.GetElapsedTime(start) >= LongestSettling)
                    {
                        throw new StoreBrokenException($"Nobody could say for {LongestSettling.TotalSeconds:0} seconds whether a commit was stored. {fault.Message}", fault);
                    }

                    Task.Delay(SettlingPause, time).GetAwaiter().GetResult();
                }
            }
        }
    }

    private long? Settle()
    {
        if (!isInDoubt)
        {
            return null;
        }

        try
        {
            using var opened = sessions.Open();
            using (var end = new NpgsqlCommand("SELECT pg_terminate_backend($1)", opened) { Parameters = { new() { Value = backend } } })
            {
                try
                {
                    end.ExecuteNonQuery();
                }
                catch (PostgresException)
                {
                    // It may not be ours to end. Then the next statement waits for it.
                }
            }

            using var raise = new NpgsqlCommand(
                "UPDATE writer SET generation = generation + 1 WHERE member = $1 RETURNING generation, last_attempt, last_commit", opened)
            {
                Parameters = { new() { Value = Member } },
            };
            using var reader = raise.ExecuteReader();
            if (!reader.Read())
            {
                throw Expelled();
            }

            generation = reader.GetInt64(0);
            var isStored = isCommitInDoubt && reader.GetInt64(1) == attempt;
            (isInDoubt, isCommitInDoubt) = (false, false);
            if (isStored)
            {
                Stored(doubtfulRows);
            }

            return isStored ? reader.GetInt64(2) : null;
        }
        catch (Exception fault) when (PostgresErrors.IsOurs(fault))
        {
            throw PostgresErrors.Unavailable(fault);
        }
    }

    /// <summary>A command on the committer's connection.</summary>
    private NpgsqlCommand Command(string sql, params ReadOnlySpan<object?> values) => With(new NpgsqlCommand(sql, connection), values);

    private static NpgsqlCommand With(NpgsqlCommand command, params ReadOnlySpan<object?> values)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(Parameter(value));
        }

        return command;
    }

    private static NpgsqlParameter Parameter(object? value) => value switch
    {
        null => new NpgsqlParameter { Value = DBNull.Value },
        string text => new NpgsqlParameter { Value = text, NpgsqlDbType = NpgsqlDbType.Text },
        Text text => new NpgsqlParameter { Value = (object?)text.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
        DateTimeOffset moment => new NpgsqlParameter { Value = moment.ToUnixTimeMilliseconds() },
        Small number => new NpgsqlParameter { Value = (object?)number.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Smallint },
        Moment moment => new NpgsqlParameter { Value = (object?)moment.Value?.ToUnixTimeMilliseconds() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
        _ => new NpgsqlParameter { Value = value },
    };

    private long One(string sql, params ReadOnlySpan<object?> values)
    {
        using var command = Command(sql, values);
        return Convert.ToInt64(command.ExecuteScalar() ?? 0L, System.Globalization.CultureInfo.InvariantCulture);
    }

    private int Run(string sql, params ReadOnlySpan<object?> values)
    {
        using var command = Command(sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>Counts a commit that is no <see cref="CommitAsync"/>. Within a transaction.</summary>
    private long CountCommit() => One(
        "UPDATE writer SET last_commit = nextval('commit_number'), last_at = $2 WHERE member = $1 RETURNING last_commit", Member, time.GetUtcNow());

    private void CountCatalogChange() => Run("UPDATE change SET catalog = catalog + 1");

    /// <summary>A text that may be null.</summary>
    private readonly record struct Text(string? Value);

    /// <summary>A small number that may be null.</summary>
    private readonly record struct Small(short? Value);

    /// <summary>A moment that may be null.</summary>
    private readonly record struct Moment(DateTimeOffset? Value);
}

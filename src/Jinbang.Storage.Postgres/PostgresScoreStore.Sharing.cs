using Jinbang.Boards.Storage;
using Npgsql;

namespace Jinbang.Storage.Postgres;

public sealed partial class PostgresScoreStore
{
    /// <summary>A member whose lease ran out longer ago is cleared away by others.</summary>
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TakingPause = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource stopRenewing = new();
    private readonly SemaphoreSlim renewing = new(1, 1);
    private Task renewals = Task.CompletedTask;
    private NpgsqlConnection? leaseConnection;
    private volatile bool isExpelled;

    /// <summary>The epochs of this member's last claims. Guarded as the claims are.</summary>
    private readonly Dictionary<int, long> lastEpochs = [];

    /// <inheritdoc />
    public async ValueTask<int> JoinAsync(MemberDescription description, TimeSpan lease, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while ((Member = await TryJoinAsync(description, lease, isAlone: false, cancellationToken)) == 0)
        {
            if (time.GetElapsedTime(start) > options.Lease + TimeSpan.FromSeconds(2))
            {
                throw new StoreOpenException("A server that shares it with nobody is using the database: stop that one, and start it again with the cluster's settings.");
            }

            await Task.Delay(TakingPause, time, cancellationToken);
        }

        return Member;
    }

    /// <inheritdoc />
    /// <remarks>Done while it is called, on the caller's thread: a process that is busy must not lose its lease because no thread of the pool is free.</remarks>
    public ValueTask<Renewal> RenewAsync(MemberLoad load, TimeSpan lease, CancellationToken cancellationToken)
    {
        renewing.Wait(cancellationToken);
        try
        {
            // A connection of its own, so that a renewal never waits for one of the pool.
            leaseConnection ??= sessions.Open();
            using var renew = With(
                new NpgsqlCommand(
                    """
                    UPDATE member SET lease_until = clock_timestamp() + $2, boards = $3, entries = $4, followed = $5
                    WHERE number = $1 AND (lease_until > clock_timestamp() - interval '1 minute'
                      OR (is_alone AND NOT EXISTS (SELECT FROM member AS other WHERE other.number <> $1 AND other.lease_until > clock_timestamp())))
                    """,
                    leaseConnection),
                Member, lease, load.Boards, load.Entries, load.Followed);
            var isMember = renew.ExecuteNonQuery() > 0;

            // Only now, in a statement of its own: what others took before the lease was renewed is seen here for certain.
            using var command = With(
                new NpgsqlCommand(
                    """
                    SELECT (SELECT array_agg(board ORDER BY board) FROM handover WHERE former = $1), catalog, records, erasures,
                      (SELECT array_agg(epoch ORDER BY board) FROM handover WHERE former = $1)
                    FROM change
                    """,
                    leaseConnection),
                Member);
            using var reader = command.ExecuteReader();
            reader.Read();
            var lost = reader.IsDBNull(0) ? [] : reader.GetFieldValue<int[]>(0);
            if (lost.Length > 0)
            {
                NoteEpochs(lost, reader.GetFieldValue<long[]>(4));
            }

            return new(new Renewal(isMember, lost, reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)));
        }
        catch (Exception fault) when (PostgresErrors.IsOurs(fault))
        {
            CloseLeaseConnection();
            throw PostgresErrors.Unavailable(fault);
        }
        finally
        {
            renewing.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask LeaveAsync(CancellationToken cancellationToken)
    {
        await renewing.WaitAsync(cancellationToken);
        try
        {
            await WriteAsync(async opened =>
            {
                await using var transaction = await opened.BeginTransactionAsync(cancellationToken);
                await RunAsync(opened, "UPDATE ownership SET owner = 0 WHERE owner = $1", cancellationToken, Member);
                await RunAsync(opened, "UPDATE ownership SET follower = 0 WHERE follower = $1", cancellationToken, Member);
                await RunAsync(opened, "DELETE FROM handover WHERE former = $1", cancellationToken, Member);
                await RunAsync(opened, "DELETE FROM member WHERE number = $1", cancellationToken, Member);
                await transaction.CommitAsync(cancellationToken);
                return true;
            }, cancellationToken);
        }
        finally
        {
            CloseLeaseConnection();
            renewing.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask<bool> ClaimAsync(int board, CancellationToken cancellationToken)
    {
        // One statement, committed by itself. It waits for writes under the old epoch: they hold the row.
        var epoch = await WriteAsync(opened => OneAsync(
            opened,
            """
            WITH former AS (SELECT board, owner, epoch FROM ownership WHERE board = $1 FOR UPDATE),
            taken AS (UPDATE ownership AS o SET epoch = o.epoch + 1, owner = $2, follower = CASE o.follower WHEN $2 THEN 0 ELSE o.follower END
              FROM former WHERE o.board = former.board RETURNING o.epoch),
            noted AS (INSERT INTO handover (former, board, epoch) SELECT owner, board, epoch FROM former WHERE owner NOT IN (0, $2)
              ON CONFLICT (former, board) DO UPDATE SET epoch = excluded.epoch),
            mine AS (DELETE FROM handover WHERE former = $2 AND board = $1)
            SELECT epoch FROM taken
            """,
            cancellationToken, board, Member), cancellationToken);
        if (epoch == 0)
        {
            return false;
        }

        // Later, in a statement of its own: all that was ever written under the old epochs is seen here.
        await ReadAsync(
            "SELECT b.folded, greatest(b.folded, coalesce((SELECT max(number) FROM log WHERE board = b.number), 0)) FROM board AS b WHERE b.number = $1",
            async (reader, cancellationToken) =>
            {
                var isBoard = await reader.ReadAsync(cancellationToken);
                Keep(board, epoch, isBoard ? reader.GetInt64(0) : 0, isBoard ? reader.GetInt64(1) : 0);
                return true;
            },
            cancellationToken,
            board);
        return true;
    }

    /// <inheritdoc />
    public async ValueTask<TimeSpan> ReadWaitAsync(int board, CancellationToken cancellationToken) => await ReadAsync(
        """
        SELECT coalesce(greatest(max(extract(epoch FROM m.lease_until - clock_timestamp())), 0), 0)::float8
        FROM handover AS h JOIN member AS m ON m.number = h.former WHERE h.board = $1
        """,
        static async (reader, cancellationToken) => await reader.ReadAsync(cancellationToken) ? TimeSpan.FromSeconds(reader.GetDouble(0)) : TimeSpan.Zero,
        cancellationToken,
        board);

    /// <inheritdoc />
    public async ValueTask ReleaseAsync(IReadOnlyCollection<int> boards, CancellationToken cancellationToken)
    {
        if (boards.Count == 0)
        {
            return;
        }

        var numbers = boards.Order().ToArray();
        long[] epochs;
        lock (claiming)
        {
            epochs = Array.ConvertAll(numbers, board => lastEpochs.GetValueOrDefault(board));
        }

        Forget(numbers);
        await Task.Yield();
        await WriteAsync(async opened =>
        {
            await using var transaction = await opened.BeginTransactionAsync(cancellationToken);
            await RunAsync(
                opened,
                """
                UPDATE ownership SET owner = 0 WHERE owner = $1 AND board IN (
                  SELECT o.board FROM ownership AS o JOIN unnest($2::integer[], $3::bigint[]) AS w (board, epoch) ON o.board = w.board AND o.epoch <= w.epoch
                  WHERE o.owner = $1 ORDER BY o.board FOR UPDATE OF o)
                """,
                cancellationToken, Member, numbers, epochs);
            await RunAsync(
                opened,
                "DELETE FROM handover AS h USING unnest($2::integer[], $3::bigint[]) AS w (board, epoch) WHERE h.former = $1 AND h.board = w.board AND h.epoch <= w.epoch",
                cancellationToken, Member, numbers, epochs);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }, cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<int>> ReadOrphansAsync(int limit, CancellationToken cancellationToken) => await ReadAsync<IReadOnlyList<int>>(
        """
        SELECT o.board FROM ownership AS o
        WHERE NOT EXISTS (SELECT FROM member AS m WHERE m.number = o.owner AND m.lease_until > clock_timestamp()) ORDER BY o.board LIMIT $1
        """,
        static async (reader, cancellationToken) =>
        {
            var boards = new List<int>();
            while (await reader.ReadAsync(cancellationToken))
            {
                boards.Add(reader.GetInt32(0));
            }

            return boards;
        },
        cancellationToken,
        limit);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<Ownership>> ReadOwnershipsAsync(CancellationToken cancellationToken) => await ReadAsync<IReadOnlyList<Ownership>>(
        """
        SELECT o.board, o.epoch, o.owner, o.follower, coalesce(m.lease_until > clock_timestamp(), false)
        FROM ownership AS o LEFT JOIN member AS m ON m.number = o.owner WHERE o.board <> 0 ORDER BY o.board
        """,
        static async (reader, cancellationToken) =>
        {
            var owners = new List<Ownership>();
            while (await reader.ReadAsync(cancellationToken))
            {
                owners.Add(new Ownership(reader.GetInt32(0), reader.GetInt64(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetBoolean(4)));
            }

            return owners;
        },
        cancellationToken);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<Member>> ReadMembersAsync(CancellationToken cancellationToken) => await ReadAsync<IReadOnlyList<Member>>(
        """
        SELECT number, name, address, boards, entries, followed, extract(epoch FROM lease_until - clock_timestamp())::float8
        FROM member WHERE lease_until > clock_timestamp() ORDER BY number
        """,
        static async (reader, cancellationToken) =>
        {
            var members = new List<Member>();
            while (await reader.ReadAsync(cancellationToken))
            {
                members.Add(new Member(
                    reader.GetInt32(0),
                    new MemberDescription(reader.GetString(1), reader.GetString(2)),
                    new MemberLoad(reader.GetInt32(3), reader.GetInt64(4), reader.GetInt64(5)),
                    TimeSpan.FromSeconds(reader.GetDouble(6))));
            }

            return members;
        },
        cancellationToken);

    /// <inheritdoc />
    public async ValueTask SetFollowerAsync(int board, int follower, CancellationToken cancellationToken) => await WriteAsync(
        opened => RunAsync(opened, "UPDATE ownership SET follower = $3 WHERE board = $1 AND owner = $2 AND follower <> $3", cancellationToken, board, Member, follower), cancellationToken);

    /// <inheritdoc />
    public async ValueTask NoteFollowedAsync(int board, long through, CancellationToken cancellationToken) => await WriteAsync(
        opened => RunAsync(opened, "UPDATE ownership SET followed_through = $3 WHERE board = $1 AND follower = $2", cancellationToken, board, Member, through), cancellationToken, isRepeatable: true);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Jinbang.Ranking.PlayerId>> FindPlayersAsync(int game, IReadOnlyList<Jinbang.Boards.Players.ExternalId> players, CancellationToken cancellationToken)
    {
        var ids = players.Select(static player => System.Text.Encoding.UTF8.GetString(player.Utf8)).ToArray();
        return ReadAsync<IReadOnlyList<Jinbang.Ranking.PlayerId>>(
            "SELECT external_id, number FROM player WHERE game = $1 AND external_id = ANY ($2)",
            async (reader, cancellationToken) =>
            {
                var known = new Dictionary<string, int>(StringComparer.Ordinal);
                while (await reader.ReadAsync(cancellationToken))
                {
                    known.Add(reader.GetString(0), reader.GetInt32(1));
                }

                return [.. ids.Select(id => known.TryGetValue(id, out var number) ? new Jinbang.Ranking.PlayerId(number) : default)];
            },
            cancellationToken,
            game,
            ids);
    }

    /// <summary>A claim whose outcome nobody knew may have been stored, and others may wait for it to be given up.</summary>
    private void NoteEpochs(int[] boards, long[] epochs)
    {
        lock (claiming)
        {
            for (var i = 0; i < boards.Length; i++)
            {
                lastEpochs[boards[i]] = Math.Max(lastEpochs.GetValueOrDefault(boards[i]), epochs[i]);
            }
        }
    }

    private void Keep(int board, long epoch, long folded, long lastNumber)
    {
        lock (claiming)
        {
            lastEpochs[board] = epoch;
            claims[board] = new Claim { Epoch = epoch, Folded = folded, LastNumber = lastNumber, WaitingSince = lastNumber > folded ? time.GetTimestamp() : 0 };
        }
    }

    private async Task<int> TryJoinAsync(MemberDescription description, TimeSpan lease, bool isAlone, CancellationToken cancellationToken) => await WriteAsync(async opened =>
    {
        await using var transaction = await opened.BeginTransactionAsync(cancellationToken);
        await RunAsync(opened, "SELECT FROM store FOR UPDATE", cancellationToken);
        var others = await OneAsync(opened, "SELECT count(*) FROM member WHERE lease_until > clock_timestamp() AND (is_alone OR $1)", cancellationToken, isAlone);
        if (others > 0)
        {
            return 0;
        }

        await ClearAwayAsync(opened, cancellationToken);
        var number = (int)await OneAsync(opened, "UPDATE store SET last_member = last_member + 1 RETURNING last_member", cancellationToken);
        await RunAsync(
            opened,
            "INSERT INTO member (number, name, address, is_alone, lease_until) VALUES ($1, $2, $3, $4, clock_timestamp() + $5)",
            cancellationToken, number, description.Name, description.Address, isAlone, lease);
        await RunAsync(opened, "INSERT INTO writer (member, generation) VALUES ($1, 1)", cancellationToken, number);
        await transaction.CommitAsync(cancellationToken);
        generation = 1;
        return number;
    }, cancellationToken);

    /// <summary>Clears away members whose lease ran out long ago, with what was made under their names; their last commit is kept.</summary>
    private static async Task ClearAwayAsync(NpgsqlConnection opened, CancellationToken cancellationToken)
    {
        await RunAsync(opened, "DELETE FROM member WHERE lease_until < clock_timestamp() - $1::interval", cancellationToken, 2 * LongestAbsence);
        await RunAsync(
            opened,
            """
            WITH gone AS (DELETE FROM writer WHERE member NOT IN (SELECT number FROM member) RETURNING last_commit, last_at)
            UPDATE store SET departed_commit = greatest(departed_commit, (SELECT max(last_commit) FROM gone)), departed_at = greatest(departed_at, (SELECT max(last_at) FROM gone))
            """,
            cancellationToken);
        await RunAsync(opened, "DELETE FROM handover WHERE former NOT IN (SELECT number FROM member)", cancellationToken);
        await RunAsync(opened, "UPDATE ownership SET owner = 0 WHERE owner <> 0 AND owner NOT IN (SELECT number FROM member)", cancellationToken);
    }

    /// <summary>Becomes the only server: waits until a predecessor's lease has run out, and then takes all boards.</summary>
    private async Task TakeAllAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var description = new MemberDescription(Environment.MachineName, "");
        while ((Member = await TryJoinAsync(description, options.Lease, isAlone: true, cancellationToken)) == 0)
        {
            if (time.GetElapsedTime(start) > options.Lease + TimeSpan.FromSeconds(2))
            {
                throw new StoreOpenException("Another server is using the database: stop it first, or give both the cluster's settings.");
            }

            await Task.Delay(TakingPause, time, cancellationToken);
        }

        await WriteAsync(opened => RunAsync(opened, "UPDATE ownership SET epoch = epoch + 1, owner = $1", cancellationToken, Member), cancellationToken);
        await WriteAsync(opened => RunAsync(opened, "DELETE FROM handover", cancellationToken), cancellationToken);
        await ReadAsync(
            """
            SELECT o.board, o.epoch, b.folded, greatest(b.folded, coalesce((SELECT max(number) FROM log WHERE board = b.number), 0))
            FROM ownership AS o JOIN board AS b ON b.number = o.board
            """,
            async (reader, cancellationToken) =>
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    Keep(reader.GetInt32(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
                }

                return true;
            },
            cancellationToken);
        renewals = Task.Run(RenewRepeatedlyAsync, CancellationToken.None);
    }

    private async Task RenewRepeatedlyAsync()
    {
        while (!stopRenewing.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(options.Lease / 4, time, stopRenewing.Token);
                if (!(await RenewAsync(new MemberLoad(0, 0, 0), options.Lease, stopRenewing.Token)).IsMember)
                {
                    // The next write says so.
                    isExpelled = true;
                    return;
                }
            }
            catch (Exception fault) when (fault is StoreUnavailableException or StoreBrokenException or OperationCanceledException)
            {
                // Writes tell of it. Should another server have come meanwhile, the fence does.
            }
        }
    }

    private async Task StopRenewingAsync()
    {
        await stopRenewing.CancelAsync();
        await renewals;
    }

    private void CloseLeaseConnection()
    {
        var closing = leaseConnection;
        leaseConnection = null;
        try
        {
            closing?.Dispose();
        }
        catch (Exception fault) when (PostgresErrors.IsOurs(fault))
        {
            // It was broken.
        }
    }
}

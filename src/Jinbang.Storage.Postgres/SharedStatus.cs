using Jinbang.Boards.Storage;
using Npgsql;

namespace Jinbang.Storage.Postgres;

/// <summary>What a database says of the servers that share it.</summary>
/// <param name="SchemaVersion">The number of the last script that ran.</param>
/// <param name="Members">Servers whose lease runs, and those whose lease ran out in the last two minutes.</param>
/// <param name="Boards">All boards.</param>
/// <param name="Durability">What a commit waits for, in words.</param>
/// <param name="Standbys">The standbys of the database, as PostgreSQL names them.</param>
public sealed record SharedStatus(
    int SchemaVersion, IReadOnlyList<MemberStatus> Members, IReadOnlyList<BoardStatus> Boards, string Durability, IReadOnlyList<StandbyStatus> Standbys)
{
    /// <summary>Reads it, without becoming a member and without changing anything.</summary>
    /// <exception cref="StoreOpenException">The database cannot be read; the message says why.</exception>
    public static async Task<SharedStatus> ReadAsync(string connectionString, CancellationToken cancellationToken)
    {
        using var sessions = Sessions.Over(connectionString, new PostgresStoreOptions { StatementTimeout = TimeSpan.FromMinutes(1) });
        try
        {
            await using var opened = await sessions.OpenAsync(cancellationToken);
            if ((await ListAsync(opened, "SELECT count(*) FROM pg_tables WHERE tablename = 'jinbang_schema'", static row => row.GetInt64(0), cancellationToken))[0] == 0)
            {
                throw new StoreOpenException("The database is empty: start a server on it first.");
            }

            return new SharedStatus(
                (await ListAsync(opened, "SELECT schema_version FROM jinbang_schema", static row => row.GetInt32(0), cancellationToken))[0],
                await ListAsync(opened, SelectMembers, ReadMember, cancellationToken),
                await ListAsync(opened, SelectBoards, ReadBoard, cancellationToken),
                (await ListAsync(opened, SelectDurability, static row => DurabilityOf(row.GetString(0), row.GetString(1)), cancellationToken))[0],
                await ListAsync(
                    opened,
                    "SELECT coalesce(application_name, ''), coalesce(state, ''), coalesce(sync_state, '') FROM pg_stat_replication ORDER BY 1",
                    static row => new StandbyStatus(row.GetString(0), row.GetString(1), row.GetString(2)),
                    cancellationToken));
        }
        catch (Exception fault) when (PostgresErrors.IsOurs(fault))
        {
            throw new StoreOpenException($"The database cannot be read: {PostgresErrors.TextOf(fault)}", fault);
        }
    }

    private const string SelectMembers = """
        SELECT number, name, address, is_alone, boards, entries, followed, extract(epoch FROM lease_until - clock_timestamp())::float8 FROM member ORDER BY number
        """;

    private const string SelectBoards = """
        SELECT g.id, b.name, b.number, o.epoch, o.owner, o.follower,
          coalesce((SELECT sum((SELECT count(*) FROM entry WHERE entry."window" = w.number)) FROM "window" AS w WHERE w.board = b.number AND w.state = 1), 0)::bigint,
          greatest(coalesce((SELECT max(number) FROM log WHERE board = b.number), 0) - b.folded, 0),
          greatest(coalesce((SELECT max(number) FROM log WHERE board = b.number), b.folded) - o.followed_through, 0)
        FROM board AS b JOIN game AS g ON g.number = b.game JOIN ownership AS o ON o.board = b.number ORDER BY g.id, b.name
        """;

    private const string SelectDurability = "SELECT current_setting('synchronous_commit'), current_setting('synchronous_standby_names')";

    private static MemberStatus ReadMember(NpgsqlDataReader row) => new(
        row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetBoolean(3), new MemberLoad(row.GetInt32(4), row.GetInt64(5), row.GetInt64(6)), TimeSpan.FromSeconds(row.GetDouble(7)));

    private static BoardStatus ReadBoard(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetInt32(2), row.GetInt64(3), row.GetInt32(4), row.GetInt32(5), row.GetInt64(6), row.GetInt64(7), row.GetInt32(5) == 0 ? null : row.GetInt64(8));

    private static string DurabilityOf(string commit, string standbys) => standbys.Length == 0
        ? "a commit is on this server's disk; there is no synchronous standby, so a lost disk loses what was acknowledged since the last backup"
        : commit is "remote_apply" ? "a commit is on this server's disk and applied by synchronous standbys" : "a commit is on this server's disk and on that of synchronous standbys";

    private static async Task<IReadOnlyList<T>> ListAsync<T>(NpgsqlConnection opened, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, opened);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}

/// <summary>A server.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Address">Where the others reach it.</param>
/// <param name="IsAlone">Whether it shares the database with nobody.</param>
/// <param name="Load">What it holds.</param>
/// <param name="Lease">How much longer its lease runs; negative since it ran out.</param>
public sealed record MemberStatus(int Number, string Name, string Address, bool IsAlone, MemberLoad Load, TimeSpan Lease);

/// <summary>A board.</summary>
/// <param name="Game">The game's id.</param>
/// <param name="Name">The board's name.</param>
/// <param name="Number">Its number in the store.</param>
/// <param name="Epoch">How often it was claimed.</param>
/// <param name="Owner">The number of the server that owns it; 0 for none.</param>
/// <param name="Follower">The number of the server that keeps a copy; 0 for none.</param>
/// <param name="Entries">Folded entries in its open windows.</param>
/// <param name="Unfolded">Rows of the log that are not folded yet.</param>
/// <param name="Lag">How many rows its follower is behind; null without one.</param>
public sealed record BoardStatus(string Game, string Name, int Number, long Epoch, int Owner, int Follower, long Entries, long Unfolded, long? Lag);

/// <summary>A standby of the database.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">Such as "streaming".</param>
/// <param name="Sync">"sync", "quorum", "potential" or "async".</param>
public sealed record StandbyStatus(string Name, string State, string Sync);

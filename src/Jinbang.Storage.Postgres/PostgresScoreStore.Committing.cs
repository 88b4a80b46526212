using System.Text;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Jinbang.Storage.Postgres;

// The one statement of a commit. "mine" locks the member's row under its generation, "owned" locks the rows of the boards in their order, as everybody does; only if all are
// there does anything else happen. The parts that a batch has are put together to a text that is prepared once per connection.

public sealed partial class PostgresScoreStore
{
    [Flags]
    private enum Parts
    {
        None = 0,
        Submissions = 1,
        Profiles = 2,
        Closings = 4,
        Events = 8,
        Records = 16,
    }

    private readonly Dictionary<Parts, NpgsqlCommand> commits = [];
    private readonly WindowText windowText = new();
    private readonly List<int> doubtfulRows = [];

    /// <inheritdoc />
    public ValueTask<long> CommitAsync(CommitBatch batch, CancellationToken cancellationToken)
    {
        WaitForFolds(batch);
        lock (gate)
        {
            return new(SettledIfAlone(() => Commit(batch), commit =>
            {
                batch.SubmissionResults.Clear();
                batch.SubmissionResults.AddRange(Enumerable.Repeat(RowResult.Added, batch.Submissions.Count));
                return commit;
            }));
        }
    }

    private long Commit(CommitBatch batch)
    {
        batch.SubmissionResults.Clear();
        batch.ProfileResults.Clear();
        batch.ProfileResults.AddRange(Enumerable.Repeat(RowResult.Unchanged, batch.Profiles.Count));
        try
        {
            return TryCommit(batch);
        }
        catch (Exception fault) when (PostgresErrors.IsRefusal(fault))
        {
            FindRefused(batch);
            if (batch.SubmissionResults.Contains(RowResult.Refused))
            {
                return LastCommit();
            }

            if (!batch.ProfileResults.Contains(RowResult.Refused))
            {
                throw PostgresErrors.Unavailable(fault);
            }

            return TryCommit(batch);
        }
    }

    private long TryCommit(CommitBatch batch)
    {
        var isSent = false;
        try
        {
            Connection();
            var profiles = MergeProfiles(batch);
            var parts = (batch.Submissions.Count > 0 ? Parts.Submissions : 0) | (profiles.Count > 0 ? Parts.Profiles : 0) | (batch.Closings.Count > 0 ? Parts.Closings : 0)
                | (batch.Events.Count > 0 ? Parts.Events : 0) | (batch.Records.Count > 0 ? Parts.Records : 0);
            if (parts == Parts.None)
            {
                return LastCommit();
            }

            var boards = BoardsOf(batch);
            var command = CommandOf(parts);
            command.Parameters.Clear();
            attempt++;
            command.Parameters.Add(Parameter(Member));
            command.Parameters.Add(Parameter(generation));
            command.Parameters.Add(Parameter(boards));
            command.Parameters.Add(Parameter(EpochsOf(boards)));
            command.Parameters.Add(Parameter(attempt));
            command.Parameters.Add(Parameter(batch.At));
            AddSubmissions(command, batch, parts);
            AddProfiles(command, profiles, parts);
            AddOthers(command, batch, parts);
            isSent = true;
            bool isMine, isWhole;
            long commit;
            using (var reader = command.ExecuteReader())
            {
                reader.Read();
                (isMine, isWhole, commit) = (reader.GetInt64(0) > 0, reader.GetInt64(1) == boards.Length || options.UnsafeWithoutFence, reader.GetInt64(2));
                reader.NextResult();
            }

            if (!isMine)
            {
                throw Expelled();
            }

            if (!isWhole)
            {
                throw Lost(ReadLost(boards));
            }

            batch.SubmissionResults.Clear();
            batch.SubmissionResults.AddRange(Enumerable.Repeat(RowResult.Added, batch.Submissions.Count));
            Stored(batch.Submissions.Select(static row => row.Board));
            return commit > 0 ? commit : LastCommit();
        }
        catch (Exception fault) when (PostgresErrors.IsOurs(fault) && !PostgresErrors.IsRefusal(fault))
        {
            if (isSent && !PostgresErrors.IsCertain(fault))
            {
                doubtfulRows.Clear();
                doubtfulRows.AddRange(batch.Submissions.Select(static row => row.Board));
                throw Doubt(fault, isCommit: true);
            }

            CloseIfBroken(fault);
            throw PostgresErrors.Unavailable(fault);
        }
    }

    /// <summary>Takes note of rows that are stored.</summary>
    private void Stored(IEnumerable<int> boards)
    {
        lock (claiming)
        {
            var now = time.GetTimestamp();
            foreach (var board in boards)
            {
                if (claims.TryGetValue(board, out var claim))
                {
                    claim.LastNumber++;
                    claim.WaitingSince = claim.WaitingSince == 0 ? now : claim.WaitingSince;
                }
            }
        }
    }

    private int[] BoardsOf(CommitBatch batch)
    {
        var boards = new SortedSet<int>();
        foreach (var row in batch.Submissions)
        {
            boards.Add(row.Board);
        }

        if (batch.Closings.Count > 0)
        {
            using var command = Command("SELECT DISTINCT board FROM \"window\" WHERE number = ANY ($1)", batch.Closings.Select(static closing => closing.Window).ToArray());
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                boards.Add(reader.GetInt32(0));
            }
        }

        return [.. boards];
    }

    private List<int> ReadLost(int[] boards)
    {
        var epochs = EpochsOf(boards);
        using var command = Command(
            "SELECT w.board FROM unnest($1::integer[], $2::bigint[]) AS w (board, epoch) LEFT JOIN ownership AS o ON o.board = w.board AND o.epoch = w.epoch WHERE o.board IS NULL", boards, epochs);
        using var reader = command.ExecuteReader();
        var lost = new List<int>();
        while (reader.Read())
        {
            lost.Add(reader.GetInt32(0));
        }

        return lost;
    }

    private long LastCommit()
    {
        try
        {
            Connection();
            return One("SELECT greatest((SELECT max(last_commit) FROM writer), (SELECT departed_commit FROM store))");
        }
        catch (Exception fault) when (PostgresErrors.IsOurs(fault))
        {
            CloseIfBroken(fault);
            throw PostgresErrors.Unavailable(fault);
        }
    }

    private NpgsqlCommand CommandOf(Parts parts)
    {
        if (commits.TryGetValue(parts, out var known))
        {
            return known;
        }

        var command = new NpgsqlCommand(TextOf(parts), connection);
        commits.Add(parts, command);
        return command;
    }

    private string TextOf(Parts parts)
    {
        var fence = options.UnsafeWithoutFence ? "EXISTS (SELECT FROM mine)" : "EXISTS (SELECT FROM mine) AND (SELECT count(*) FROM owned) = cardinality($3::integer[])";
        var counts = new List<string>();
        var at = 7;
        var text = new StringBuilder($"""
            WITH mine AS (SELECT 1 FROM writer WHERE member = $1 AND generation = $2 FOR UPDATE),
            owned AS (
              SELECT o.board FROM ownership AS o JOIN unnest($3::integer[], $4::bigint[]) AS w (board, epoch) ON o.board = w.board AND o.epoch = w.epoch
              ORDER BY o.board FOR SHARE OF o),
            fine AS MATERIALIZED (SELECT 1 WHERE {fence})
            """);

        string Next(string type) => $"${at++}::{type}[]";

        void Add(string name, string sql)
        {
            text.Append($",\n{name} AS ({sql} RETURNING 1)");
            counts.Add($"(SELECT count(*) FROM {name})");
        }

        if (parts.HasFlag(Parts.Submissions))
        {
            Add("submissions", $"""
                INSERT INTO log (board, number, player, ord, result, score, score2, score3, score4, key, metadata, windows, at)
                SELECT r.*, $6 FROM unnest({Next("integer")}, {Next("bigint")}, {Next("integer")}, {Next("bigint")}, {Next("smallint")},
                  {Next("bigint")}, {Next("bigint")}, {Next("bigint")}, {Next("bigint")}, {Next("text")}, {Next("text")}, {Next("text")}) AS r
                WHERE EXISTS (SELECT FROM fine)
                """);
        }

        if (parts.HasFlag(Parts.Profiles))
        {
            Add("profiles", $"""
                INSERT INTO profile AS p (game, player, nickname, avatar, sex, province, city, country)
                SELECT r.* FROM unnest({Next("integer")}, {Next("integer")}, {Next("text")}, {Next("text")}, {Next("smallint")}, {Next("text")}, {Next("text")}, {Next("text")}) AS r (game, player)
                WHERE EXISTS (SELECT FROM fine) ORDER BY r.game, r.player
                ON CONFLICT (game, player) DO UPDATE SET
                  nickname = coalesce(excluded.nickname, p.nickname), avatar = coalesce(excluded.avatar, p.avatar), sex = coalesce(excluded.sex, p.sex),
                  province = coalesce(excluded.province, p.province), city = coalesce(excluded.city, p.city), country = coalesce(excluded.country, p.country)
                """);
        }

        if (parts.HasFlag(Parts.Closings))
        {
            Add("closings", $"""
                UPDATE "window" AS w SET state = 2, closed_at = r.at, last_order = r.ord, count = r.count, checksum = r.checksum, score_order = r.score_order
                FROM unnest({Next("integer")}, {Next("bigint")}, {Next("bigint")}, {Next("integer")}, {Next("bigint")}, {Next("integer")}) AS r (number, at, ord, count, checksum, score_order)
                WHERE w.number = r.number AND w.state = 1 AND EXISTS (SELECT FROM fine)
                """);
        }

        if (parts.HasFlag(Parts.Events))
        {
            Add("events", $"""
                INSERT INTO event (id, game, type, body, at)
                SELECT r.*, $6 FROM unnest({Next("text")}, {Next("integer")}, {Next("text")}, {Next("text")}) AS r WHERE EXISTS (SELECT FROM fine) ON CONFLICT (id) DO NOTHING
                """);
        }

        if (parts.HasFlag(Parts.Records))
        {
            var (kinds, ids, bodies) = (Next("text"), Next("text"), Next("text"));
            Add("records", $"""
                INSERT INTO record (kind, id, body) SELECT r.* FROM unnest({kinds}, {ids}, {bodies}) AS r (kind, id, body)
                WHERE r.body IS NOT NULL AND EXISTS (SELECT FROM fine) ORDER BY r.kind, r.id ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body
                """);
            Add("removals", $"""
                DELETE FROM record AS d USING unnest({kinds}, {ids}, {bodies}) AS r (kind, id, body)
                WHERE r.body IS NULL AND d.kind = r.kind AND d.id = r.id AND EXISTS (SELECT FROM fine)
                """);
            text.Append(",\nchanges AS (UPDATE change SET records = records + 1 WHERE EXISTS (SELECT FROM fine))");
        }

        return text.Append($"""
            ,
            counted AS (
              UPDATE writer SET last_attempt = $5, last_commit = nextval('commit_number'), last_at = $6
              WHERE member = $1 AND generation = $2 AND EXISTS (SELECT FROM fine) AND {string.Join(" + ", counts)} > 0 RETURNING last_commit)
            SELECT (SELECT count(*) FROM mine), (SELECT count(*) FROM owned), coalesce((SELECT last_commit FROM counted), 0)
            """).ToString();
    }

    private void AddSubmissions(NpgsqlCommand command, CommitBatch batch, Parts parts)
    {
        if (!parts.HasFlag(Parts.Submissions))
        {
            return;
        }

        var rows = batch.Submissions;
        var count = rows.Count;
        var (boards, numbers, players, orders, results) = (new int[count], new long[count], new int[count], new long[count], new short[count]);
        var (first, second, third, fourth) = (new long[count], new long[count], new long[count], new long[count]);
        var (keys, metadata, windows) = (new string?[count], new string?[count], new string[count]);
        var lines = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(batch.Windows);
        var last = LastNumbersOf(rows);
        for (var i = 0; i < count; i++)
        {
            var row = rows[i];
            (boards[i], players[i], orders[i], results[i]) = (row.Board, row.Player.Number, row.Order, (short)row.Result);
            numbers[i] = last[row.Board] = last.GetValueOrDefault(row.Board) + 1;
            (first[i], second[i], third[i], fourth[i]) = (row.Submitted.First, row.Submitted.Second, row.Submitted.Third, row.Submitted.Fourth);
            (keys[i], metadata[i]) = (row.Key, TextOf(row.Metadata));
            windows[i] = Encoding.ASCII.GetString(windowText.Write(lines.Slice(row.FirstWindow, row.WindowCount), row.Submitted));
        }

        AddArrays(command, boards, numbers, players, orders, results, first, second, third, fourth, keys, metadata, windows);
    }

    private Dictionary<int, long> LastNumbersOf(List<SubmissionRow> rows)
    {
        var last = new Dictionary<int, long>();
        lock (claiming)
        {
            foreach (var row in rows)
            {
                if (claims.TryGetValue(row.Board, out var claim))
                {
                    last[row.Board] = claim.LastNumber;
                }
            }
        }

        return last;
    }

    private static void AddProfiles(NpgsqlCommand command, List<ProfileRow> profiles, Parts parts)
    {
        if (parts.HasFlag(Parts.Profiles))
        {
            AddArrays(
                command,
                profiles.Select(static row => row.Game).ToArray(),
                profiles.Select(static row => row.Player.Number).ToArray(),
                profiles.Select(static row => TextOf(row.Change.Nickname)).ToArray(),
                profiles.Select(static row => TextOf(row.Change.Avatar)).ToArray(),
                profiles.Select(static row => (short?)row.Change.Sex).ToArray(),
                profiles.Select(static row => TextOf(row.Change.Province)).ToArray(),
                profiles.Select(static row => TextOf(row.Change.City)).ToArray(),
                profiles.Select(static row => TextOf(row.Change.Country)).ToArray());
        }
    }

    private static void AddOthers(NpgsqlCommand command, CommitBatch batch, Parts parts)
    {
        if (parts.HasFlag(Parts.Closings))
        {
            AddArrays(
                command,
                batch.Closings.Select(static row => row.Window).ToArray(),
                batch.Closings.Select(static row => row.At.ToUnixTimeMilliseconds()).ToArray(),
                batch.Closings.Select(static row => row.LastOrder).ToArray(),
                batch.Closings.Select(static row => row.Count).ToArray(),
                batch.Closings.Select(static row => (long)row.Checksum).ToArray(),
                batch.Closings.Select(static row => ColumnOrderCode.Of(row.Order)).ToArray());
        }

        if (parts.HasFlag(Parts.Events))
        {
            var events = batch.Events.DistinctBy(static row => row.Id).ToList();
            AddArrays(
                command,
                events.Select(static row => row.Id).ToArray(),
                events.Select(static row => row.Game).ToArray(),
                events.Select(static row => row.Type).ToArray(),
                events.Select(static row => TextOf(row.Body)!).ToArray());
        }

        if (parts.HasFlag(Parts.Records))
        {
            // What is said of a record last counts.
            var records = batch.Records.AsEnumerable().Reverse().DistinctBy(static row => (row.Kind, row.Id)).ToList();
            AddArrays(
                command,
                records.Select(static row => row.Kind).ToArray(),
                records.Select(static row => row.Id).ToArray(),
                records.Select(static row => row.Body).ToArray());
        }
    }

    private static void AddArrays(NpgsqlCommand command, params ReadOnlySpan<Array> columns)
    {
        foreach (var column in columns)
        {
            command.Parameters.Add(column switch
            {
                string?[] texts => new NpgsqlParameter { Value = texts, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                short?[] numbers => new NpgsqlParameter { Value = numbers, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Smallint },
                _ => new NpgsqlParameter { Value = column },
            });
        }
    }

    /// <summary>
    /// Brings the profiles of a batch that are not refused to one change a player, leaves out what changes nothing, and says what becomes of each. Who else changes the same profile
    /// at this moment may make an "added" a "changed".
    /// </summary>
    private List<ProfileRow> MergeProfiles(CommitBatch batch)
    {
        var merged = new List<ProfileRow>();
        if (batch.Profiles.Count == 0)
        {
            return merged;
        }

        var known = ReadKnown(batch);
        var changes = new SortedDictionary<(int Game, int Player), ProfileChange>();
        for (var i = 0; i < batch.Profiles.Count; i++)
        {
            if (batch.ProfileResults[i] == RowResult.Refused)
            {
                continue;
            }

            var row = batch.Profiles[i];
            var key = (row.Game, row.Player.Number);
            var isThere = known.TryGetValue(key, out var before);
            var after = Merged(before, row.Change);
            batch.ProfileResults[i] = !isThere ? RowResult.Added : Says(before!, row.Change) ? RowResult.Unchanged : RowResult.Changed;
            if (batch.ProfileResults[i] != RowResult.Unchanged)
            {
                known[key] = after;
                changes[key] = Merged(changes.GetValueOrDefault(key), row.Change);
            }
        }

        merged.AddRange(changes.Select(static change => new ProfileRow(change.Key.Game, new Ranking.PlayerId(change.Key.Player), change.Value)));
        return merged;
    }

    private Dictionary<(int Game, int Player), ProfileChange> ReadKnown(CommitBatch batch)
    {
        var keys = batch.Profiles.Select(static row => (row.Game, row.Player.Number)).Distinct().ToList();
        using var command = Command(
            """
            SELECT p.game, p.player, p.nickname, p.avatar, p.sex, p.province, p.city, p.country
            FROM unnest($1::integer[], $2::integer[]) AS w (game, player) JOIN profile AS p ON p.game = w.game AND p.player = w.player
            """,
            keys.Select(static key => key.Game).ToArray(),
            keys.Select(static key => key.Number).ToArray());
        using var reader = command.ExecuteReader();
        var known = new Dictionary<(int, int), ProfileChange>();
        while (reader.Read())
        {
            known.Add((reader.GetInt32(0), reader.GetInt32(1)), new ProfileChange
            {
                Nickname = StoredRows.Bytes(reader, 2),
                Avatar = StoredRows.Bytes(reader, 3),
                Sex = reader.IsDBNull(4) ? null : (byte)reader.GetInt16(4),
                Province = StoredRows.Bytes(reader, 5),
                City = StoredRows.Bytes(reader, 6),
                Country = StoredRows.Bytes(reader, 7),
            });
        }

        return known;
    }

    private static ProfileChange Merged(ProfileChange? before, ProfileChange change) => new()
    {
        Nickname = change.Nickname ?? before?.Nickname,
        Avatar = change.Avatar ?? before?.Avatar,
        Sex = change.Sex ?? before?.Sex,
        Province = change.Province ?? before?.Province,
        City = change.City ?? before?.City,
        Country = change.Country ?? before?.Country,
    };

    private static bool Says(ProfileChange known, ProfileChange change) =>
        Says(known.Nickname, change.Nickname) && Says(known.Avatar, change.Avatar) && (change.Sex is null || change.Sex == known.Sex)
        && Says(known.Province, change.Province) && Says(known.City, change.City) && Says(known.Country, change.Country);

    private static bool Says(byte[]? known, byte[]? change) => change is null || (known is not null && change.AsSpan().SequenceEqual(known));

    /// <summary>Finds out which rows the database refuses, by trying each by itself in a transaction that is rolled back.</summary>
    private void FindRefused(CommitBatch batch)
    {
        try
        {
            batch.SubmissionResults.Clear();
            using var transaction = Connection().BeginTransaction();
            foreach (var row in batch.Submissions)
            {
                var lines = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(batch.Windows).Slice(row.FirstWindow, row.WindowCount);
                var windows = Encoding.ASCII.GetString(windowText.Write(lines, row.Submitted));
                batch.SubmissionResults.Add(Tries(transaction, () => Run(
                    """
                    INSERT INTO log (board, number, player, ord, at, result, score, score2, score3, score4, key, metadata, windows)
                    VALUES ($1, -1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                    """,
                    row.Board, row.Player.Number, row.Order, batch.At, (short)row.Result,
                    row.Submitted.First, row.Submitted.Second, row.Submitted.Third, row.Submitted.Fourth, new Text(row.Key), new Text(TextOf(row.Metadata)), windows)) ? RowResult.Added : RowResult.Refused);
            }

            for (var i = 0; i < batch.Profiles.Count; i++)
            {
                var (game, player, change) = batch.Profiles[i];
                batch.ProfileResults[i] = Tries(transaction, () => Run(
                    """
                    INSERT INTO profile AS p (game, player, nickname, avatar, sex, province, city, country) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                    ON CONFLICT (game, player) DO UPDATE SET
                      nickname = coalesce(excluded.nickname, p.nickname), avatar = coalesce(excluded.avatar, p.avatar), sex = coalesce(excluded.sex, p.sex),
                      province = coalesce(excluded.province, p.province), city = coalesce(excluded.city, p.city), country = coalesce(excluded.country, p.country)
                    """,
                    game, player.Number, new Text(TextOf(change.Nickname)), new Text(TextOf(change.Avatar)), new Small(change.Sex),
                    new Text(TextOf(change.Province)), new Text(TextOf(change.City)), new Text(TextOf(change.Country)))) ? RowResult.Unchanged : RowResult.Refused;
            }

            transaction.Rollback();
        }
        catch (Exception fault) when (PostgresErrors.IsOurs(fault))
        {
            CloseIfBroken(fault);
            throw PostgresErrors.Unavailable(fault);
        }
    }

    /// <summary>Does something in a transaction and takes it back; false when the database refuses what it says.</summary>
    private static bool Tries(NpgsqlTransaction transaction, Action act)
    {
        transaction.Save("row");
        try
        {
            act();
            transaction.Rollback("row");
            return true;
        }
        catch (PostgresException fault) when (PostgresErrors.IsRefusal(fault))
        {
            transaction.Rollback("row");
            return false;
        }
    }

    private static string? TextOf(byte[]? utf8) => utf8 is null ? null : Encoding.UTF8.GetString(utf8);
}

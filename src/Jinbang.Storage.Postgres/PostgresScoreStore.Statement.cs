using System.Runtime.InteropServices;
using System.Text;
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
            // The number alone would stop a former owner most of the time: where there is to be no fence it is counted anew.
            var numbers = options.UnsafeWithoutFence
                ? "r.board, (SELECT coalesce(max(number), 0) FROM log WHERE log.board = r.board) + row_number() OVER (PARTITION BY r.board), player, ord, result, s1, s2, s3, s4, key, metadata, windows"
                : "r.*";
            Add("submissions", $"""
                INSERT INTO log (board, number, player, ord, result, score, score2, score3, score4, key, metadata, windows, at)
                SELECT {numbers}, $6 FROM unnest({Next("integer")}, {Next("bigint")}, {Next("integer")}, {Next("bigint")}, {Next("smallint")},
                  {Next("bigint")}, {Next("bigint")}, {Next("bigint")}, {Next("bigint")}, {Next("text")}, {Next("text")}, {Next("text")})
                  AS r (board, number, player, ord, result, s1, s2, s3, s4, key, metadata, windows)
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
        var lines = CollectionsMarshal.AsSpan(batch.Windows);
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

    private static string? TextOf(byte[]? utf8) => utf8 is null ? null : Encoding.UTF8.GetString(utf8);
}

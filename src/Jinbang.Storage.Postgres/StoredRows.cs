using System.Text;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Npgsql;

namespace Jinbang.Storage.Postgres;

/// <summary>Reads what the door hands out from rows.</summary>
internal static class StoredRows
{
    public const string SubmissionColumns = "number, board, player, ord, at, result, score, score2, score3, score4, key, metadata, windows";

    public const string WindowColumns = "number, board, rule, kind, key, starts, ends, closes, state, closed_at, last_order, count, checksum, score_order";

    public static StoredSubmission Submission(NpgsqlDataReader row)
    {
        var submitted = Scores(row, 6);
        var windows = new List<WindowLine>();
        WindowText.Read(Encoding.ASCII.GetBytes(row.GetString(12)), submitted, windows);
        return new StoredSubmission
        {
            Number = row.GetInt64(0),
            Board = row.GetInt32(1),
            Player = new PlayerId(row.GetInt32(2)),
            Order = row.GetInt64(3),
            At = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
            Result = (SubmitResult)row.GetInt16(5),
            Submitted = submitted,
            Key = row.IsDBNull(10) ? null : row.GetString(10),
            Metadata = Bytes(row, 11),
            Windows = windows,
        };
    }

    public static StoredWindow Window(NpgsqlDataReader row)
    {
        var number = row.GetInt32(0);
        return new StoredWindow(
            number,
            row.GetInt32(1),
            row.GetString(2),
            (WindowKind)row.GetInt32(3),
            row.GetString(4),
            Time(row, 5),
            Time(row, 6),
            Time(row, 7),
            (WindowState)row.GetInt32(8),
            Time(row, 9) is { } at
                ? new WindowClosing(number, at, row.GetInt64(10), row.GetInt32(11), (ulong)row.GetInt64(12), ColumnOrderCode.Read(row.GetInt32(13)))
                : null);
    }

    public static ScoreColumns Scores(NpgsqlDataReader row, int first) => new(row.GetInt64(first), row.GetInt64(first + 1), row.GetInt64(first + 2), row.GetInt64(first + 3));

    public static DateTimeOffset? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static byte[]? Bytes(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : Encoding.UTF8.GetBytes(row.GetString(column));
}

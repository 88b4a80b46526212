using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Storage.Sqlite;

/// <summary>Reads what the door hands out from rows.</summary>
internal static class StoredRows
{
    public const string SubmissionColumns = "number, board, player, ord, at, result, score, score2, score3, score4, key, metadata, windows";

    public const string WindowColumns = "number, board, rule, kind, key, starts, ends, closes, state, closed_at, last_order, count, checksum, score_order";

    /// <summary>Whether a row of the log is this player's to this board, with this idempotency key.</summary>
    public static bool IsOf(Statement row, int board, PlayerId player, ReadOnlySpan<byte> key) =>
        row.Number(1) == board && row.Number(2) == player.Number && !row.IsNull(10) && row.Bytes(10).SequenceEqual(key);

    public static StoredSubmission Submission(Statement row)
    {
        var submitted = row.Scores(6);
        var windows = new List<WindowLine>();
        WindowText.Read(row.Bytes(12), submitted, windows);
        return new StoredSubmission
        {
            Number = row.Number(0),
            Board = (int)row.Number(1),
            Player = new PlayerId((int)row.Number(2)),
            Order = row.Number(3),
            At = DateTimeOffset.FromUnixTimeMilliseconds(row.Number(4)),
            Result = (SubmitResult)row.Number(5),
            Submitted = submitted,
            Key = row.StringOrNull(10),
            Metadata = row.Text(11),
            Windows = windows,
        };
    }

    public static StoredWindow Window(Statement row)
    {
        var number = (int)row.Number(0);
        return new StoredWindow(
            number,
            (int)row.Number(1),
            row.String(2),
            (WindowKind)row.Number(3),
            row.String(4),
            row.Time(5),
            row.Time(6),
            row.Time(7),
            (WindowState)row.Number(8),
            row.Time(9) is { } at ? new WindowClosing(number, at, row.Number(10), (int)row.Number(11), (ulong)row.Number(12), ColumnOrderCode.Read((int)row.Number(13))) : null);
    }
}

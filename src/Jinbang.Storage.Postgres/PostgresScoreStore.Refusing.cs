using System.Runtime.InteropServices;
using System.Text;
using Jinbang.Boards.Storage;
using Npgsql;

namespace Jinbang.Storage.Postgres;

public sealed partial class PostgresScoreStore
{
    /// <summary>Finds out which rows the database refuses, by trying each by itself in a transaction that is rolled back.</summary>
    private void FindRefused(CommitBatch batch)
    {
        try
        {
            batch.SubmissionResults.Clear();
            using var transaction = Connection().BeginTransaction();
            foreach (var row in batch.Submissions)
            {
                var lines = CollectionsMarshal.AsSpan(batch.Windows).Slice(row.FirstWindow, row.WindowCount);
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
}

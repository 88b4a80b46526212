using Jinbang.Boards.Storage;
using Npgsql;

namespace Jinbang.Storage.Postgres;

// The log is folded into entries in the background, board by board, by one statement that is fenced as a commit is and runs on a connection of its own beside them. Of each entry only the last row counts.
// A start reads entries and then what is not folded, so the number of rows that wait is bounded: commits to a board wait for its fold when there are four times as many as make one
// begin. Between folds old rows of the log, old events and what was deleted are cleared away in slices.

public sealed partial class PostgresScoreStore
{
    private const int SliceRows = 5_000;
    private const int MostAtOnce = 20_000;
    private static readonly TimeSpan EventRetention = TimeSpan.FromDays(30);
    private static readonly TimeSpan TidyPause = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource stopFolding = new();
    private readonly SemaphoreSlim foldGate = new(1, 1);
    private Task? folding;
    private long tidiedAt;

    /// <inheritdoc />
    public ValueTask<bool> MaintainAsync(CancellationToken cancellationToken)
    {
        if (options.TidiesAtOnce)
        {
            var all = DueBoards();
            return new(Task.Run(() => TidyUpAsync(all)).GetAwaiter().GetResult() > 0);
        }

        if (folding is { IsCompleted: false })
        {
            return new(false);
        }

        var finished = folding;
        folding = null;
        finished?.GetAwaiter().GetResult();
        var due = DueBoards();
        if (due.Count == 0 && tidiedAt != 0 && time.GetElapsedTime(tidiedAt) < TidyPause)
        {
            return new(false);
        }

        folding = Task.Run(() => MaintainAsync(due), CancellationToken.None);
        return new(false);
    }

    private async Task MaintainAsync(List<int> due)
    {
        try
        {
            if (await TidyUpAsync(due) == 0)
            {
                tidiedAt = time.GetTimestamp();
            }
        }
        catch (OperationCanceledException)
        {
            // It stops.
        }
    }

    private async Task<int> TidyUpAsync(List<int> due)
    {
        foreach (var board in due)
        {
            await FoldAsync(board, stopFolding.Token);
        }

        return due.Count + await TidyAsync(stopFolding.Token);
    }

    private async Task StopFoldingAsync()
    {
        await stopFolding.CancelAsync();
        try
        {
            await (folding ?? Task.CompletedTask);
        }
        catch (Exception fault) when (fault is StoreUnavailableException or StoreBrokenException)
        {
            // What is not folded is folded later.
        }
    }

    private List<int> DueBoards()
    {
        lock (claiming)
        {
            return [.. claims.Where(pair => pair.Value.LastNumber > pair.Value.Folded
                && (pair.Value.LastNumber - pair.Value.Folded >= options.FoldRows
                    || (pair.Value.WaitingSince != 0 && time.GetElapsedTime(pair.Value.WaitingSince) >= options.FoldAge))).Select(static pair => pair.Key)];
        }
    }

    /// <summary>Holds commits back while too much of a board waits to be folded.</summary>
    private void WaitForFolds(CommitBatch batch)
    {
        foreach (var board in batch.Submissions.Select(static row => row.Board).Distinct())
        {
            long waiting;
            lock (claiming)
            {
                waiting = claims.TryGetValue(board, out var claim) ? claim.LastNumber - claim.Folded : 0;
            }

            if (waiting >= 4L * options.FoldRows)
            {
                FoldNow(board);
            }
        }
    }

    /// <summary>Folds all that waits of a board.</summary>
    private void FoldNow(int board)
    {
        if (isInDoubt)
        {
            return;
        }

        Task.Run(() => FoldAsync(board, stopFolding.Token)).GetAwaiter().GetResult();
    }

    private async Task FoldAsync(int board, CancellationToken cancellationToken)
    {
        await foldGate.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                long epoch, to;
                lock (claiming)
                {
                    if (!claims.TryGetValue(board, out var claim) || claim.LastNumber <= claim.Folded)
                    {
                        return;
                    }

                    (epoch, to) = (claim.Epoch, Math.Min(claim.LastNumber, claim.Folded + MostAtOnce));
                    claim.WaitingSince = to == claim.LastNumber ? 0 : claim.WaitingSince;
                }

                if (!await FoldAsync(board, epoch, to, cancellationToken))
                {
                    return;
                }

                lock (claiming)
                {
                    if (claims.TryGetValue(board, out var claim) && claim.Epoch == epoch)
                    {
                        claim.Folded = to;
                        claim.WaitingSince = claim.LastNumber > to && claim.WaitingSince == 0 ? time.GetTimestamp() : claim.WaitingSince;
                    }
                }
            }
        }
        finally
        {
            foldGate.Release();
        }
    }

    /// <summary>
    /// The row of the board is locked before anything is read, so two folds of one board, of which one may have lost its caller, come one after the other, and each begins where the
    /// board says that the last one ended. One statement: whoever freezes in the middle of it holds no lock.
    /// </summary>
    private async Task<bool> FoldAsync(int board, long epoch, long to, CancellationToken cancellationToken)
    {
        const string fold = """
            WITH owned AS (SELECT board FROM ownership WHERE board = $1 AND (epoch = $2 OR $4) FOR SHARE),
            held AS (SELECT folded FROM board WHERE number = $1 AND EXISTS (SELECT FROM owned) FOR UPDATE),
            lines AS (
              SELECT DISTINCT ON (w, player) w, player, s1, s2, s3, s4, ord, metadata FROM (
                SELECT
                  split_part(line, ':', 1)::integer AS w, split_part(line, ':', 2)::integer AS result, l.player, l.ord, l.number, l.metadata,
                  CASE kept WHEN '' THEN l.score ELSE split_part(kept, ',', 1)::bigint END AS s1,
                  CASE kept WHEN '' THEN l.score2 ELSE coalesce(nullif(split_part(kept, ',', 2), ''), '0')::bigint END AS s2,
                  CASE kept WHEN '' THEN l.score3 ELSE coalesce(nullif(split_part(kept, ',', 3), ''), '0')::bigint END AS s3,
                  CASE kept WHEN '' THEN l.score4 ELSE coalesce(nullif(split_part(kept, ',', 4), ''), '0')::bigint END AS s4
                FROM log AS l, unnest(string_to_array(l.windows, ';')) AS line, split_part(line, ':', 6) AS kept
                WHERE l.board = $1 AND l.number > (SELECT folded FROM held) AND l.number <= $3 AND l.ord <> 0) AS all_lines
              WHERE result IN (1, 2)
              ORDER BY w, player, number DESC),
            written AS (
              INSERT INTO entry AS e ("window", player, score, score2, score3, score4, ord, metadata)
              SELECT lines.* FROM lines JOIN "window" ON "window".number = lines.w AND "window".state <> 3 ORDER BY w, player
              ON CONFLICT ("window", player) DO UPDATE SET score = excluded.score, score2 = excluded.score2, score3 = excluded.score3, score4 = excluded.score4,
                ord = excluded.ord, metadata = excluded.metadata WHERE excluded.ord >= e.ord)
            UPDATE board SET folded = greatest(board.folded, $3),
              last_order = greatest(last_order, (SELECT coalesce(max(ord), 0) FROM log WHERE board = $1 AND number > held.folded AND number <= $3))
            FROM held WHERE board.number = $1
            """;
        return await LongAsync(async opened =>
        {
            await using var command = With(new NpgsqlCommand(fold, opened) { CommandTimeout = 0 }, board, epoch, to, options.UnsafeWithoutFence);
            return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
        }, cancellationToken);
    }

    /// <summary>Clears away a slice of what is old or was deleted.</summary>
    /// <returns>How many rows.</returns>
    private async Task<int> TidyAsync(CancellationToken cancellationToken)
    {
        var retention = options.LogRetention > TimeSpan.FromDays(1) ? options.LogRetention : TimeSpan.FromDays(1);
        return await WriteAsync(async opened =>
        {
            var rows = 0;
            foreach (var board in OwnedBoards())
            {
                // In the order of time within a board: the oldest rows alone are looked at. What is folded outlives them.
                rows += await RunAsync(
                    opened,
                    """
                    DELETE FROM log USING (
                      SELECT number FROM log WHERE board = $1 AND number <= (SELECT folded FROM board WHERE number = $1) ORDER BY number LIMIT $3) AS oldest
                    WHERE log.board = $1 AND log.number = oldest.number AND log.at < $2
                    """,
                    cancellationToken, board, time.GetUtcNow() - retention, SliceRows);
            }

            rows += await RunAsync(
                opened, "DELETE FROM event WHERE number IN (SELECT number FROM event ORDER BY number LIMIT $2) AND at < $1", cancellationToken, time.GetUtcNow() - EventRetention, SliceRows);
            rows += await PurgeAsync(opened, cancellationToken);
            return rows;
        }, cancellationToken, isRepeatable: true);
    }

    private List<int> OwnedBoards()
    {
        lock (claiming)
        {
            return [.. claims.Where(static pair => pair.Value.Folded > 0).Select(static pair => pair.Key)];
        }
    }

    private static async Task<int> PurgeAsync(NpgsqlConnection opened, CancellationToken cancellationToken)
    {
        var waiting = new List<(PurgeKind Kind, int Number)>();
        await using (var command = new NpgsqlCommand("SELECT kind, number FROM purge LIMIT 16", opened))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                waiting.Add(((PurgeKind)reader.GetInt32(0), reader.GetInt32(1)));
            }
        }

        var rows = waiting.Count;
        foreach (var (kind, number) in waiting)
        {
            var deleted = kind switch
            {
                PurgeKind.Window => await DeleteSomeAsync("entry", "\"window\""),
                PurgeKind.Board => await DeleteSomeAsync("log", "board"),
                PurgeKind.Game => await DeleteSomeAsync("player", "game") + await DeleteSomeAsync("profile", "game"),
            };
            if (deleted == 0)
            {
                await RunAsync(opened, "DELETE FROM purge WHERE kind = $1 AND number = $2", cancellationToken, (int)kind, number);
            }

            Task<int> DeleteSomeAsync(string table, string column) => RunAsync(
                opened, $"DELETE FROM {table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {table} WHERE {column} = $1 LIMIT $2))", cancellationToken, number, SliceRows);
        }

        return rows;
    }
}

using Jinbang.Boards.Storage;
using Npgsql;

namespace Jinbang.Storage.Postgres;

public sealed partial class PostgresScoreStore
{
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
}

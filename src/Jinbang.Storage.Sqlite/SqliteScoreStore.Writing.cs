using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Ranking;
using SQLitePCL;

namespace Jinbang.Storage.Sqlite;

public sealed partial class SqliteScoreStore
{
    /// <inheritdoc />
    public ValueTask<IReadOnlyList<PlayerId>> RegisterAsync(int game, IReadOnlyList<ExternalId> players, CancellationToken cancellationToken)
    {
        var numbers = new PlayerId[players.Count];
        Transact(() =>
        {
            var last = One(statements.LastPlayer.Bind(1, game));
            var before = last;
            Span<byte> publicId = stackalloc byte[PublicId.Bytes];
            for (var i = 0; i < numbers.Length; i++)
            {
                PublicId.New().Write(publicId);
                var isStored = statements.AddPlayer
                    .Bind(1, Key.Of(game, checked((int)last + 1))).Bind(2, game).BindText(3, players[i].Utf8).BindBlob(4, publicId).TryRun(out var added);
                numbers[i] = !isStored ? default
                    : new PlayerId(added > 0 ? (int)++last : Key.Second(One(statements.FindPlayer.Bind(1, game).BindText(2, players[i].Utf8))));
            }

            if (last != before)
            {
                statements.SetLastPlayer.Bind(1, game).Bind(2, last).Run();
            }

            return last != before;
        });
        return new(numbers);
    }

    /// <inheritdoc />
    public ValueTask<long> CommitAsync(CommitBatch batch, CancellationToken cancellationToken)
    {
        while (tail.IsTooLong && tail.WaitForSorting() is { } fold)
        {
            WriteSlice(fold);
        }

        batch.ScoreResults.Clear();
        batch.ProfileResults.Clear();
        var number = logNumber;
        var isWritten = Transact(() =>
        {
            number = WriteScores(batch, number);
            var changes = number > logNumber;
            foreach (var row in batch.Profiles)
            {
                var result = Write(row);
                batch.ProfileResults.Add(result);
                changes |= result is RowResult.Added or RowResult.Changed;
            }

            if (changes)
            {
                statements.SetNumbers.Bind(1, commitNumber + 1).Bind(2, number).Run();
            }

            return changes;
        });

        if (isWritten)
        {
            commitNumber++;
            for (var i = 0; i < batch.Scores.Count; i++)
            {
                if (batch.ScoreResults[i] != RowResult.Refused)
                {
                    tail.Add(batch.Scores[i], ++logNumber);
                }
            }
        }

        return new(commitNumber);
    }

    /// <inheritdoc />
    public ValueTask<bool> MaintainAsync(CancellationToken cancellationToken)
    {
        if (checkpointer.Fault is { } fault)
        {
            throw Broken(fault);
        }

        try
        {
            checkpointer.Check(connection);
        }
        catch (StoreBrokenException broken)
        {
            throw Broken(broken);
        }

        tail.BeginFold();
        if (tail.Current is { } fold)
        {
            WriteSlice(fold);
            return new(true);
        }

        return new(Forget());
    }

    private long WriteScores(CommitBatch batch, long number)
    {
        var at = batch.At.ToUnixTimeMilliseconds();
        foreach (var row in batch.Scores)
        {
            var isStored = statements.Append
                .Bind(1, number + 1).Bind(2, row.Board).Bind(3, row.Player.Number).Bind(4, row.Score.Value).Bind(5, row.Order).Bind(6, (long)row.Result).Bind(7, at)
                .TryRun(out _);
            batch.ScoreResults.Add(isStored ? RowResult.Added : RowResult.Refused);
            number += isStored ? 1 : 0;
        }

        return number;
    }

    private RowResult Write(in ProfileRow row)
    {
        var key = Key.Of(row.Game, row.Player.Number);
        if (!Bind(statements.ChangeProfile, key, row.Change).TryRun(out var changed))
        {
            return RowResult.Refused;
        }

        if (changed > 0)
        {
            return RowResult.Changed;
        }

        return !Bind(statements.AddProfile, key, row.Change).TryRun(out var added) ? RowResult.Refused : added > 0 ? RowResult.Added : RowResult.Unchanged;
    }

    private static Statement Bind(Statement statement, long key, ProfileChange change) => statement
        .Bind(1, key).BindText(2, change.Nickname).BindText(3, change.Avatar).Bind(4, (long?)change.Sex)
        .BindText(5, change.Province).BindText(6, change.City).BindText(7, change.Country);

    private void WriteSlice(Tail.Fold fold)
    {
        var written = fold.Written;
        Unsynced(() =>
        {
            var rest = fold.Rest;
            var slice = rest[..Math.Min(rest.Length, SliceRows)];
            foreach (var row in slice)
            {
                statements.PutEntry.Bind(1, row.Key).Bind(2, row.Score).Bind(3, row.Order).Run();
            }

            written += slice.Length;
            if (slice.Length == rest.Length)
            {
                foreach (var (board, order) in fold.LastOrders)
                {
                    statements.SetLastOrder.Bind(1, board).Bind(2, order).Run();
                }

                statements.SetFolded.Bind(1, fold.UpTo).Run();
            }

            return true;
        });

        fold.Written = written;
        if (fold.Rest.IsEmpty)
        {
            folded = fold.UpTo;
            tail.EndFold();
        }
    }

    /// <summary>Deletes some of the log's folded rows that are older than is to be kept.</summary>
    /// <returns>Whether there may be more.</returns>
    private bool Forget()
    {
        if (forgottenAt != 0 && time.GetElapsedTime(forgottenAt) < options.FoldAge)
        {
            return false;
        }

        // Only the oldest rows are looked at: the log is in the order of time.
        var before = time.GetUtcNow().Subtract(options.LogRetention).ToUnixTimeMilliseconds();
        var forgotten = 0;
        Unsynced(() =>
        {
            forgotten = statements.Forget.Bind(1, folded).Bind(2, before).Bind(3, ForgetRows).Run();
            return forgotten > 0;
        });
        if (forgotten < ForgetRows)
        {
            forgottenAt = time.GetTimestamp();
        }

        return forgotten == ForgetRows;
    }

    /// <summary>A transaction that no one waits for: it is durable with the next synced one.</summary>
    private void Unsynced(Func<bool> write)
    {
        if (options.UnsafeWithoutSync)
        {
            Transact(write);
            return;
        }

        SqliteFile.Execute(connection, "PRAGMA synchronous = NORMAL");
        try
        {
            Transact(write);
        }
        finally
        {
            SyncAgain();
        }
    }

    private void SyncAgain()
    {
        try
        {
            SqliteFile.Execute(connection, SyncedSql);
        }
        catch (StoreUnavailableException fault)
        {
            throw Broken(new StoreBrokenException($"Commits could not be set to wait for the disk again. {fault.Message}", fault));
        }
    }

    /// <summary>Runs a transaction: committed when the body returns true, else rolled back.</summary>
    /// <returns>What the body returned.</returns>
    private bool Transact(Func<bool> body)
    {
        if (isBroken)
        {
            throw new StoreBrokenException("The database is out of use after a failed sync.");
        }

        statements.Begin.Run();
        try
        {
            var commit = body();
            (commit ? statements.Commit : statements.Rollback).Run();
            return commit;
        }
        catch (StoreBrokenException fault)
        {
            throw Broken(fault);
        }
        catch
        {
            // Some faults, a full disk among them, have rolled back already.
            if (raw.sqlite3_get_autocommit(database) == 0)
            {
                statements.Rollback.Run();
            }

            throw;
        }
    }

    private StoreBrokenException Broken(StoreBrokenException fault)
    {
        isBroken = true;
        return fault;
    }
}

using System.Runtime.InteropServices;
using System.Text;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Ranking;

namespace Jinbang.Storage.Sqlite;

public sealed partial class SqliteScoreStore
{
    private readonly List<long> hashes = [];
    private readonly byte[] keyBytes = new byte[Encoding.UTF8.GetMaxByteCount(SubmissionRequest.LongestKey)];

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<PlayerId>> RegisterAsync(int game, IReadOnlyList<ExternalId> players, CancellationToken cancellationToken)
    {
        var numbers = new PlayerId[players.Count];
        Transact(() =>
        {
            var last = One(statements.LastPlayer.Bind(1, game));
            var before = last;
            for (var i = 0; i < numbers.Length; i++)
            {
                var isStored = statements.AddPlayer
                    .Bind(1, Key.Of(game, checked((int)last + 1))).Bind(2, game).BindText(3, players[i].Utf8).TryRun(out var added);
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

        batch.SubmissionResults.Clear();
        batch.ProfileResults.Clear();
        var isWritten = Transact(() => TryWriteSubmissions(batch) && WriteOthers(batch));
        if (isWritten)
        {
            commitNumber++;
            tail.Add(batch, hashes, logNumber + 1);
            logNumber += batch.Submissions.Count;
        }

        return new(commitNumber);
    }

    /// <inheritdoc />
    public ValueTask<long> DeleteProfileAsync(int game, PlayerId player, CancellationToken cancellationToken)
    {
        Securely(() =>
        {
            var isDeleted = Transact(() =>
            {
                var deleted = statements.DeleteProfile.Bind(1, Key.Of(game, player.Number)).Run() > 0;
                if (deleted)
                {
                    CountCommit(time.GetUtcNow(), logNumber);
                }

                return deleted;
            });
            commitNumber += isDeleted ? 1 : 0;
        });
        return new(commitNumber);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<StoredSubmission?>> FindSubmissionsAsync(IReadOnlyList<SubmissionKey> keys, CancellationToken cancellationToken)
    {
        var found = new StoredSubmission?[keys.Count];
        var numbers = new List<long>();
        try
        {
            for (var i = 0; i < found.Length; i++)
            {
                found[i] = FindSubmission(keys[i], numbers);
            }
        }
        catch (StoreBrokenException fault)
        {
            throw Broken(fault);
        }

        return new(found);
    }

    private StoredSubmission? FindSubmission(in SubmissionKey key, List<long> numbers)
    {
        var owner = Key.Of(key.Board, key.Player.Number);
        var hash = HashOf(key.Key, out var bytes);
        numbers.Clear();
        var index = statements.FindByKey.Bind(1, owner).Bind(2, hash);
        while (index.Step())
        {
            numbers.Add(index.Number(0));
        }

        tail.Find(owner, hash, numbers);
        foreach (var number in numbers)
        {
            var row = statements.ReadSubmission.Bind(1, number);
            if (!row.Step())
            {
                continue;
            }

            try
            {
                if (StoredRows.IsOf(row, key.Board, key.Player, bytes))
                {
                    return StoredRows.Submission(row);
                }
            }
            finally
            {
                row.Reset();
            }
        }

        return null;
    }

    /// <summary>Appends the submissions to the log and answers them.</summary>
    /// <returns>False when one was refused: then nothing of the batch may stay.</returns>
    private bool TryWriteSubmissions(CommitBatch batch)
    {
        hashes.Clear();
        var isWhole = true;
        var number = logNumber;
        var at = batch.At.ToUnixTimeMilliseconds();
        var windows = CollectionsMarshal.AsSpan(batch.Windows);
        foreach (ref readonly var row in CollectionsMarshal.AsSpan(batch.Submissions))
        {
            ReadOnlySpan<byte> key = default;
            hashes.Add(row.Key is null ? 0 : HashOf(row.Key, out key));
            statements.Append
                .Bind(1, ++number).Bind(2, row.Board).Bind(3, row.Player.Number).Bind(4, row.Order).Bind(5, at).Bind(6, (long)row.Result).Bind(7, row.Submitted)
                .BindText(12, row.Metadata).BindText(13, windowText.Write(windows.Slice(row.FirstWindow, row.WindowCount), row.Submitted));
            _ = row.Key is null ? statements.Append.BindNull(11) : statements.Append.BindText(11, key);
            var isStored = statements.Append.TryRun(out _);
            batch.SubmissionResults.Add(isStored ? RowResult.Added : RowResult.Refused);
            isWhole &= isStored;
        }

        return isWhole;
    }

    /// <summary>Writes all but the submissions.</summary>
    /// <returns>Whether the batch has changed anything.</returns>
    private bool WriteOthers(CommitBatch batch)
    {
        var changes = batch.Submissions.Count > 0;
        foreach (var row in batch.Closings)
        {
            changes |= statements.CloseWindow
                .Bind(1, row.Window).Bind(2, row.At).Bind(3, row.LastOrder).Bind(4, row.Count).Bind(5, (long)row.Checksum).Bind(6, ColumnOrderCode.Of(row.Order)).Run() > 0;
        }

        foreach (var row in batch.Events)
        {
            changes |= statements.AddEvent
                .BindText(1, row.Id).Bind(2, row.Game).BindText(3, row.Type).Bind(4, batch.At).BindText(5, row.Body).Run() > 0;
        }

        foreach (var row in batch.Records)
        {
            changes |= row.Body is null
                ? statements.DeleteRecord.BindText(1, row.Kind).BindText(2, row.Id).Run() > 0
                : statements.PutRecord.BindText(1, row.Kind).BindText(2, row.Id).BindText(3, row.Body).Run() > 0;
        }

        foreach (var row in batch.Profiles)
        {
            var result = Write(row);
            batch.ProfileResults.Add(result);
            changes |= result is RowResult.Added or RowResult.Changed;
        }

        if (changes)
        {
            CountCommit(batch.At, logNumber + batch.Submissions.Count);
        }

        return changes;
    }

    /// <summary>Gives the transaction the next number; what is in memory follows when it is committed.</summary>
    private void CountCommit(DateTimeOffset at, long log) => statements.SetNumbers.Bind(1, commitNumber + 1).Bind(2, log).Bind(3, at).Run();

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

    /// <summary>The hash of a key, and its bytes in a buffer that the next call uses again.</summary>
    private long HashOf(string key, out ReadOnlySpan<byte> bytes)
    {
        bytes = Encoding.UTF8.GetMaxByteCount(key.Length) <= keyBytes.Length
            ? keyBytes.AsSpan(0, Encoding.UTF8.GetBytes(key, keyBytes))
            : Encoding.UTF8.GetBytes(key);
        return keyHash.Of(bytes);
    }
}

namespace Jinbang.Storage.Sqlite;

public sealed partial class SqliteScoreStore
{
    private const int ForgetRows = 8_192;

    private static readonly TimeSpan EventRetention = TimeSpan.FromDays(30);

    private readonly List<IndexRow> old = [];
    private long forgottenAt;

    /// <summary>
    /// Deletes some of what is older than is to be kept: the log's folded rows with their index rows, and events. Many rows are gathered and sorted, so that
    /// each page of the index is met once, and deleted in slices.
    /// </summary>
    /// <returns>Whether there may be more.</returns>
    private bool Forget()
    {
        if (old.Count > 0)
        {
            DeleteOldRows();
            return true;
        }

        if (forgottenAt != 0 && time.GetElapsedTime(forgottenAt) < options.FoldAge)
        {
            return false;
        }

        var retention = options.LogRetention > SqliteStoreOptions.ShortestLogRetention ? options.LogRetention : SqliteStoreOptions.ShortestLogRetention;
        GatherOldRows(time.GetUtcNow().Subtract(retention));
        var events = ForgetEvents(time.GetUtcNow().Subtract(EventRetention));
        if (old.Count < ForgetRows && events < SliceRows)
        {
            // What becomes old meanwhile waits until it is worth a look.
            forgottenAt = time.GetTimestamp();
        }

        return old.Count > 0 || events == SliceRows;
    }

    private void GatherOldRows(DateTimeOffset before)
    {
        var select = statements.OldRows.Bind(1, folded).Bind(2, before).Bind(3, ForgetRows);
        while (select.Step())
        {
            old.Add(new IndexRow(
                Key.Of((int)select.Number(1), (int)select.Number(2)), select.IsNull(3) ? 0 : keyHash.Of(select.Bytes(3)), select.Number(0)));
        }

        old.Sort();
    }

    private void DeleteOldRows()
    {
        var slice = old[^Math.Min(old.Count, SliceRows)..];
        Unsynced(() =>
        {
            foreach (var row in slice)
            {
                DeleteRow(row);
            }

            return true;
        });
        old.RemoveRange(old.Count - slice.Count, slice.Count);
    }

    private void DeleteRow(in IndexRow row)
    {
        statements.DeleteIndex.Bind(1, row.Owner).Bind(2, row.Hash).Bind(3, row.Number).Run();
        statements.DeleteRow.Bind(1, row.Number).Run();
    }

    private int ForgetEvents(DateTimeOffset before)
    {
        var forgotten = 0;
        Unsynced(() =>
        {
            forgotten = statements.ForgetEvents.Bind(1, before).Bind(2, SliceRows).Run();
            return forgotten > 0;
        });
        return forgotten;
    }
}

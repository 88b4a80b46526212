using Jinbang.Boards.Storage;

namespace Jinbang.Storage.Sqlite;

public sealed partial class SqliteScoreStore
{
    private const int SliceRows = 256;

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
            tail.BeginFold();
            if (tail.Current is { } fold)
            {
                WriteSlice(fold);
                return new(true);
            }

            return new(Purge() || Forget());
        }
        catch (StoreBrokenException broken)
        {
            throw Broken(broken);
        }
    }

    private void WriteSlice(Fold fold)
    {
        var entries = fold.Entries.Length <= SliceRows ? fold.Entries.Length : SliceRows;
        var index = Math.Min(fold.Index.Length, SliceRows - entries);
        var isLast = entries == fold.Entries.Length && index == fold.Index.Length;
        Unsynced(() =>
        {
            foreach (ref readonly var row in fold.Entries[..entries])
            {
                statements.PutEntry.Bind(1, row.Key).Bind(2, row.Scores).Bind(6, row.Order).BindText(7, fold.MetadataOf(row)).Run();
            }

            foreach (ref readonly var row in fold.Index[..index])
            {
                statements.AddIndex.Bind(1, row.Owner).Bind(2, row.Hash).Bind(3, row.Number).Run();
            }

            if (isLast)
            {
                foreach (var (board, order) in fold.LastOrders)
                {
                    statements.SetLastOrder.Bind(1, board).Bind(2, order).Run();
                }

                statements.SetFolded.Bind(1, fold.UpTo).Run();
            }

            return true;
        });

        fold.EntriesWritten += entries;
        fold.IndexWritten += index;
        if (isLast)
        {
            folded = fold.UpTo;
            tail.EndFold();
        }
    }
}

namespace Jinbang.Ranking.Sealed;

public sealed partial class SealedStandings
{
    private readonly Lock opening = new();
    private volatile SealedTable? current;
    private volatile SealedRepair due = new();
    private bool isDisposed;

    private delegate TAnswer Question<TArgument, TAnswer>(SealedTable table, TArgument argument)
        where TArgument : allows ref struct;

    /// <summary>Closes the file; the next question opens it again. Readers who are at it finish undisturbed.</summary>
    public void Release()
    {
        lock (opening)
        {
            LetGo();
        }
    }

    /// <summary>Closes the file for good.</summary>
    public void Dispose()
    {
        lock (opening)
        {
            isDisposed = true;
            LetGo();
        }
    }

    private TAnswer Ask<TArgument, TAnswer>(TArgument argument, Question<TArgument, TAnswer> question)
        where TArgument : allows ref struct
    {
        // Taken before the file is asked: whatever this question meets, a repair that is over by then is not the one it needs.
        var repair = due;
        try
        {
            return AskFile(argument, question);
        }
        catch (Exception fault) when (rebuild is not null && fault is SealedFileDamagedException or FileNotFoundException)
        {
            Repair(repair, rebuild, fault);
        }

        return AskFile(argument, question);
    }

    private TAnswer AskFile<TArgument, TAnswer>(TArgument argument, Question<TArgument, TAnswer> question)
        where TArgument : allows ref struct
    {
        var table = Enter();
        try
        {
            return question(table, argument);
        }
        finally
        {
            table.Leave();
        }
    }

    private SealedTable Enter()
    {
        while (true)
        {
            // Between the two calls another thread may let go of the file: the next round opens it again.
            var table = current ?? Open();
            if (table.TryEnter())
            {
                return table;
            }
        }
    }

    private SealedTable Open()
    {
        lock (opening)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            return current ??= SealedTable.Open(path, label, Order);
        }
    }

    private void LetGo()
    {
        var table = current;
        current = null;
        table?.Leave();
    }

    private void Repair(SealedRepair repair, SealedRebuild how, Exception fault) => repair.Once(() =>
    {
        try
        {
            how.Announce(fault);
            var standings = how.Load();

            // Some systems do not rename over a file that is open.
            Release();
            SealedFile.Write(path, standings, label, how.SyncFolder);

            // Who came in between may have opened the old file once more.
            Release();
        }
        finally
        {
            due = new SealedRepair();
        }
    });
}

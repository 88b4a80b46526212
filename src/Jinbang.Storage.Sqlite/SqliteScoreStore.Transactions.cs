using Jinbang.Boards.Storage;
using SQLitePCL;

namespace Jinbang.Storage.Sqlite;

public sealed partial class SqliteScoreStore
{
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

    /// <summary>Has what is deleted overwritten in the file, also where a page would not have to be written for it.</summary>
    private void Securely(Action write)
    {
        var before = SqliteFile.Number(connection, "PRAGMA secure_delete");
        SqliteFile.Execute(connection, "PRAGMA secure_delete = ON");
        try
        {
            write();
        }
        finally
        {
            SqliteFile.Execute(connection, $"PRAGMA secure_delete = {before switch { 0 => "OFF", 1 => "ON", _ => "FAST" }}");
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

    private StoreBrokenException Broken(StoreBrokenException fault)
    {
        isBroken = true;
        return fault;
    }

    /// <summary>Runs a statement that is too rare to be kept prepared.</summary>
    private int Run(string sql, Func<Statement, Statement> bind)
    {
        using var statement = new Statement(database, sql);
        return bind(statement).Run();
    }

    private List<long> Numbers(string sql, Func<Statement, Statement> bind)
    {
        using var statement = new Statement(database, sql);
        return bind(statement).Numbers();
    }

    /// <summary>The next number that was never given, within a transaction.</summary>
    /// <param name="counter">The column of <c>store</c> that counts.</param>
    private int NextNumber(string counter) =>
        checked((int)Numbers($"UPDATE store SET {counter} = {counter} + 1 RETURNING {counter}", static statement => statement)[0]);
}

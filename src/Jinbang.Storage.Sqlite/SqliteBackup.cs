using System.Globalization;
using Jinbang.Boards.Storage;
using Microsoft.Data.Sqlite;

namespace Jinbang.Storage.Sqlite;

/// <summary>A backup could not be made or brought back; nothing was changed. The message says why.</summary>
public sealed class BackupException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What a backup holds.</summary>
/// <param name="File">The full path of the file made or restored.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Version">The number of the last commit in it.</param>
/// <param name="Players">How many players it knows.</param>
/// <param name="KeptAs">Where a restore has put what was there before; null when there was nothing.</param>
public sealed record Backup(string File, long Bytes, long Version, long Players, string? KeptAs = null);

/// <summary>Makes a copy of the database while it is in use, and brings one back.</summary>
public static class SqliteBackup
{
    /// <summary>Copies the database as of one moment. The file appears under its name only when it is whole, checked and synced.</summary>
    public static Backup Make(string dataFolder, string file, CancellationToken cancellationToken)
    {
        var source = Path.Combine(dataFolder, SqliteFile.Name);
        file = Path.GetFullPath(file);
        if (!File.Exists(source))
        {
            throw new BackupException($"There is no database in {dataFolder}: name the data folder with --data.");
        }

        if (File.Exists(file))
        {
            throw new BackupException($"The file {file} exists already: a backup never overwrites one.");
        }

        return Replace(file, unfinished =>
        {
            using (var from = SqliteFile.Open(source, SqliteOpenMode.ReadWrite, cacheKibibytes: 1024))
            using (var to = SqliteFile.Open(unfinished, SqliteOpenMode.ReadWriteCreate, cacheKibibytes: 1024))
            {
                // One step over all pages inside one read: the copy is of one moment, and the server goes on writing meanwhile.
                SqliteFile.Execute(from, "BEGIN");
                _ = SqliteFile.Number(from, "SELECT count(*) FROM schema");
                from.BackupDatabase(to);
                SqliteFile.Execute(from, "COMMIT");
                SqliteFile.Execute(to, "PRAGMA journal_mode = DELETE");
            }

            cancellationToken.ThrowIfCancellationRequested();
            var found = Inspect(unfinished);
            BackupSeal.Put(unfinished);
            return found;
        });
    }

    /// <summary>Puts a copy of the backup in place of the data folder's database, which is kept under another name. Takes the folder's lock.</summary>
    public static Backup Restore(string dataFolder, string file, TimeProvider time, CancellationToken cancellationToken)
    {
        file = Path.GetFullPath(file);
        if (!File.Exists(file))
        {
            throw new BackupException($"There is no file {file}.");
        }

        if (new FileInfo(file + "-wal") is { Exists: true, Length: > 0 })
        {
            throw new BackupException($"The file {file} is a database in use, of which {file}-wal is a part: make a backup of it with 'jinbang backup' and restore that.");
        }

        using var folder = DataFolder.Take(dataFolder);
        string? kept = null;
        var restored = Replace(folder.DatabaseFile, unfinished =>
        {
            File.Copy(file, unfinished, overwrite: true);
            BackupSeal.CheckAndTakeOff(unfinished);
            var found = Inspect(unfinished);
            cancellationToken.ThrowIfCancellationRequested();
            DeleteSealed(folder);
            kept = SetAside(folder, time);
            return found;
        }, overwrite: true);
        return restored with { KeptAs = kept };
    }

    private static Backup Replace(string file, Func<string, Backup> make, bool overwrite = false)
    {
        var unfinished = file + ".unfinished";
        try
        {
            File.Delete(unfinished);
            var made = make(unfinished);
            using (var synced = new FileStream(unfinished, FileMode.Open, FileAccess.ReadWrite))
            {
                synced.Flush(flushToDisk: true);
            }

            File.Move(unfinished, file, overwrite);
            DataFolder.SyncDirectory(Path.GetDirectoryName(file)!);
            return made with { File = file, Bytes = new FileInfo(file).Length };
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or SqliteException or StoreOpenException or StoreUnavailableException or StoreBrokenException)
        {
            throw new BackupException($"{file} could not be made: {fault.Message}", fault);
        }
        finally
        {
            foreach (var suffix in (string[])["", "-journal", "-wal", "-shm"])
            {
                DeleteIfThere(unfinished + suffix);
            }
        }
    }

    /// <summary>Walks the whole file: a backup that cannot be read is none.</summary>
    private static Backup Inspect(string file)
    {
        using var connection = SqliteFile.Open(file, SqliteOpenMode.ReadOnly, cacheKibibytes: 16 * 1024);
        if (SqliteFile.Number(connection, "PRAGMA application_id") != SqliteFile.ApplicationId)
        {
            throw new BackupException($"The file is no database of Jinbang.");
        }

        using (var check = new Statement(connection.Handle!, "PRAGMA quick_check(1)"))
        {
            check.Step();
            var verdict = System.Text.Encoding.UTF8.GetString(check.Bytes(0));
            if (verdict != "ok")
            {
                throw new BackupException($"The file is damaged: {verdict}");
            }
        }

        var minimum = SqliteFile.Number(connection, "SELECT min_program_version FROM schema");
        if (minimum > Migrator.ProgramVersion)
        {
            throw new BackupException($"The file needs a newer program (version {minimum} as schemas count; this one is {Migrator.ProgramVersion}).");
        }

        return new Backup(file, 0, SqliteFile.Number(connection, "SELECT commit_number FROM store"), SqliteFile.Number(connection, "SELECT count(*) FROM player"));
    }

    /// <summary>Gives the database a second name. Its own stays until the restored one takes it in one step, so that a stop in between leaves a database there.</summary>
    private static string? SetAside(DataFolder folder, TimeProvider time)
    {
        var database = folder.DatabaseFile;
        if (!File.Exists(database))
        {
            return null;
        }

        try
        {
            // Closing the last connection moves what the write-ahead log still holds into the file, so that one file is kept whole.
            using var connection = SqliteFile.Open(database, SqliteOpenMode.ReadWrite, cacheKibibytes: 1024);
            SqliteFile.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (Exception fault) when (fault is StoreOpenException or StoreUnavailableException or StoreBrokenException)
        {
            // A database too damaged to be opened is what restores are for: it is kept as it is.
        }

        var kept = $"{database}.{time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}";
        DataFolder.Link(database, kept);
        if (File.Exists(database + "-wal"))
        {
            // Somebody still reads it, or it is damaged: what the log holds belongs to the file that is kept.
            File.Move(database + "-wal", kept + "-wal", overwrite: true);
        }

        DeleteIfThere(database + "-shm");
        return kept;
    }

    /// <summary>
    /// Deletes the files of closed windows: a window that closed after the backup was made may close otherwise this time. Those of the restored database are made
    /// again when they are asked for, as those of the one that is kept would be.
    /// </summary>
    private static void DeleteSealed(DataFolder folder)
    {
        var files = DataFolder.SealedIn(folder.Path);
        if (Directory.Exists(files))
        {
            Directory.Delete(files, recursive: true);
            DataFolder.SyncDirectory(folder.Path);
        }
    }

    private static void DeleteIfThere(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (IOException)
        {
            // A leftover beside the finished file does no harm; the next backup deletes it first.
        }
    }
}

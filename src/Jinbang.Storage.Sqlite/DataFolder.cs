using System.Runtime.InteropServices;
using Jinbang.Boards.Storage;

namespace Jinbang.Storage.Sqlite;

/// <summary>A data folder held by this process alone, until disposed or until the process ends in whatever way.</summary>
public sealed partial class DataFolder : IDisposable
{
    private const string LockName = "jinbang.lock";
    private const string SealedName = "sealed";

    private readonly FileStream held;

    private DataFolder(string path, FileStream held)
    {
        Path = path;
        this.held = held;
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>The path of the database file in it.</summary>
    public string DatabaseFile => System.IO.Path.Combine(Path, SqliteFile.Name);

    /// <summary>Where the files of closed windows lie in a data folder: all of them can be made again from its database, and belong to no other.</summary>
    public static string SealedIn(string path) => System.IO.Path.Combine(path, SealedName);

    /// <summary>Makes the folder where it is missing and takes it.</summary>
    /// <exception cref="StoreOpenException">Another process has it, or it cannot be made or written.</exception>
    public static DataFolder Take(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            if (!Directory.Exists(path))
            {
                Directory.CreateDirectory(path);
                SyncDirectory(System.IO.Path.GetDirectoryName(path) ?? path);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StoreOpenException($"The data folder {path} cannot be made: {fault.Message}", fault);
        }

        var lockFile = System.IO.Path.Combine(path, LockName);
        try
        {
            return new DataFolder(path, new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException fault) when (IsHeld(lockFile))
        {
            throw new StoreOpenException(
                $"Another server already runs on the data folder {path}: stop it first, or give this one a folder of its own with --data.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StoreOpenException($"The data folder {path} cannot be written: {fault.Message}", fault);
        }
    }

    /// <summary>Syncs a folder's own list of files, so that a file made or renamed in it survives a power cut.</summary>
    public static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = OpenDirectory(path, 0);
        if (descriptor < 0)
        {
            throw new IOException($"The folder {path} cannot be opened to sync it: error {Marshal.GetLastPInvokeError()}.");
        }

        var failed = Fsync(descriptor) != 0;
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (failed)
        {
            throw new IOException($"The folder {path} cannot be synced: error {error}.");
        }
    }

    /// <summary>Gives a file a second name in the same folder, or copies it where the file system cannot.</summary>
    /// <exception cref="IOException">The name is taken.</exception>
    internal static void Link(string file, string name)
    {
        if (OperatingSystem.IsWindows() || LinkFile(file, name) != 0)
        {
            File.Copy(file, name, overwrite: false);
        }
    }

    /// <inheritdoc />
    public void Dispose() => held.Dispose();

    private static bool IsHeld(string lockFile)
    {
        try
        {
            // Opened for reading: on a disk that cannot be written the lock is free all the same.
            using var probe = new FileStream(lockFile, FileMode.Open, FileAccess.Read, FileShare.None);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return File.Exists(lockFile);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenDirectory(string path, int flags);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkFile(string file, string name);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}

using System.Globalization;
using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Disk;

/// <summary>A file system in memory of some megabytes, which a test may fill or make read-only. Gone when disposed.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();

    private SmallDisk()
    {
    }

    public string Data => folder.File("disk/data");

    private string MountPoint => folder.File("disk");

    private string Filler => folder.File("disk/filler");

    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        Assert.True(
            Environment.IsPrivilegedProcess, "This test mounts a small file system: run the tests as root, in a container or as 'unshare -Urm dotnet run ...'.");
        var disk = new SmallDisk();
        try
        {
            Directory.CreateDirectory(disk.MountPoint);
            await disk.RunAsync("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m"), "tmpfs", disk.MountPoint);
            return disk;
        }
        catch
        {
            disk.folder.Dispose();
            throw;
        }
    }

    /// <summary>Leaves no room at all.</summary>
    public void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(page);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void MakeRoom() => File.Delete(Filler);

    public Task MakeReadOnlyAsync() => RunAsync("mount", "-o", "remount,ro", MountPoint);

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", "--lazy", MountPoint);
        folder.Dispose();
    }

    private async Task RunAsync(string program, params string[] arguments)
    {
        await using var running = ChildProcess.Start(program, arguments, folder.Path);
        Assert.True(await running.EndAsync(TimeSpan.FromSeconds(10)) == 0, running.Said);
    }
}

namespace Jinbang.Bench.Load;

/// <summary>A server's data folder as plain files.</summary>
internal static class Folder
{
    /// <summary>Bytes of all files in it, as long as they say they are.</summary>
    public static long Bytes(string folder) => Files(folder).Sum(file => file.Length);

    /// <summary>Makes the target an exact copy.</summary>
    public static void Copy(string source, string target)
    {
        Delete(target);
        Directory.CreateDirectory(target);
        foreach (var file in Files(source))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file.FullName));
            Directory.CreateDirectory(Path.GetDirectoryName(copy) ?? target);
            file.CopyTo(copy);
        }
    }

    /// <summary>Deletes it if it exists.</summary>
    public static void Delete(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private static IEnumerable<FileInfo> Files(string folder) => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories);
}

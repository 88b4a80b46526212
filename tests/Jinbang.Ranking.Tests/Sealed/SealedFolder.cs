using Jinbang.Ranking.Sealed;

namespace Jinbang.Ranking.Tests.Sealed;

/// <summary>A folder of its own for a test, with one sealed file in it. Disposes what it handed out.</summary>
internal sealed class SealedFolder : IDisposable
{
    public static readonly SealedLabel Label = new(7, 20_261_124, 123_456_789_012);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sealed-");
    private readonly List<SealedStandings> handedOut = [];

    public string Path => folder.FullName;

    public string File => System.IO.Path.Combine(Path, "window.sealed");

    public IEnumerable<string> Names => folder.GetFiles().Select(static file => file.Name).Order();

    public static void SyncNothing(string folder)
    {
    }

    public SealedStandings Write(StandingsModel model, SealedRebuild? rebuild = null)
    {
        SealedFile.Write(File, new ListStandings(model), Label, SyncNothing);
        return Open(model.Order, rebuild);
    }

    public SealedStandings Open(ColumnOrder order, SealedRebuild? rebuild = null, SealedLabel? label = null)
    {
        var standings = new SealedStandings(File, label ?? Label, order, rebuild);
        handedOut.Add(standings);
        return standings;
    }

    /// <summary>Changes the file's bytes where they lie.</summary>
    public void Overwrite(long at, ReadOnlySpan<byte> bytes)
    {
        using var handle = System.IO.File.OpenHandle(File, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(handle, bytes, at);
    }

    public void SetLength(long length)
    {
        using var handle = System.IO.File.OpenHandle(File, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.SetLength(handle, length);
    }

    public void Dispose()
    {
        handedOut.ForEach(static standings => standings.Dispose());
        folder.Delete(recursive: true);
    }
}

namespace Jinbang.Ranking.Sealed;

/// <summary>How a sealed file that is damaged or missing is made again.</summary>
/// <param name="Load">
/// Makes the standings again from the store. Runs on the thread of a reader, who waits for it; must not ask the sealed standings themselves.
/// </param>
/// <param name="SyncFolder">Syncs a folder's list of files, see <see cref="SealedFile.Write"/>.</param>
/// <param name="Announce">Is told what was wrong, once for every rebuild and before it begins, so that the owner can log it. Must not throw.</param>
public sealed record SealedRebuild(Func<Standings> Load, Action<string> SyncFolder, Action<Exception> Announce);

namespace Jinbang.Ranking.Sealed;

/// <summary>
/// A sealed file is not what was once written: bytes changed, are missing or are too many, or it is the file of something else. Nothing is lost by it,
/// a sealed file can always be made again from the store.
/// </summary>
/// <param name="path">The file; the message shows its name, not its folder.</param>
/// <param name="fault">What is wrong, as the end of a sentence about the file.</param>
public sealed class SealedFileDamagedException(string path, string fault)
    : Exception($"The sealed file {Path.GetFileName(path)} is damaged: {fault}. It can be rebuilt from the store.");

namespace Jinbang.Bench.Scale.Cases;

/// <summary>What a case's process found before it ended.</summary>
/// <param name="Spec">The case.</param>
/// <param name="Sections">Its results.</param>
/// <param name="ExitCode">0 when it came to its end.</param>
internal sealed record CaseResult(CaseSpec Spec, IReadOnlyList<Section> Sections, int ExitCode)
{
    /// <summary>The section of a kind, if the case came so far.</summary>
    public T? Get<T>()
        where T : Section => Sections.OfType<T>().FirstOrDefault();
}

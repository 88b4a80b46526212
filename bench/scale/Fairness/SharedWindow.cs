using Jinbang.Bench.Scale.Cases;
using Jinbang.Ranking;

namespace Jinbang.Bench.Scale.Fairness;

/// <summary>A window that one writer and several readers share under a lock.</summary>
internal abstract class SharedWindow(string name)
{
    /// <summary>How it is shared, as the report calls it.</summary>
    public string Name { get; } = name;

    /// <summary>One hold of the writer, and how many puts it was.</summary>
    public abstract int Write(Draws draws);

    /// <summary>One hold of a reader.</summary>
    public abstract int Rank(PlayerId player);
}

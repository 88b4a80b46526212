using System.Runtime.CompilerServices;

namespace Jinbang.Simulation.Tests;

/// <summary>Says what differs: written only when it does, since nearly all comparisons find nothing.</summary>
[InterpolatedStringHandler]
internal ref struct DifferenceWords<T>
{
    private DefaultInterpolatedStringHandler text;

    public DifferenceWords(int literals, int holes, T expected, T actual, out bool isWanted)
    {
        IsDifferent = isWanted = !EqualityComparer<T>.Default.Equals(expected, actual);
        text = isWanted ? new DefaultInterpolatedStringHandler(literals, holes) : default;
    }

    public bool IsDifferent { get; }

    public void AppendLiteral(string literal) => text.AppendLiteral(literal);

    public void AppendFormatted<TValue>(TValue value) => text.AppendFormatted(value);

    public string Text() => text.ToStringAndClear();
}

/// <summary>Says what happens: written only when someone listens.</summary>
[InterpolatedStringHandler]
internal ref struct ToldWords
{
    private DefaultInterpolatedStringHandler text;

    public ToldWords(int literals, int holes, Simulation simulation, out bool isWanted)
    {
        isWanted = simulation.IsTelling;
        text = isWanted ? new DefaultInterpolatedStringHandler(literals, holes) : default;
    }

    public void AppendLiteral(string literal) => text.AppendLiteral(literal);

    public void AppendFormatted<TValue>(TValue value) => text.AppendFormatted(value);

    public void AppendFormatted<TValue>(TValue value, string format) => text.AppendFormatted(value, format);

    public string Text() => text.ToStringAndClear();
}

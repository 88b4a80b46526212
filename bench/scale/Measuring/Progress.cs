namespace Jinbang.Bench.Scale.Measuring;

/// <summary>Tells on standard error how far the run is: standard output is for results.</summary>
internal static class Progress
{
    /// <summary>Tells of a step.</summary>
    public static void Show(string step) => Console.Error.WriteLine(step);
}

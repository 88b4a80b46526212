namespace Jinbang.Boards.Tests;

/// <summary>Seeds of random tests.</summary>
internal static class Seeds
{
    /// <summary>A new seed every run, printed so that a failure can be repeated.</summary>
    public static int New()
    {
        var seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage("seed {0}", seed);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        return seed;
    }
}

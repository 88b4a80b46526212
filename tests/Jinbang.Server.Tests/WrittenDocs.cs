using System.Runtime.CompilerServices;

namespace Jinbang.Server.Tests;

/// <summary>Whether tests that compare a committed page with what is served should write it: with <c>JINBANG_WRITE_DOCS=1</c>.</summary>
internal static class WrittenDocs
{
    private const string Variable = "JINBANG_WRITE_DOCS";

    public static bool AreWanted { get; private set; }

    /// <summary>Takes the variable away before any server starts: to those it would be a setting that does not exist.</summary>
    [ModuleInitializer]
    internal static void Take()
    {
        AreWanted = Environment.GetEnvironmentVariable(Variable) == "1";
        Environment.SetEnvironmentVariable(Variable, null);
    }
}

using System.Reflection;

namespace Jinbang.ProcessTests.Processes;

/// <summary>Where the build has put the programs these tests start.</summary>
internal static class ProgramPath
{
    public static string Server { get; } = Of("ServerProgram");

    public static string UnsafeServer { get; } = Of("UnsafeServerProgram");

    private static string Of(string key) => Path.ChangeExtension(
        typeof(ProgramPath).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!,
        OperatingSystem.IsWindows() ? ".exe" : null);
}

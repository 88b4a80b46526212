using System.Globalization;
using System.Reflection;

namespace Jinbang.Boards.Storage;

/// <summary>
/// One step of a store's schema: a file whose name begins with its number and whose first line says the lowest program version, as schemas count, that can work with what it leaves.
/// </summary>
/// <param name="Version">Its number.</param>
/// <param name="MinProgramVersion">The lowest program version.</param>
/// <param name="Sql">All of the file.</param>
public sealed record MigrationScript(int Version, int MinProgramVersion, string Sql)
{
    private const string VersionMark = "-- min_program_version:";

    /// <summary>The scripts that an assembly holds as resources, in order.</summary>
    /// <exception cref="FormatException">One does not begin as it must.</exception>
    public static IReadOnlyList<MigrationScript> In(Assembly assembly) => [.. assembly.GetManifestResourceNames()
        .Where(static name => name.EndsWith(".sql", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .Select(name =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return Read(name, reader.ReadToEnd());
        })];

    /// <summary>Reads a script.</summary>
    /// <exception cref="FormatException">It does not begin as it must.</exception>
    public static MigrationScript Read(string name, string sql)
    {
        var firstLine = sql.AsSpan(0, sql.IndexOf('\n', StringComparison.Ordinal)).Trim();
        if (!firstLine.StartsWith(VersionMark, StringComparison.Ordinal))
        {
            throw new FormatException($"The script {name} does not begin with '{VersionMark} N'.");
        }

        return new MigrationScript(
            int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), int.Parse(firstLine[VersionMark.Length..], CultureInfo.InvariantCulture), sql);
    }
}

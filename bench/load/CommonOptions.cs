using System.CommandLine;

namespace Jinbang.Bench.Load;

/// <summary>Options that several commands have.</summary>
internal sealed class CommonOptions
{
    /// <summary>The published server to start.</summary>
    public Option<string> Jinbang { get; } = new("--jinbang") { Description = "The published server to start", Required = true };

    /// <summary>How often all is measured.</summary>
    public Option<int> Rounds { get; } = Valued("--rounds", 3, "How often all is measured, each time on a fresh copy");

    /// <summary>Where folders lie.</summary>
    public Option<string> Work { get; } = Valued("--work", Path.Combine(Path.GetTempPath(), "jinbang-load"), "Folder for seeded data folders (kept) and measured copies");

    /// <summary>Where the report goes.</summary>
    public Option<string?> Out { get; } = new("--out") { Description = "A file for the report, or an existing folder for NAME-DATE.md" };

    /// <summary>An option with a value of its own when it is absent.</summary>
    public static Option<T> Valued<T>(string name, T value, string description) => new(name) { Description = description, DefaultValueFactory = _ => value };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[Jinbang, Rounds, Work, Out])
            command.Options.Add(option);
    }

    /// <summary>Reads them.</summary>
    public Workplace Read(ParseResult result) => new(
        Path.GetFullPath(result.GetRequiredValue(Jinbang)), result.GetValue(Rounds), Path.GetFullPath(result.GetRequiredValue(Work)), result.GetValue(Out));
}

/// <summary>What is measured, how often and where.</summary>
/// <param name="Jinbang">The published server.</param>
/// <param name="Rounds">How often.</param>
/// <param name="Folder">Where seeded folders and measured copies lie.</param>
/// <param name="Out">Where the report goes besides standard output, or null.</param>
internal sealed record Workplace(string Jinbang, int Rounds, string Folder, string? Out)
{
    /// <summary>Checks the load generator and pins it to its core.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        SelfCheck.Run();
        await ClientCore.PinAsync(cancellationToken);
        Directory.CreateDirectory(Folder);
    }
}

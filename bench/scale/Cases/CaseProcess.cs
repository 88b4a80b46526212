using System.Diagnostics;
using System.Text.Json;
using Jinbang.Bench.Scale.Measuring;

namespace Jinbang.Bench.Scale.Cases;

/// <summary>Runs a case in a process of its own: its memory is nobody else's, and it starts afresh.</summary>
internal static class CaseProcess
{
    /// <summary>Runs it and gathers its sections.</summary>
    public static async Task<CaseResult> RunAsync(CaseSpec spec, double seconds, CancellationToken cancellationToken)
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this program is unknown.");
        string[] itself = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(CaseProcess).Assembly.Location] : [];
        var start = new ProcessStartInfo(
            program, [.. itself, CaseCommand.CommandName, "--players", $"{spec.Players}", "--scores", $"{spec.Scores}", "--seconds", $"{seconds}"])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var sections = new List<Section>();
        try
        {
            while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            {
                sections.Add(JsonSerializer.Deserialize<Section>(line) ?? throw new JsonException($"No section: {line}"));
            }

            await process.WaitForExitAsync(cancellationToken);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }

        if (process.ExitCode != 0)
        {
            Progress.Show($"{spec}: ended with code {process.ExitCode}");
        }

        return new(spec, sections, process.ExitCode);
    }
}

using System.Runtime.CompilerServices;

namespace Jinbang.Client.Tests;

/// <summary>The code of docs/games is what is compiled here.</summary>
public sealed class SnippetTests
{
    [Theory]
    [InlineData("unity", "UnityLeaderboard")]
    [InlineData("godot", "GodotLeaderboard")]
    public async Task The_page_shows_the_code_that_is_compiled(string page, string file)
    {
        var text = await File.ReadAllTextAsync(At($"../../docs/games/{page}.md"));
        var start = text.IndexOf("```csharp\n", StringComparison.Ordinal) + 10;
        Assert.Equal(await File.ReadAllTextAsync(At($"Snippets/{file}.cs")), text[start..text.IndexOf("```", start, StringComparison.Ordinal)]);
    }

    private static string At(string path, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, path);
}

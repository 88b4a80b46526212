using System.Reflection;
using System.Text.RegularExpressions;

namespace Jinbang.Server.Reference;

/// <summary>The guide of <c>docs/guide.md</c>, so that who reads the reference of a server has it at hand.</summary>
internal static partial class Guide
{
    private const string Resource = "guide.md";

    /// <summary>Its text as Markdown, without its title; links to other pages of the project are words here.</summary>
    public static string Text { get; } = Read();

    private static string Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd().ReplaceLineEndings("\n");
        return PageLink().Replace(text[text.IndexOf("## ", StringComparison.Ordinal)..], "$1").Trim();
    }

    [GeneratedRegex(@"\[([^\]]+)\]\((?!https?:)[^)]*\)")]
    private static partial Regex PageLink();
}

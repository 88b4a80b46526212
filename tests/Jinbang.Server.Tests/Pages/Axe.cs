using System.Runtime.CompilerServices;
using Microsoft.Playwright;

namespace Jinbang.Server.Tests.Pages;

/// <summary>Looks at a page as axe does.</summary>
internal static class Axe
{
    private const string Run = """
        () => axe.run().then(({ violations }) => violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`))
        """;

    private static readonly Lazy<string> Source = new(() => File.ReadAllText(Path()));

    /// <summary>Fails when there is anything serious.</summary>
    public static async Task AssertAccessibleAsync(IPage page, string what)
    {
        // Not by a script tag, which the page's policy would not let in.
        await page.EvaluateAsync(Source.Value);

        // Half way through a movement nothing has its colour yet.
        await page.EvaluateAsync("document.getAnimations().forEach((animation) => animation.finish())");
        var found = await page.EvaluateAsync<string[]>(Run);
        Assert.True(found.Length == 0, $"{what}: {string.Join("\n", found)}");
    }

    private static string Path([CallerFilePath] string here = "") =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "../../pages/node_modules/axe-core/axe.min.js"));
}

namespace Jinbang.Server.Games;

/// <summary>What an origin looks like.</summary>
internal static class GameOrigins
{
    /// <summary>The most origins a game may list.</summary>
    public const int Most = 64;

    public static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == text;
}

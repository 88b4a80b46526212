// Public because components are, and with them what they take: names say what the rest is.
#pragma warning disable CS1591

namespace Jinbang.Server.Pages;

/// <summary>A game as the landing page shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Board">The board that the classic API writes to.</param>
/// <param name="PlayUrl">Where it is played; null when nobody has said.</param>
/// <param name="Lines">The first lines; none while the server starts.</param>
/// <param name="Live">Where they come from as they change; null for those that stand still.</param>
public sealed record HomeGame(string Id, string Name, string Board, string? PlayUrl, IReadOnlyList<LineView> Lines, string? Live);

/// <summary>All that the landing page shows.</summary>
/// <param name="Texts">What it says.</param>
/// <param name="Games">The configured games; the default one comes first and is live.</param>
/// <param name="Default">The game behind <c>/api</c>; null for none.</param>
/// <param name="Version">The server's version.</param>
public sealed record HomeView(PageTexts Texts, IReadOnlyList<HomeGame> Games, string? Default, string Version)
{
    public const int TopLines = 3;
}

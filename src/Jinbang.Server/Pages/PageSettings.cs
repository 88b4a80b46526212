using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Server.Operating;

namespace Jinbang.Server.Pages;

/// <summary>Which boards have public pages and who may embed them. Section <c>Pages</c>.</summary>
internal sealed record PageSettings
{
    public const string Section = "Pages";

    private const string All = "*";

    /// <summary>Boards beside the classic ones, as <c>game/board</c>, <c>game/*</c> or <c>*</c>.</summary>
    private IReadOnlyList<string> Boards { get; init; } = [];

    /// <summary>Origins whose pages may show a board in a frame.</summary>
    public IReadOnlyList<string> EmbedHosts { get; init; } = [];

    /// <summary>Where visitors reach the server, for the code on the big screen; null when it is where the screen reached it.</summary>
    public Uri? Url { get; init; }

    public static PageSettings Read(IConfigurationSection section, List<string> faults)
    {
        Settings.CheckKeys(section, [nameof(Boards), nameof(EmbedHosts), nameof(Url)], faults);
        var boards = ListOf(section.GetSection(nameof(Boards)));
        foreach (var one in boards.Where(static one => one != All && (one.Count(static letter => letter == '/') != 1 || !GameId.TryParse(one[..one.IndexOf('/', StringComparison.Ordinal)], out _))))
        {
            faults.Add($"{section.Path}:{nameof(Boards)} holds '{one}': game/board, game/* and * are allowed.");
        }

        var hosts = ListOf(section.GetSection(nameof(EmbedHosts)));
        foreach (var host in hosts.Where(static host => !IsOrigin(host)))
        {
            faults.Add($"{section.Path}:{nameof(EmbedHosts)} holds '{host}': origins such as https://example.com are allowed.");
        }

        var url = section[nameof(Url)];
        if (!string.IsNullOrEmpty(url) && !IsOrigin(url))
        {
            faults.Add($"{section.Path}:{nameof(Url)} is '{url}': an origin such as https://scores.example is allowed.");
        }

        return new PageSettings { Boards = boards, EmbedHosts = hosts, Url = IsOrigin(url) ? new Uri(url!) : null };
    }

    /// <summary>Whether anybody may look at a board. The classic API shows its board to anybody.</summary>
    public bool IsPublic(BoardId board, bool isClassic) => isClassic || Boards.Any(one => one == All || one == $"{board.Game}/*" || one == $"{board.Game}/{board.Board}");

    private static bool IsOrigin(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == text && !text!.Contains(';', StringComparison.Ordinal);

    private static List<string> ListOf(IConfigurationSection section) =>
        section.Value is { Length: > 0 } one ? [one] : [.. section.GetChildren().Select(static child => child.Value ?? "")];
}

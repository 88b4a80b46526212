using System.Collections.Frozen;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Server.Operating;

namespace Jinbang.Server.Pages;

/// <summary>Which boards have public pages and who may embed them. Section <c>Pages</c>.</summary>
internal sealed record PageSettings
{
    public const string Section = "Pages";

    private const string All = "*";

    // A code with more could not be scanned from a seat.
    private const int MostUrlLength = 200;

    /// <summary>Boards beside the classic ones, as <c>game/board</c>, <c>game/*</c> or <c>*</c>.</summary>
    private IReadOnlyList<string> Boards { get; init; } = [];

    /// <summary>Origins whose pages may show a board in a frame.</summary>
    public IReadOnlyList<string> EmbedHosts { get; init; } = [];

    /// <summary>Where visitors reach the server, for the code on the big screen; null when it is where the screen reached it.</summary>
    public Uri? Url { get; init; }

    /// <summary>Whether the pinball is served at <c>/play</c> for the configured games.</summary>
    public bool Play { get; init; } = true;

    /// <summary>Where games are played that are not played here.</summary>
    private FrozenDictionary<string, Uri> GameUrls { get; init; } = FrozenDictionary<string, Uri>.Empty;

    public static PageSettings Read(IConfigurationSection section, List<string> faults)
    {
        Settings.CheckKeys(section, [nameof(Boards), nameof(EmbedHosts), nameof(Url), nameof(Play), nameof(GameUrls)], faults);
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

        var play = section[nameof(Play)];
        var isPlayed = true;
        if (!string.IsNullOrEmpty(play) && !bool.TryParse(play, out isPlayed))
        {
            faults.Add($"{section.Path}:{nameof(Play)} is '{play}': true or false is allowed.");
        }

        return new PageSettings { Boards = boards, EmbedHosts = hosts, Url = IsOrigin(url) ? new Uri(url!) : null, Play = isPlayed, GameUrls = ReadGameUrls(section.GetSection(nameof(GameUrls)), faults) };
    }

    /// <summary>Whether anybody may look at a board. The classic API shows its board to anybody.</summary>
    public bool IsPublic(BoardId board, bool isClassic) => isClassic || Boards.Any(one => one == All || one == $"{board.Game}/*" || one == $"{board.Game}/{board.Board}");

    /// <summary>Where a game is played: an address of its own, or the path of the pinball; null when nobody has said.</summary>
    /// <param name="game">The game.</param>
    /// <param name="isConfigured">Whether it stands in the settings.</param>
    public string? PlayOf(GameId game, bool isConfigured) =>
        GameUrls.TryGetValue(game.ToString(), out var url) ? url.AbsoluteUri : Play && isConfigured ? $"/play/{game}" : null;

    private static FrozenDictionary<string, Uri> ReadGameUrls(IConfigurationSection section, List<string> faults)
    {
        var urls = new Dictionary<string, Uri>(StringComparer.Ordinal);
        foreach (var child in section.GetChildren())
        {
            // Environment variables come in any case; ids are lower case.
            if (!GameId.TryParse(child.Key.ToLowerInvariant(), out var game))
            {
                faults.Add($"{child.Path}: '{child.Key}' is no game id.");
            }
            else if (!Uri.TryCreate(child.Value, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.AbsoluteUri.Length > MostUrlLength)
            {
                faults.Add($"{child.Path} is '{child.Value}': an address such as https://games.example/lantern of at most {MostUrlLength} characters is allowed.");
            }
            else
            {
                urls[game.ToString()] = url;
            }
        }

        return urls.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static bool IsOrigin(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == text && !text!.Contains(';', StringComparison.Ordinal);

    private static List<string> ListOf(IConfigurationSection section) =>
        section.Value is { Length: > 0 } one ? [one] : [.. section.GetChildren().Select(static child => child.Value ?? "")];
}

using System.Globalization;
using System.Text;
using Jinbang.Boards.Games;
using Jinbang.Boards.Rankings;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using NodaTime;

// Public because components are, and with them what they take: names say what the rest is.
#pragma warning disable CS1591

namespace Jinbang.Server.Pages;

/// <summary>A line as pages show it.</summary>
/// <param name="Rank">The place.</param>
/// <param name="Player">The public id; empty for a player who was deleted.</param>
/// <param name="Name">The nickname, or words in its place.</param>
/// <param name="Initial">What his disc shows.</param>
/// <param name="Tint">Which of eight colours it has.</param>
/// <param name="Score">The score with its thousands apart.</param>
/// <param name="Avatar">Where his picture is, on this server; null when he has none.</param>
public sealed record LineView(int Rank, string Player, string Name, string Initial, int Tint, string Score, string? Avatar);

/// <summary>A window as pages link to it.</summary>
public sealed record WindowLink(string Name, string Title, bool IsShown);

/// <summary>All that a page about a board shows.</summary>
public sealed record BoardView
{
    public const int PageLines = 100;

    private const int MostScalars = 24;

    public required PageTexts Texts { get; init; }

    public required string Game { get; init; }

    public required string Board { get; init; }

    public required string Title { get; init; }

    public required WindowInfo Window { get; init; }

    public required string WindowTitle { get; init; }

    /// <summary>When the window ends, in its zone's time; null for never.</summary>
    public required string? Ends { get; init; }

    public required IReadOnlyList<WindowLink> Windows { get; init; }

    public required IReadOnlyList<WindowLink> Past { get; init; }

    public required IReadOnlyList<LineView> Lines { get; init; }

    public required int From { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>Where the game is played, an address or a path of this server; null when nobody has said.</summary>
    public string? PlayUrl { get; init; }

    public bool IsEmbedded { get; init; }

    /// <summary>Whom the visitor asked for; null when he asked for nobody.</summary>
    public string? Asked { get; init; }

    /// <summary>The line of whom he asked for; null when there is none.</summary>
    public LineView? Own { get; init; }

    public bool IsOpen => Window.State != WindowState.Closed;

    public bool IsLive => IsOpen && From == 1;

    public bool HasNext => Lines.Count == PageLines && From + PageLines <= Window.Count;

    /// <summary>The path of this page, in this language.</summary>
    public string Path(string? window = null, int from = 1, string? language = null) => string.Create(
        CultureInfo.InvariantCulture,
        $"/{(IsEmbedded ? "embed" : "boards")}/{Game}/{Board}?window={Uri.EscapeDataString(window ?? Window.Name.ToString())}{(from > 1 ? $"&from={from}" : "")}&lang={language ?? Texts.Code}");

    public static LineView LineOf(PageTexts texts, string game, BoardDefinition board, in StandingsLine line)
    {
        var nickname = line.Profile?.Nickname is { Length: > 0 } utf8 ? Encoding.UTF8.GetString(utf8).Trim() : "";
        var isGone = line.Player == default;
        var name = nickname.Length > 0 ? nickname : isGone ? texts.Anonymous : texts.Unnamed;
        var initial = nickname.Length > 0 ? StringInfo.GetNextTextElement(nickname).ToUpperInvariant() : "·";
        var player = isGone ? "" : line.Player.ToString();
        return new LineView(
            line.Rank.Place, player, name, initial.Length <= MostScalars ? initial : "·", player.Length > 0 ? player[^1] % 8 : 0, Grouped(ScoreText.Format(line.Entry.Scores.First, board.Columns[0].Decimals)),
            line.Profile?.Avatar is { Length: > 0 } ? $"/avatars/{game}/{player}?s=96" : null);
    }

    /// <summary>The name of a window as people say it.</summary>
    public static string TitleOf(PageTexts texts, WindowName name, WindowKind kind, bool isShort) => kind switch
    {
        WindowKind.AllTime => texts.AllTime,
        WindowKind.Daily => isShort || name.Key.Length == 0 ? texts.Daily : name.Key,
        WindowKind.Weekly => isShort || name.Key.Length == 0 ? texts.Weekly : name.Key,
        WindowKind.Monthly => isShort || name.Key.Length == 0 ? texts.Monthly : name.Key,
        _ => name.Rule,
    };

    /// <summary>A moment as the clocks of a rule's zone show it.</summary>
    public static string TimeIn(WindowRule? rule, DateTimeOffset moment)
    {
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(rule?.Zone ?? "UTC") ?? DateTimeZone.Utc;
        return Instant.FromDateTimeOffset(moment).InZone(zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + (zone == DateTimeZone.Utc ? " UTC" : "");
    }

    private static string Grouped(string score)
    {
        var start = score.StartsWith('-') ? 1 : 0;
        var point = score.IndexOf('.', StringComparison.Ordinal);
        var text = new StringBuilder(score);
        for (var i = (point < 0 ? score.Length : point) - 3; i > start; i -= 3)
        {
            text.Insert(i, ',');
        }

        return text.ToString();
    }
}

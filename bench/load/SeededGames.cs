using Jinbang.Boards.Games;
using Jinbang.Boards.Windows;

namespace Jinbang.Bench.Load;

/// <summary>The games that are measured.</summary>
internal static class SeededGames
{
    /// <summary>The game of the v1 calls.</summary>
    public const string Campaign = "lantern";

    /// <summary>Its board.</summary>
    public const string CampaignBoard = "campaign";

    private const string Zone = "Asia/Shanghai";

    /// <summary>One window for all time.</summary>
    public static IReadOnlyList<WindowRule> OneWindow { get; } = [new() { Name = "all_time", Kind = WindowKind.AllTime }];

    /// <summary>All time, this day and this week.</summary>
    public static IReadOnlyList<WindowRule> ThreeWindows { get; } =
    [
        .. OneWindow,
        new() { Name = "daily", Kind = WindowKind.Daily, Zone = Zone },
        new() { Name = "weekly", Kind = WindowKind.Weekly, Zone = Zone },
    ];

    /// <summary>The day of the daily window: a folder that was seeded on another day would begin with closing it.</summary>
    public static string Day => WindowCalendar.PeriodAt(ThreeWindows[1], TimeProvider.System.GetUtcNow()).GetValueOrDefault().Key;

    /// <summary>A game with the board of the classic API.</summary>
    public static GameDefinition Classic(string id) => new() { Id = GameId.Parse(id), Boards = [new BoardDefinition { Name = BoardDefinition.ClassicName }] };

    /// <summary>A game with one board of three windows.</summary>
    public static GameDefinition V1 { get; } = new() { Id = GameId.Parse(Campaign), Name = "Lantern", Boards = [Board(CampaignBoard, ThreeWindows)] };

    /// <summary>A game with many boards of these windows.</summary>
    public static GameDefinition ManyBoards(int boards, IReadOnlyList<WindowRule> windows) => new()
    {
        Id = GameId.Parse(Campaign),
        Name = "Lantern",
        Boards = [.. Enumerable.Range(0, boards).Select(index => Board(NameOf(index), windows))],
    };

    /// <summary>The name of one of many boards.</summary>
    public static string NameOf(int board) => $"class-{board:D5}";

    // What a board has that is made over v1 without saying more.
    private static BoardDefinition Board(string name, IReadOnlyList<WindowRule> windows) => new() { Name = name, Ledger = true, MetadataBytes = 256, Windows = windows };
}

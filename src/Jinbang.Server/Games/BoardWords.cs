using Jinbang.Boards.Games;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Games;

/// <summary>The words for what a board can be.</summary>
internal static class BoardWords
{
    public static readonly WireWords<ScoreOrder> Orders = new(("higher", ScoreOrder.HigherIsBetter), ("lower", ScoreOrder.LowerIsBetter));

    public static readonly WireWords<KeepRule> Keeps = new(("best", KeepRule.Best), ("latest", KeepRule.Latest), ("sum", KeepRule.Sum), ("first", KeepRule.First));

    public static readonly WireWords<TieRule> Ties = new(
        ("earlier_first", TieRule.EarlierFirst), ("later_first", TieRule.LaterFirst), ("equal_place", TieRule.EqualPlace), ("equal_place_dense", TieRule.EqualPlaceDense));

    public static readonly WireWords<Writers> Writers = new(
        ("client", Boards.Games.Writers.Client), ("player", Boards.Games.Writers.Player), ("server", Boards.Games.Writers.Server));

    public static readonly WireWords<WindowKind> Kinds = new(
        ("all_time", WindowKind.AllTime), ("daily", WindowKind.Daily), ("weekly", WindowKind.Weekly), ("monthly", WindowKind.Monthly), ("season", WindowKind.Season));

    public static readonly WireWords<DayOfWeek> Days = new(
        ("monday", DayOfWeek.Monday),
        ("tuesday", DayOfWeek.Tuesday),
        ("wednesday", DayOfWeek.Wednesday),
        ("thursday", DayOfWeek.Thursday),
        ("friday", DayOfWeek.Friday),
        ("saturday", DayOfWeek.Saturday),
        ("sunday", DayOfWeek.Sunday));
}

using Jinbang.Boards.Games;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Games;

/// <summary>From a board's definition to what is sent of it.</summary>
internal static class BoardWriting
{
    public static BoardBody Write(BoardDefinition board)
    {
        var score = board.Columns[0];
        return new BoardBody
        {
            Name = board.Name,
            Title = board.Title,
            Order = BoardWords.Orders.Of(score.Order),
            Decimals = score.Decimals,
            Lowest = Bound(score.Lowest, long.MinValue, score.Decimals),
            Highest = Bound(score.Highest, long.MaxValue, score.Decimals),
            TieBreakers = [.. board.Columns.Skip(1).Select(TieBreaker)],
            Keep = BoardWords.Keeps.Of(board.Keep),
            Ties = BoardWords.Ties.Of(board.Ties),
            Writers = BoardWords.Writers.Of(board.Writers),
            Ledger = board.Ledger,
            MetadataBytes = board.MetadataBytes,
            Windows = [.. board.Windows.Select(Window)],
        };
    }

    private static TieBreakerBody TieBreaker(ColumnDefinition column) => new()
    {
        Name = column.Name,
        Order = BoardWords.Orders.Of(column.Order),
        Decimals = column.Decimals,
        Lowest = Bound(column.Lowest, long.MinValue, column.Decimals),
        Highest = Bound(column.Highest, long.MaxValue, column.Decimals),
    };

    private static WindowBody Window(WindowRule window) => new()
    {
        Name = window.Name,
        Kind = BoardWords.Kinds.Of(window.Kind),
        Zone = window.Zone,
        StartHour = window.StartHour,
        WeekStart = BoardWords.Days.Of(window.WeekStart),
        GraceSeconds = (int)window.Grace.TotalSeconds,
        StartsAt = WireTime.Format(window.Starts),
        EndsAt = WireTime.Format(window.Ends),
    };

    private static string? Bound(long value, long none, int decimals) => value == none ? null : ScoreText.Format(value, decimals);
}

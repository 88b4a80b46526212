using Jinbang.Ranking;

namespace Jinbang.Boards.Storage;

/// <summary>How stores keep an order: one decimal digit a column, the most important first; 1 higher is better, 2 lower is better.</summary>
public static class ColumnOrderCode
{
    /// <summary>Writes an order.</summary>
    public static int Of(ColumnOrder order)
    {
        var code = 0;
        for (var column = 0; column < order.Columns; column++)
        {
            code = (code * 10) + (order[column] == ScoreOrder.HigherIsBetter ? 1 : 2);
        }

        return code;
    }

    /// <summary>Reads an order.</summary>
    public static ColumnOrder Read(int code)
    {
        Span<ScoreOrder> columns = stackalloc ScoreOrder[ScoreColumns.Most];
        var first = columns.Length;
        for (; code > 0; code /= 10)
        {
            columns[--first] = code % 10 == 1 ? ScoreOrder.HigherIsBetter : ScoreOrder.LowerIsBetter;
        }

        return new ColumnOrder(columns[first..]);
    }
}

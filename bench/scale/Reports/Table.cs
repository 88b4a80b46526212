using System.Globalization;
using System.Text;

namespace Jinbang.Bench.Scale.Reports;

/// <summary>Tables in Markdown, numbers in the invariant culture.</summary>
internal static class Table
{
    /// <summary>The head of a table.</summary>
    public static void Head(this StringBuilder text, params ReadOnlySpan<string> columns)
    {
        text.Row(columns);
        text.Append('|');
        foreach (var _ in columns)
        {
            text.Append("---|");
        }

        text.Append('\n');
    }

    /// <summary>A row.</summary>
    public static void Row(this StringBuilder text, params ReadOnlySpan<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    /// <summary>A number with as many digits as say something.</summary>
    public static string Show(this double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.ToString("0.##", CultureInfo.InvariantCulture),
    };

    /// <summary>A count.</summary>
    public static string Show(this long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Bytes as mebibytes.</summary>
    public static string Mebibytes(this long bytes) => (bytes / 1048576.0).Show();
}

namespace Jinbang.Boards.Games;

/// <summary>Finds what is wrong with a board's definition.</summary>
internal static class BoardFaults
{
    private const int LongestTitle = 255;
    private const int LongestColumnName = 32;

    /// <summary>Every fault, as sentences that name the field as it is in JSON.</summary>
    public static List<string> Of(BoardDefinition board)
    {
        var faults = new List<string>();
        if (!IsName(board.Name, 64, allowDash: true))
        {
            faults.Add("name: 1 to 64 characters of a-z, 0-9, '-' and '_' are allowed.");
        }

        if (board.Title.Length > LongestTitle)
        {
            faults.Add($"title: at most {LongestTitle} characters are allowed.");
        }

        if (board.MetadataBytes is < 0 or > BoardDefinition.MostMetadataBytes)
        {
            faults.Add($"metadata_bytes: 0 to {BoardDefinition.MostMetadataBytes} is allowed.");
        }

        CheckColumns(board, faults);
        CheckWindows(board, faults);
        return faults;
    }

    private static void CheckColumns(BoardDefinition board, List<string> faults)
    {
        if (board.Columns.Count is 0 or > Ranking.ScoreColumns.Most)
        {
            faults.Add("tie_breakers: at most 3 are allowed.");
            return;
        }

        for (var i = 0; i < board.Columns.Count; i++)
        {
            var column = board.Columns[i];
            var field = i == 0 ? "" : $"tie_breakers[{i - 1}].";
            if (!IsName(column.Name, LongestColumnName, allowDash: false))
            {
                faults.Add($"{field}name: 1 to {LongestColumnName} characters of a-z, 0-9 and '_' are allowed.");
            }

            if (board.Columns.Take(i).Any(other => other.Name == column.Name))
            {
                faults.Add($"{field}name: '{column.Name}' is there twice.");
            }

            if (column.Decimals is < 0 or > ColumnDefinition.MostDecimals)
            {
                faults.Add($"{field}decimals: 0 to {ColumnDefinition.MostDecimals} is allowed.");
            }

            if (column.Lowest > column.Highest)
            {
                faults.Add($"{field}lowest: it is above the highest, so that no score could ever be accepted.");
            }
        }
    }

    private static void CheckWindows(BoardDefinition board, List<string> faults)
    {
        if (board.Windows.Count is 0 or > BoardDefinition.MostWindows)
        {
            faults.Add($"windows: 1 to {BoardDefinition.MostWindows} are allowed.");
        }

        for (var i = 0; i < board.Windows.Count; i++)
        {
            var window = board.Windows[i];
            faults.AddRange(window.Faults().Select(fault => $"windows[{i}].{fault}"));
            if (board.Windows.Take(i).Any(other => other.Name == window.Name))
            {
                faults.Add($"windows[{i}].name: '{window.Name}' is there twice.");
            }
        }
    }

    private static bool IsName(string name, int longest, bool allowDash) =>
        name.Length >= 1 && name.Length <= longest && name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_' || (allowDash && c == '-'));
}

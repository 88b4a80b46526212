namespace Jinbang.Boards.Storage.Moving;

/// <summary>How wide a column is where a database tells widths apart.</summary>
public enum MovedType
{
    /// <summary>16 bits.</summary>
    Small,

    /// <summary>32 bits.</summary>
    Number,

    /// <summary>64 bits.</summary>
    Large,

    /// <summary>Text.</summary>
    Text,
}

/// <summary>A column as it is moved.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Numbers are handed over as <see cref="long"/> whatever their width, text as <see cref="string"/>, and NULL as null.</param>
public sealed record MovedColumn(string Name, MovedType Type);

/// <summary>
/// What stores have in common, table by table: each store reads and writes its own tables as if they looked like these, so that what was moved can be compared row by row whatever
/// the stores look like inside.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">Its columns. Every store hands out the rows in one and the same order as long as nothing is changed, so a count says how far a copy has come.</param>
/// <param name="Part">The name of the column, the first one, by which it is also compared in parts; null when it is only compared as a whole.</param>
public sealed record MovedTable(string Name, IReadOnlyList<MovedColumn> Columns, string? Part = null)
{
    /// <summary>All tables, in the order in which they are moved.</summary>
    public static IReadOnlyList<MovedTable> All { get; } =
    [
        Of("game", "number number, id text, name text, origins text, players number"),
        Of("player", "game number, number number, external_id text", part: "game"),
        Of("profile", "game number, player number, nickname text, avatar text, sex small, province text, city text, country text", part: "game"),
        Of("window", """
            number number, board number, rule text, kind number, key text, starts large, ends large, closes large, state number, closed_at large, last_order large, count number,
            checksum large, score_order number
            """),
        Of("entry", "window number, player number, score large, score2 large, score3 large, score4 large, ord large, metadata text", part: "window"),

        // Numbers in the log are counted per board from 1, whatever was forgotten before.
        Of("log", """
            board number, number large, player number, ord large, at large, result small, score large, score2 large, score3 large, score4 large, key text, metadata text, windows text
            """, part: "board"),

        // After the log: how much of it is folded is how many of its rows are.
        Of("board", "number number, game number, name text, definition text, last_order large, folded large"),
        Of("event", "number large, id text, game number, type text, at large, body text"),
        Of("record", "kind text, id text, body text"),
        Of("purge", "kind number, number number"),
    ];

    /// <summary>The columns' names, separated by commas.</summary>
    public string ColumnList => string.Join(", ", Columns.Select(static column => $"\"{column.Name}\""));

    private static MovedTable Of(string name, string columns, string? part = null) => new(
        name,
        [.. columns.Split(',', StringSplitOptions.TrimEntries).Select(static column => column.Split(' ')).Select(static column => new MovedColumn(column[0], Enum.Parse<MovedType>(column[1], ignoreCase: true)))],
        part);
}

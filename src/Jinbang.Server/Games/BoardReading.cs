using System.Text.Json;
using Jinbang.Boards.Games;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Jinbang.Server.Problems;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Games;

/// <summary>From what was sent or configured to a board's definition, noting every fault on the way.</summary>
internal sealed class BoardReading
{
    private const int UsualMetadataBytes = 256;

    private readonly List<FieldError> faults = [];

    private BoardReading()
    {
    }

    /// <summary>Reads a board.</summary>
    /// <param name="name">Its name, from the path or the settings.</param>
    /// <param name="body">What is said of it.</param>
    /// <param name="faults">Every fault; empty when the definition can be used.</param>
    public static BoardDefinition Read(string name, BoardBody body, out IReadOnlyList<FieldError> faults)
    {
        var reading = new BoardReading();
        var board = reading.Board(name, body);

        // What could not even be read has a stand-in in the definition, which would only be blamed for it once more.
        var named = reading.faults.Select(static fault => fault.Field).ToHashSet(StringComparer.Ordinal);
        reading.faults.AddRange(board.Faults().Select(FieldFaults.Of).Where(fault => !named.Contains(fault.Field)));
        faults = reading.faults;
        return board;
    }

    private BoardDefinition Board(string name, BoardBody body)
    {
        if (body.Name is not null && body.Name != name)
        {
            Add("name", $"it must be '{name}' as in the path, or be left out.");
        }

        NoteUnknown("", body.Unknown);
        return new BoardDefinition
        {
            Name = name,
            Title = body.Title ?? "",
            Columns =
            [
                Column("", "score", body.Order, body.Decimals, body.Lowest, body.Highest),
                .. (body.TieBreakers ?? []).Select((column, index) => TieBreaker($"tie_breakers[{index}]", column)),
            ],
            Keep = Word("keep", body.Keep, BoardWords.Keeps, KeepRule.Best),
            Ties = Word("ties", body.Ties, BoardWords.Ties, TieRule.EarlierFirst),
            Writers = Word("writers", body.Writers, BoardWords.Writers, Writers.Client),
            Ledger = body.Ledger ?? true,
            MetadataBytes = body.MetadataBytes ?? UsualMetadataBytes,
            Windows = body.Windows is null
                ? [new WindowRule { Name = BoardWords.Kinds.Of(WindowKind.AllTime), Kind = WindowKind.AllTime }]
                : [.. body.Windows.Select((window, index) => Window($"windows[{index}]", window))],
        };
    }

    private ColumnDefinition TieBreaker(string field, TieBreakerBody? body)
    {
        if (body is null)
        {
            Add(field, "it must be an object.");
            return new ColumnDefinition { Name = field };
        }

        NoteUnknown($"{field}.", body.Unknown);
        return Column($"{field}.", body.Name ?? "", body.Order, body.Decimals, body.Lowest, body.Highest);
    }

    private ColumnDefinition Column(string prefix, string name, string? order, int? decimals, string? lowest, string? highest)
    {
        var column = new ColumnDefinition { Name = name, Order = Word($"{prefix}order", order, BoardWords.Orders, ScoreOrder.HigherIsBetter), Decimals = decimals ?? 0 };
        return column.Decimals is < 0 or > ColumnDefinition.MostDecimals ? column : column with
        {
            Lowest = Bound($"{prefix}lowest", lowest, column.Decimals, column.Lowest),
            Highest = Bound($"{prefix}highest", highest, column.Decimals, column.Highest),
        };
    }

    private WindowRule Window(string field, WindowBody? body)
    {
        if (body is null)
        {
            Add(field, "it must be an object.");
            return new WindowRule { Name = "none", Kind = WindowKind.AllTime };
        }

        NoteUnknown($"{field}.", body.Unknown);
        if (string.IsNullOrEmpty(body.Kind))
        {
            Add($"{field}.kind", $"it is missing: {BoardWords.Kinds.Choice} is allowed.");
        }

        return new WindowRule
        {
            Name = body.Name ?? body.Kind ?? "",
            Kind = Word($"{field}.kind", body.Kind, BoardWords.Kinds, WindowKind.AllTime),
            Zone = body.Zone ?? "UTC",
            StartHour = body.StartHour ?? 0,
            WeekStart = Word($"{field}.week_start", body.WeekStart, BoardWords.Days, DayOfWeek.Monday),
            Grace = TimeSpan.FromSeconds(body.GraceSeconds ?? 0),
            Starts = Instant($"{field}.starts_at", body.StartsAt),
            Ends = Instant($"{field}.ends_at", body.EndsAt),
        };
    }

    private T Word<T>(string field, string? word, WireWords<T> words, T usual)
        where T : struct, Enum
    {
        if (string.IsNullOrEmpty(word))
        {
            return usual;
        }

        if (words.TryRead(word, out var value))
        {
            return value;
        }

        Add(field, $"{words.Choice} is allowed.");
        return usual;
    }

    private long Bound(string field, string? text, int decimals, long none)
    {
        if (string.IsNullOrEmpty(text))
        {
            return none;
        }

        if (ScoreText.TryParse(text, decimals, out var value))
        {
            return value;
        }

        Add(field, $"a decimal number with at most {decimals} digits behind the point is allowed, within 64 bits.");
        return none;
    }

    private DateTimeOffset? Instant(string field, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (WireTime.TryParse(text, out var at))
        {
            return at;
        }

        Add(field, "a time with its offset is allowed, such as 2026-12-01T00:00:00+08:00.");
        return null;
    }

    private void NoteUnknown(string prefix, Dictionary<string, JsonElement>? unknown) => faults.AddRange(FieldFaults.OfUnknown(prefix, unknown));

    private void Add(string field, string message) => faults.Add(new FieldError(field, message));
}

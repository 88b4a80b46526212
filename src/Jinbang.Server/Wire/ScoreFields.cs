using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Jinbang.Boards.Games;
using Jinbang.Boards.Submissions;
using Jinbang.Ranking;

namespace Jinbang.Server.Wire;

/// <summary>Scores as they are on the wire: decimal texts, never floating point.</summary>
internal static class ScoreFields
{
    /// <summary>The name of the first column.</summary>
    public const string Score = "score";

    /// <summary>The name of the object that holds the other columns.</summary>
    public const string TieBreakers = "tie_breakers";

    /// <summary>The score with all its decimals.</summary>
    public static string TextOf(BoardDefinition board, in ScoreColumns scores) => ScoreText.Format(scores.First, board.Columns[0].Decimals);

    /// <summary>The score as a number; null when a reader of floating point could not hold it exactly.</summary>
    public static decimal? NumberOf(BoardDefinition board, in ScoreColumns scores)
    {
        var value = scores.First;
        if (value is > ScoreText.LargestSafe or < -ScoreText.LargestSafe)
        {
            return null;
        }

        var magnitude = Math.Abs(value);
        return new decimal((int)magnitude, (int)(magnitude >> 32), 0, value < 0, (byte)board.Columns[0].Decimals);
    }

    /// <summary>The other columns by name; null when the board has none.</summary>
    public static IReadOnlyDictionary<string, string>? TieBreakersOf(BoardDefinition board, in ScoreColumns scores)
    {
        if (board.Columns.Count == 1)
        {
            return null;
        }

        var texts = new Dictionary<string, string>(board.Columns.Count - 1);
        for (var i = 1; i < board.Columns.Count; i++)
        {
            texts[board.Columns[i].Name] = ScoreText.Format(At(scores, i), board.Columns[i].Decimals);
        }

        return texts;
    }

    /// <summary>Reads the score and all the tie-breakers of a body, or notes faults.</summary>
    public static ScoreColumns Read(in BodyFields fields, BoardDefinition board)
    {
        Span<long> values = stackalloc long[ScoreColumns.Most];
        values.Clear();
        if (fields.TryGet(Score, out var score))
        {
            values[0] = ReadValue(fields, Score, score, board.Columns[0]);
        }
        else
        {
            fields.Fault(Score, "It is missing.");
        }

        var given = fields.TryGet(TieBreakers, out var breakers);
        if (given && breakers.ValueKind != JsonValueKind.Object)
        {
            fields.Fault(TieBreakers, "It must be an object of names and values.");
            return default;
        }

        if (given)
        {
            foreach (var breaker in breakers.EnumerateObject())
            {
                if (!board.Columns.Skip(1).Any(column => breaker.NameEquals(column.Name)))
                {
                    fields.Fault($"{TieBreakers}.{breaker.Name}", "The board has no such tie-breaker.");
                }
            }
        }

        for (var i = 1; i < board.Columns.Count; i++)
        {
            var name = $"{TieBreakers}.{board.Columns[i].Name}";
            if (given && breakers.TryGetProperty(board.Columns[i].Name, out var value))
            {
                values[i] = ReadValue(fields, name, value, board.Columns[i]);
            }
            else
            {
                fields.Fault(name, "It is missing.");
            }
        }

        return Of(values);
    }

    /// <summary>Reads the score and the tie-breakers of a query; null when there is no score, or it is wrong.</summary>
    public static ScoreColumns? Read(in QueryFields query, BoardDefinition board)
    {
        Span<long> values = stackalloc long[ScoreColumns.Most];
        values.Clear();
        if (query.Text(Score) is not { } text)
        {
            return null;
        }

        var complete = TryReadText(query, Score, text, board.Columns[0], out values[0]);
        for (var i = 1; i < board.Columns.Count; i++)
        {
            var name = $"{TieBreakers}.{board.Columns[i].Name}";
            if (query.Text(name) is { } value)
            {
                complete &= TryReadText(query, name, value, board.Columns[i], out values[i]);
            }
            else
            {
                query.Fault(name, "It is missing.");
                complete = false;
            }
        }

        return complete ? Of(values) : null;
    }

    /// <summary>Reads one column's value of a query.</summary>
    public static bool TryReadText(in QueryFields query, string name, string text, ColumnDefinition column, out long value)
    {
        if (ScoreText.TryParse(text, column.Decimals, out value))
        {
            return true;
        }

        query.Fault(name, Allowed(column));
        return false;
    }

    /// <summary>A column's value.</summary>
    public static long At(in ScoreColumns scores, int column) => column switch
    {
        0 => scores.First,
        1 => scores.Second,
        2 => scores.Third,
        _ => scores.Fourth,
    };

    /// <summary>Columns put together.</summary>
    public static ScoreColumns Of(ReadOnlySpan<long> values) => new(values[0], values[1], values[2], values[3]);

    private static long ReadValue(in BodyFields fields, string name, JsonElement value, ColumnDefinition column)
    {
        long units = 0;
        switch (value.ValueKind)
        {
            case JsonValueKind.String when BodyFields.TryReadText(value) is { } text && ScoreText.TryParse(text, column.Decimals, out units):
                return units;
            case JsonValueKind.Number when ScoreText.TryParse(Encoding.ASCII.GetString(JsonMarshal.GetRawUtf8Value(value)), column.Decimals, out units):
                if (units is >= -ScoreText.LargestSafe and <= ScoreText.LargestSafe)
                {
                    return units;
                }

                fields.Fault(name, "A number so large is not safe in JSON: send it as a string.");
                return 0;
            default:
                fields.Fault(name, Allowed(column));
                return 0;
        }
    }

    private static string Allowed(ColumnDefinition column) => column.Decimals == 0
        ? "A whole number of 64 bits is allowed, as a string or as a plain JSON number without an exponent."
        : $"A number with at most {column.Decimals} decimals is allowed, as a string or as a plain JSON number without an exponent.";
}

using System.Globalization;
using System.Text.Json;
using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Boards;

/// <summary>
/// The events that the outside is told of, as JSON: <c>type</c>, <c>timestamp</c> and <c>data</c>. They name players by their public ids only. An id says what
/// happened, so however often an event is made or sent, its id is one.
/// </summary>
public static class BoardEvents
{
    /// <summary>A window is closed; its standings are final.</summary>
    public const string WindowWasClosed = "window.closed";

    /// <summary>Someone else stands first in a window.</summary>
    public const string FirstPlaceTaken = "first_place.taken";

    /// <summary>How many lines a closed window's event has at the most.</summary>
    public const int ShownLines = 10;

    /// <summary>All types.</summary>
    public static IReadOnlyList<string> Types { get; } = [WindowWasClosed, FirstPlaceTaken];

    internal static EventRow WindowClosed(Board board, OpenWindow window, WindowClosing closing)
    {
        var shown = new Standing[ShownLines];
        var count = window.Set.CopyRange(new Rank(1), shown, board.Definition.Ties.ReadingOf());
        return Make(board, window, WindowWasClosed, $"wc_{window.Stored.Number}", closing.At, json =>
        {
            WriteTime(json, "starts_at", window.Stored.Starts);
            WriteTime(json, "ends_at", window.Stored.Ends);
            WriteTime(json, "closed_at", closing.At);
            json.WriteNumber("count", closing.Count);
            json.WriteString("checksum", closing.Checksum.ToString("x16", CultureInfo.InvariantCulture));
            json.WriteStartArray("top");
            foreach (var standing in shown.AsSpan(0, count))
            {
                json.WriteStartObject();
                json.WriteNumber("rank", standing.Rank.Place);
                WriteEntry(json, board, standing.Entry);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    internal static EventRow FirstPlace(Board board, OpenWindow window, Entry entry, DateTimeOffset now) =>
        Make(board, window, FirstPlaceTaken, $"fp_{window.Stored.Number}_{entry.Order}", now, json => WriteEntry(json, board, entry));

    private static EventRow Make(Board board, OpenWindow window, string type, string id, DateTimeOffset at, Action<Utf8JsonWriter> writeData)
    {
        var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            WriteTime(json, "timestamp", at);
            json.WriteStartObject("data");
            json.WriteString("game", board.Game.Id.ToString());
            json.WriteString("board", board.Definition.Name);
            json.WriteString("window", window.Stored.Name.ToString());
            writeData(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return new EventRow(board.Game.Number, id, type, body.ToArray());
    }

    private static void WriteEntry(Utf8JsonWriter json, Board board, in Entry entry)
    {
        var columns = board.Definition.Columns;
        ReadOnlySpan<long> values = [entry.Scores.First, entry.Scores.Second, entry.Scores.Third, entry.Scores.Fourth];
        var player = board.Game.Has(entry.Player) ? board.Game.PublicIds.Of(entry.Player).ToString() : null;
        json.WriteString("player", player);
        json.WriteString("score", ScoreText.Format(values[0], columns[0].Decimals));
        if (columns.Count > 1)
        {
            json.WriteStartObject("tie_breakers");
            for (var i = 1; i < columns.Count; i++)
            {
                json.WriteString(columns[i].Name, ScoreText.Format(values[i], columns[i].Decimals));
            }

            json.WriteEndObject();
        }
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } moment)
        {
            json.WriteString(name, moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        }
    }
}

using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Jinbang.Boards.Games;
using Jinbang.Boards.Rankings;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Server.Live;

/// <summary>What events say, as JSON without line ends.</summary>
internal static class LiveJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The members <c>window</c> and <c>lines</c> of an object, without its braces.</summary>
    public static byte[] Head(BoardDefinition board, StandingsPage page)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            json.WriteStartObject("window");
            json.WriteString("name", page.Window.Name.ToString());
            json.WriteString("state", JsonNamingPolicy.SnakeCaseLower.ConvertName(page.Window.State.ToString()));
            json.WriteNumber("count", page.Window.Count);
            json.WriteEndObject();
            json.WriteStartArray("lines");
            foreach (var line in page.Lines)
            {
                json.WriteStartObject();
                WriteLine(json, board, line);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return bytes.WrittenSpan[1..^1].ToArray();
    }

    /// <summary>The player's own line with his neighbours on each side; <c>null</c> when he has none.</summary>
    public static byte[] Player(BoardDefinition board, IReadOnlyList<StandingsLine> lines, PlayerId player, int around)
    {
        var own = 0;
        while (own < lines.Count && lines[own].Entry.Player != player)
        {
            own++;
        }

        if (own == lines.Count)
        {
            return "null"u8.ToArray();
        }

        var bytes = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            WriteLine(json, board, lines[own]);
            json.WriteStartArray("around");
            for (var i = Math.Max(0, own - around); around > 0 && i <= Math.Min(lines.Count - 1, own + around); i++)
            {
                json.WriteStartObject();
                WriteLine(json, board, lines[i]);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>An object that names a window.</summary>
    public static string Window(WindowName window) => $$"""{"window":"{{window}}"}""";

    /// <summary>64 bits that tell contents apart, the same on every server and after every start.</summary>
    public static ulong DigestOf(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return BitConverter.ToUInt64(hash);
    }

    private static void WriteLine(Utf8JsonWriter json, BoardDefinition board, in StandingsLine line)
    {
        json.WriteNumber("rank", line.Rank.Place);
        json.WriteString("player", line.Player == default ? null : line.Player.ToString());
        WriteText(json, "nickname", line.Profile?.Nickname);
        WriteText(json, "avatar", line.Profile?.Avatar);
        ReadOnlySpan<long> values = [line.Entry.Scores.First, line.Entry.Scores.Second, line.Entry.Scores.Third, line.Entry.Scores.Fourth];
        var score = ScoreText.Format(values[0], board.Columns[0].Decimals);
        json.WriteString("score", score);
        if (values[0] is >= -ScoreText.LargestSafe and <= ScoreText.LargestSafe)
        {
            json.WritePropertyName("score_number");
            json.WriteRawValue(score);
        }

        if (board.Columns.Count > 1)
        {
            json.WriteStartObject("tie_breakers");
            for (var i = 1; i < board.Columns.Count; i++)
            {
                json.WriteString(board.Columns[i].Name, ScoreText.Format(values[i], board.Columns[i].Decimals));
            }

            json.WriteEndObject();
        }
    }

    private static void WriteText(Utf8JsonWriter json, string name, byte[]? utf8)
    {
        if (utf8 is null)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteString(name, utf8);
        }
    }
}

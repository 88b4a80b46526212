using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Jinbang.ProcessTests.Durability;

/// <summary>Reads what <c>strace -f -y -xx</c> has written.</summary>
internal static partial class TraceFile
{
    private const string Unfinished = " <unfinished ...>";

    /// <summary>All calls, in the order in which they were made.</summary>
    public static IReadOnlyList<TracedCall> Read(string path)
    {
        var calls = new List<TracedCall>();
        var open = new Dictionary<string, (int Line, string Text)>();
        var number = 0;
        foreach (var line in File.ReadLines(path, Encoding.Latin1))
        {
            number++;
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var (thread, text) = (line[..space], line[(space + 1)..].TrimStart());
            if (text.EndsWith(Unfinished, StringComparison.Ordinal))
            {
                open[thread] = (number, text[..^Unfinished.Length]);
            }
            else if (text.StartsWith("<... ", StringComparison.Ordinal) && open.Remove(thread, out var begun))
            {
                calls.Add(Call(begun.Line, number, begun.Text + text[(text.IndexOf('>', StringComparison.Ordinal) + 1)..]));
            }
            else if (CallBegins().IsMatch(text))
            {
                calls.Add(Call(number, number, text));
            }
        }

        calls.AddRange(open.Values.Select(static begun => Call(begun.Line, int.MaxValue, begun.Text)));
        return [.. calls.OrderBy(static call => call.Began)];
    }

    private static TracedCall Call(int began, int ended, string text)
    {
        var name = text[..text.IndexOf('(', StringComparison.Ordinal)];
        var file = FileName().Match(text) is { Success: true } found ? Encoding.UTF8.GetString(Bytes(found.Groups[1].ValueSpan)) : "";
        var data = Strings().Matches(text).SelectMany(static part => Bytes(part.Groups[1].ValueSpan)).ToArray();
        var equals = text.LastIndexOf(") ", StringComparison.Ordinal) is var end and >= 0 ? text.IndexOf('=', end) : -1;
        return new TracedCall(began, ended, name, file, data, equals < 0 ? "" : text[(equals + 1)..].Trim());
    }

    private static byte[] Bytes(ReadOnlySpan<char> hexadecimal)
    {
        var bytes = new byte[hexadecimal.Length / 4];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = byte.Parse(hexadecimal.Slice((i * 4) + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }

        return bytes;
    }

    [GeneratedRegex(@"^[a-z0-9_]+\(")]
    private static partial Regex CallBegins();

    [GeneratedRegex(@"^[a-z0-9_]+\(\d+<((?:\\x[0-9a-f]{2})*)>")]
    private static partial Regex FileName();

    [GeneratedRegex("\"((?:\\\\x[0-9a-f]{2})*)\"")]
    private static partial Regex Strings();
}

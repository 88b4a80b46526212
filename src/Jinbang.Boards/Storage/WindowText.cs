using System.Buffers.Text;
using Jinbang.Boards.Submissions;
using Jinbang.Ranking;

namespace Jinbang.Boards.Storage;

/// <summary>
/// What a submission did, window by window, as the log keeps it: <c>window:result:rank:rank before:count</c>, joined by ';'. Where the scores that count
/// afterwards are not the submitted ones they follow, <c>:s1,s2,s3,s4</c>, without the zeros at the end. Written into one buffer again and again; not
/// thread-safe.
/// </summary>
public sealed class WindowText
{
    /// <summary>Five numbers of up to 11 characters, four scores of up to 20, and what parts them.</summary>
    private const int LongestLine = (5 * 11) + (4 * 20) + 10;

    private byte[] buffer = new byte[LongestLine];

    /// <summary>Writes lines.</summary>
    /// <returns>Their text, valid until the next call.</returns>
    public ReadOnlySpan<byte> Write(ReadOnlySpan<WindowLine> lines, in ScoreColumns submitted)
    {
        if (buffer.Length < lines.Length * LongestLine)
        {
            buffer = new byte[lines.Length * LongestLine];
        }

        var at = 0;
        foreach (ref readonly var line in lines)
        {
            if (at > 0)
            {
                buffer[at++] = (byte)';';
            }

            Put(line.Window, ref at);
            Put((int)line.Result, ref at, ':');
            Put(line.Rank.Place, ref at, ':');
            Put(line.RankBefore.Place, ref at, ':');
            Put(line.Count, ref at, ':');
            if (line.Scores != submitted)
            {
                Put(line.Scores, ref at);
            }
        }

        return buffer.AsSpan(0, at);
    }

    /// <summary>Reads lines, adding them to a list.</summary>
    /// <exception cref="StoreBrokenException">The text is not what <see cref="Write"/> writes.</exception>
    public static void Read(ReadOnlySpan<byte> text, in ScoreColumns submitted, List<WindowLine> lines)
    {
        while (!text.IsEmpty)
        {
            var window = Take(ref text);
            var result = Take(ref text, ':');
            var rank = Take(ref text, ':');
            var rankBefore = Take(ref text, ':');
            var count = Take(ref text, ':');
            var scores = submitted;
            if (!text.IsEmpty && text[0] == ':')
            {
                scores = new ScoreColumns(TakeScore(ref text, ':'), TakeScore(ref text, ','), TakeScore(ref text, ','), TakeScore(ref text, ','));
            }

            lines.Add(new WindowLine(window, (SubmitResult)result, scores, new Rank(rank), new Rank(rankBefore), count));
            if (!text.IsEmpty)
            {
                Skip(ref text, ';');
                if (text.IsEmpty)
                {
                    throw Damaged();
                }
            }
        }
    }

    private void Put(long number, ref int at)
    {
        _ = Utf8Formatter.TryFormat(number, buffer.AsSpan(at), out var length);
        at += length;
    }

    private void Put(long number, ref int at, char mark)
    {
        buffer[at++] = (byte)mark;
        Put(number, ref at);
    }

    private void Put(in ScoreColumns scores, ref int at)
    {
        var columns = scores.Fourth != 0 ? 4 : scores.Third != 0 ? 3 : scores.Second != 0 ? 2 : 1;
        Put(scores.First, ref at, ':');
        if (columns > 1)
        {
            Put(scores.Second, ref at, ',');
        }

        if (columns > 2)
        {
            Put(scores.Third, ref at, ',');
        }

        if (columns > 3)
        {
            Put(scores.Fourth, ref at, ',');
        }
    }

    private static int Take(ref ReadOnlySpan<byte> text, char mark)
    {
        Skip(ref text, mark);
        return Take(ref text);
    }

    private static int Take(ref ReadOnlySpan<byte> text)
    {
        if (!Utf8Parser.TryParse(text, out int number, out var length))
        {
            throw Damaged();
        }

        text = text[length..];
        return number;
    }

    /// <summary>The next column, or 0 when there is no further one.</summary>
    private static long TakeScore(ref ReadOnlySpan<byte> text, char mark)
    {
        if (text.IsEmpty || text[0] != mark)
        {
            return 0;
        }

        if (!Utf8Parser.TryParse(text[1..], out long score, out var length))
        {
            throw Damaged();
        }

        text = text[(1 + length)..];
        return score;
    }

    private static void Skip(ref ReadOnlySpan<byte> text, char mark)
    {
        if (text.IsEmpty || text[0] != mark)
        {
            throw Damaged();
        }

        text = text[1..];
    }

    private static StoreBrokenException Damaged() => new("A row of the log says what nobody wrote: restore a backup.");
}

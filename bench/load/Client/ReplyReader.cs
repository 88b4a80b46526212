using System.Buffers.Text;
using System.Text;

namespace Jinbang.Bench.Load.Client;

/// <summary>
/// Reads one HTTP/1.1 reply with a Content-Length, or a 204 when no body is expected. In the usual case the head and the start of the body come in one piece and nothing is
/// copied; the rest of a body is only counted.
/// </summary>
internal sealed class ReplyReader
{
    private const int LongestReport = 400;

    private byte[] _bodyStart = [];
    private byte[] _kept = [];
    private int _bodyLeft;
    private bool _inBody;
    private string? _wrong;

    /// <summary>Starts a new reply.</summary>
    public void Expect(byte[] bodyStart)
    {
        _bodyStart = bodyStart;
        _kept = [];
        _inBody = false;
        _wrong = null;
    }

    /// <summary>
    /// Takes the next piece. True when the reply is complete, with what was wrong about it or null. False with a text when it cannot be
    /// understood and the connection must be closed; false with null when more must come.
    /// </summary>
    public bool TryFinish(ReadOnlySpan<byte> piece, out string? wrong)
    {
        wrong = null;
        if (_inBody)
            return Count(piece.Length, out wrong);

        if (_kept.Length > 0)
            piece = _kept = [.. _kept, .. piece];
        var headEnd = piece.IndexOf("\r\n\r\n"u8);
        if (headEnd < 0)
            return Keep(piece);

        var head = piece[..headEnd];
        var body = piece[(headEnd + 4)..];
        var isDone = head.StartsWith("HTTP/1.1 204 "u8);
        if (!TryReadLength(head, out _bodyLeft) && !isDone)
        {
            wrong = "a reply without Content-Length: " + Show(piece);
            return false;
        }

        if (body.Length < Math.Min(_bodyLeft, _bodyStart.Length))
            return Keep(piece);
        if (isDone ? _bodyStart.Length > 0 : !head.StartsWith("HTTP/1.1 200 "u8) || !body.StartsWith(_bodyStart))
            _wrong = Show(piece);
        _inBody = true;
        return Count(body.Length, out wrong);
    }

    private bool Keep(ReadOnlySpan<byte> piece)
    {
        if (_kept.Length == 0)
            _kept = piece.ToArray();
        return false;
    }

    private bool Count(int bytes, out string? wrong)
    {
        _bodyLeft -= bytes;
        wrong = _bodyLeft switch
        {
            0 => _wrong,
            < 0 => "more bytes than the reply's Content-Length",
            _ => null,
        };
        return _bodyLeft == 0;
    }

    private static bool TryReadLength(ReadOnlySpan<byte> head, out int length)
    {
        // As Kestrel writes it; letter case is not looked through, for speed.
        var name = "\r\nContent-Length: "u8;
        var at = head.IndexOf(name);
        length = 0;
        return at >= 0 && Utf8Parser.TryParse(head[(at + name.Length)..], out length, out _);
    }

    private static string Show(ReadOnlySpan<byte> piece) => Encoding.UTF8.GetString(piece[..Math.Min(piece.Length, LongestReport)]);
}

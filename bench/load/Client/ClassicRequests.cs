using System.Text;
using Jinbang.Bench.Load.Players;

namespace Jinbang.Bench.Load.Client;

/// <summary>
/// The four calls of the classic API as released games send them: forms built by joining strings, in raw UTF-8 without percent-encoding,
/// with a <c>&amp;</c> at the end and fields that are ignored. Each method writes a whole HTTP/1.1 request and returns its length in bytes.
/// </summary>
internal sealed class ClassicRequests(string game, int port)
{
    /// <summary>A buffer of this many bytes holds any of the requests.</summary>
    public const int LargestRequest = 2_048;

    private readonly byte[] _userScoreStart = Encoding.ASCII.GetBytes($"GET /{game}/api/user_score?openid=");
    private readonly byte[] _userScoreEnd = Encoding.ASCII.GetBytes($" HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    private readonly byte[] _topHundred = Encoding.ASCII.GetBytes($"GET /{game}/api/tpinball_score HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    private readonly byte[] _postScore = FormHead(game, port, "post_score");
    private readonly byte[] _postUserInfo = FormHead(game, port, "post_user_info");

    /// <summary>Reads a player's best score.</summary>
    public int UserScore(Span<byte> destination, int player)
    {
        var request = new RequestText(destination);
        request.Add(_userScoreStart);
        request.Advance(Ids.Write(player, request.Rest));
        request.Add(_userScoreEnd);
        return request.Length;
    }

    /// <summary>Reads the first hundred.</summary>
    public int TopHundred(Span<byte> destination)
    {
        _topHundred.CopyTo(destination);
        return _topHundred.Length;
    }

    /// <summary>Submits a player's score.</summary>
    public int PostScore(Span<byte> destination, int player, long score)
    {
        var form = new RequestText(stackalloc byte[128]);
        form.Add("openid="u8);
        form.Advance(Ids.Write(player, form.Rest));
        form.Add("&score="u8);
        form.Add(score);
        form.Add("&"u8);
        return Post(destination, _postScore, form);
    }

    /// <summary>Submits a player's profile with the nickname of this version; all else stays the same from version to version.</summary>
    public int PostUserInfo(Span<byte> destination, int player, int version)
    {
        var form = new RequestText(stackalloc byte[512]);
        form.Add("openid="u8);
        form.Advance(Ids.Write(player, form.Rest));
        form.Add("&nickname="u8);
        form.Advance(Nicknames.Write(player, version, form.Rest));
        form.Add("&sex=1&language=zh_CN&city=深圳&province=广东&country=中国&headimgurl="u8);
        form.Advance(Avatars.Write(player, form.Rest));
        form.Add("&privilege=&success=true&"u8);
        return Post(destination, _postUserInfo, form);
    }

    private static byte[] FormHead(string game, int port, string call) => Encoding.ASCII.GetBytes(
        $"POST /{game}/api/{call} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ");

    private static int Post(Span<byte> destination, byte[] head, RequestText form)
    {
        var request = new RequestText(destination);
        request.Add(head);
        request.Add(form.Length);
        request.Add("\r\n\r\n"u8);
        request.Add(form.Written);
        return request.Length;
    }
}

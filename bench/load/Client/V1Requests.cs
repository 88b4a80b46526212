using System.Text;
using Jinbang.Bench.Load.Players;
using Jinbang.Boards.Players;

namespace Jinbang.Bench.Load.Client;

/// <summary>Calls of the v1 API for one game, with a server key. Each method writes a whole HTTP/1.1 request and returns its length in bytes.</summary>
/// <param name="access">The key and the ids of the game's players.</param>
/// <param name="board">The board of all calls but <see cref="Submit(Span{byte}, string, int, long, ref SplitMix64)"/>.</param>
/// <param name="port">The server's port.</param>
internal sealed class V1Requests(GameAccess access, string board, int port)
{
    private readonly byte[] _line = Start(access, board, "players/");
    private readonly byte[] _around = Start(access, board, "around/");
    private readonly byte[] _end = Encoding.ASCII.GetBytes(End(access, port));
    private readonly byte[] _limitedEnd = Encoding.ASCII.GetBytes("?limit=11" + End(access, port));
    private readonly byte[] _firstPage = Encoding.ASCII.GetBytes($"GET /v1/games/{access.Game}/boards/{board}/windows/all_time/standings?limit=100{End(access, port)}");
    private readonly byte[] _submitStart = Encoding.ASCII.GetBytes($"POST /v1/games/{access.Game}/boards/");
    private readonly byte[] _submitEnd = Encoding.ASCII.GetBytes(
        $"/scores HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {access.Key}\r\nContent-Type: application/json\r\nContent-Length: ");

    private readonly byte[] _board = Encoding.ASCII.GetBytes(board);

    /// <summary>Reads a player's line.</summary>
    public int OwnRank(Span<byte> destination, int player) => About(destination, _line, player, _end);

    /// <summary>Reads the eleven lines around a player.</summary>
    public int Around(Span<byte> destination, int player) => About(destination, _around, player, _limitedEnd);

    /// <summary>Reads the first hundred lines.</summary>
    public int FirstPage(Span<byte> destination)
    {
        _firstPage.CopyTo(destination);
        return _firstPage.Length;
    }

    /// <summary>Submits a player's score with a new idempotency key.</summary>
    public int Submit(Span<byte> destination, int player, long score, ref SplitMix64 keys) => Submit(destination, _board, player, score, ref keys);

    /// <summary>Submits to another board of the game.</summary>
    public int Submit(Span<byte> destination, ReadOnlySpan<byte> name, int player, long score, ref SplitMix64 keys)
    {
        var json = new RequestText(stackalloc byte[256]);
        json.Add("{\"external_id\":\""u8);
        json.Advance(Ids.Write(player, json.Rest));
        json.Add("\",\"score\":\""u8);
        json.Add(score);
        json.Add("\",\"idempotency_key\":\""u8);
        json.Advance(WriteKey(json.Rest, ref keys));
        json.Add("\"}"u8);

        var request = new RequestText(destination);
        request.Add(_submitStart);
        request.Add(name);
        request.Add(_submitEnd);
        request.Add(json.Length);
        request.Add("\r\n\r\n"u8);
        request.Add(json.Written);
        return request.Length;
    }

    private static byte[] Start(GameAccess access, string board, string what) =>
        Encoding.ASCII.GetBytes($"GET /v1/games/{access.Game}/boards/{board}/windows/all_time/standings/{what}");

    private static string End(GameAccess access, int port) => $" HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {access.Key}\r\n\r\n";

    private int About(Span<byte> destination, byte[] start, int player, byte[] end)
    {
        var request = new RequestText(destination);
        request.Add(start);
        access.Ids.Of(Seed.PlayerOf(player)).WriteUtf8(request.Rest);
        request.Advance(PublicId.Characters);
        request.Add(end);
        return request.Length;
    }

    /// <summary>128 random bits, as long as what games send.</summary>
    private static int WriteKey(Span<byte> destination, ref SplitMix64 keys)
    {
        keys.Next().TryFormat(destination, out var first, "x16");
        keys.Next().TryFormat(destination[first..], out var second, "x16");
        return first + second;
    }
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Server.Live;

/// <summary>
/// The text of a ticket. Of a server of its own it is random. Where several servers share a store it says the view and when it was made, under a keyed hash that only the store's
/// secret makes: a browser's reconnect may come to another server, which takes it for ten minutes.
/// </summary>
/// <param name="boards">Whose secret signs.</param>
/// <param name="isShared">Whether other servers are to understand it.</param>
/// <param name="time">When.</param>
internal sealed class TicketText(IBoards boards, bool isShared, TimeProvider time)
{
    private const int RandomBytes = 32;
    private const int HashBytes = HMACSHA256.HashSizeInBytes;
    private const int LongestText = 1024;

    private readonly Lazy<byte[]> key = new(() => HKDF.DeriveKey(HashAlgorithmName.SHA256, boards.Secret.ToArray(), HashBytes, info: "jinbang/live-ticket/1"u8.ToArray()));

    /// <summary>Makes one.</summary>
    public string Make(in LiveView view)
    {
        if (!isShared)
        {
            return Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
        }

        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(RandomNumberGenerator.GetBytes(sizeof(long)));
        writer.Write(time.GetUtcNow().ToUnixTimeSeconds());
        writer.Write(view.Board.Game.ToString());
        writer.Write(view.Board.Board);
        writer.Write(view.Window.ToString());
        writer.Write(view.Top);
        writer.Write(view.Player.Number);
        writer.Write(view.Around);
        writer.Write(HMACSHA256.HashData(key.Value, stream.ToArray()));
        return Base64Url.EncodeToString(stream.ToArray());
    }

    /// <summary>Reads one of another server that is not older than this.</summary>
    public bool TryRead(string text, TimeSpan oldest, out LiveView view)
    {
        view = default;
        if (!isShared || text.Length > LongestText || !Base64Url.IsValid(text))
        {
            return false;
        }

        var bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length <= HashBytes || !CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key.Value, bytes.AsSpan(..^HashBytes)), bytes.AsSpan(^HashBytes..)))
        {
            return false;
        }

        // From here on it is something that one of us wrote.
        using var reader = new BinaryReader(new MemoryStream(bytes, 0, bytes.Length - HashBytes), Encoding.UTF8);
        reader.ReadInt64();
        var made = DateTimeOffset.FromUnixTimeSeconds(reader.ReadInt64());
        var board = new BoardId(GameId.Parse(reader.ReadString()), reader.ReadString());
        if (time.GetUtcNow() - made > oldest || !WindowName.TryParse(reader.ReadString(), out var window))
        {
            return false;
        }

        var top = reader.ReadInt32();
        var player = reader.ReadInt32();
        view = new LiveView(board, window, top, player > 0 ? new PlayerId(player) : default, reader.ReadInt32());
        return true;
    }
}

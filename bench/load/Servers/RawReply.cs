using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Jinbang.Bench.Load.Servers;

/// <summary>One HTTP reply as it went over the wire: its status, its header lines, and its body.</summary>
internal sealed record RawReply(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body)
{
    /// <summary>Sends one request over a connection of its own and reads to the end of the stream, so the request must say <c>Connection: close</c>.</summary>
    public static async Task<byte[]> FetchAsync(IPEndPoint server, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, cancellationToken);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(request, cancellationToken);
        using var reply = new MemoryStream();
        await stream.CopyToAsync(reply, cancellationToken);
        return reply.ToArray();
    }

    /// <summary>Reads a reply with a Content-Length.</summary>
    public static RawReply Parse(ReadOnlySpan<byte> reply)
    {
        var headEnd = reply.IndexOf("\r\n\r\n"u8);
        if (headEnd < 0)
            throw new FormatException("Not a whole HTTP reply: " + Encoding.UTF8.GetString(reply));
        var lines = Encoding.Latin1.GetString(reply[..headEnd]).Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).Select(pair => KeyValuePair.Create(pair[0], pair[1]));
        return new(int.Parse(lines[0].Split(' ')[1]), [.. headers], reply[(headEnd + 4)..].ToArray());
    }
}

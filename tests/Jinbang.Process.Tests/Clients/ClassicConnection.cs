using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Jinbang.ProcessTests.Clients;

/// <summary>The server closed a connection in the middle of a reply.</summary>
internal sealed class CutReplyException(string part) : Exception($"A reply was cut after: {part}");

/// <summary>A keep-alive connection that speaks plain HTTP, so that a test knows to the byte what was answered. One caller at a time.</summary>
internal sealed class ClassicConnection : IDisposable
{
    private readonly Socket socket;
    private byte[] buffer = new byte[32 * 1024];
    private int start;
    private int end;

    private ClassicConnection(Socket socket) => this.socket = socket;

    public static async Task<ClassicConnection> OpenAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return new ClassicConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static string ScoreRequest(string player, long score) => Post("post_score", $"openid={player}&score={score.ToString(CultureInfo.InvariantCulture)}&");

    public static string ProfileRequest(string player, string fields) => Post("post_user_info", $"openid={player}&{fields}");

    public static string UserScoreRequest(string player) => Get($"/api/user_score?openid={player}");

    /// <summary>Submits a score.</summary>
    /// <returns>Null when the connection was closed without a reply.</returns>
    public Task<Reply?> PostScoreAsync(string player, long score) => AskAsync(ScoreRequest(player, score));

    public Task<Reply?> PostProfileAsync(string player, string fields) => AskAsync(ProfileRequest(player, fields));

    public async Task<long?> ScoreAsync(string player) => (await AskAsync(UserScoreRequest(player)))!.Score();

    public async Task<IReadOnlyList<ListRow>> ListAsync() => (await GetAsync("/api/tpinball_score"))!.Rows();

    public Task<Reply?> GetAsync(string path) => AskAsync(Get(path));

    public async Task<Reply?> AskAsync(string request) => await SendAsync(request) ? await ReadAsync() : null;

    /// <summary>Sends without waiting for a reply.</summary>
    /// <returns>False when the connection is closed.</returns>
    public async Task<bool> SendAsync(string requests)
    {
        try
        {
            for (ReadOnlyMemory<byte> rest = Encoding.UTF8.GetBytes(requests); !rest.IsEmpty;)
            {
                rest = rest[await socket.SendAsync(rest)..];
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Reads one whole reply.</summary>
    /// <returns>Null when the connection was closed before the first byte of it.</returns>
    /// <exception cref="CutReplyException">It was closed later.</exception>
    public async Task<Reply?> ReadAsync()
    {
        int headLength;
        while ((headLength = Unread.Span.IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (!await MoreAsync())
            {
                return Unread.IsEmpty ? null : throw Cut();
            }
        }

        var head = Encoding.UTF8.GetString(Unread.Span[..headLength]);
        var reply = new Reply(int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture), head, "");
        var body = headLength + 4;
        var length = reply.Header("Content-Length");
        int total;
        if (length is not null)
        {
            total = body + int.Parse(length, CultureInfo.InvariantCulture);
            while (Unread.Length < total)
            {
                await MoreOrCutAsync();
            }
        }
        else if (reply.Status == 204)
        {
            total = body;
        }
        else
        {
            // In chunks, as only the health page answers: its text holds no such bytes.
            int last;
            while ((last = Unread.Span[body..].IndexOf("0\r\n\r\n"u8)) < 0)
            {
                await MoreOrCutAsync();
            }

            total = body + last + 5;
        }

        reply = reply with { Body = Encoding.UTF8.GetString(Unread.Span[body..total]) };
        start += total;
        return reply;
    }

    public void Dispose() => socket.Dispose();

    private ReadOnlyMemory<byte> Unread => buffer.AsMemory(start, end - start);

    private static string Get(string path) => $"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private static string Post(string call, string form) =>
        $"POST /api/{call} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {Encoding.UTF8.GetByteCount(form)}\r\n\r\n{form}";

    private async Task MoreOrCutAsync()
    {
        if (!await MoreAsync())
        {
            throw Cut();
        }
    }

    private async Task<bool> MoreAsync()
    {
        if (start > 0)
        {
            Unread.CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        if (end == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }

        try
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(end));
            end += read;
            return read > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private CutReplyException Cut() => new(Encoding.UTF8.GetString(Unread.Span));
}

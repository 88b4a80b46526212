using System.Net;
using System.Net.Sockets;

namespace Jinbang.Bench.Load.Client;

/// <summary>One keep-alive connection with at most one request under way. It opens itself again after a failure.</summary>
internal sealed class Connection : IDisposable
{
    private readonly IPEndPoint _server;
    private readonly Epoll _epoll;
    private readonly int _token;
    private readonly ReplyReader _reader = new();
    private Socket _socket;

    /// <summary>Connects, blocking, and has the socket watched under the token.</summary>
    public Connection(IPEndPoint server, Epoll epoll, int token)
    {
        (_server, _epoll, _token) = (server, epoll, token);
        _socket = Open();
    }

    /// <summary>When the request under way was sent, or should have been: a <see cref="System.Diagnostics.Stopwatch"/> timestamp.</summary>
    public long Since { get; private set; }

    /// <summary>The reply under way.</summary>
    public AwaitedReply Awaited { get; private set; }

    /// <summary>Whether a request is under way.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Sends a whole request; its latency counts from <paramref name="since"/>.</summary>
    public void Send(ReadOnlySpan<byte> request, AwaitedReply awaited, long since)
    {
        (Since, Awaited, IsWaiting) = (since, awaited, true);
        _reader.Expect(awaited.BodyStart);
        // The socket's buffer is empty, so a request of ours always fits; a broken connection shows when reading.
        _ = _socket.Send(request, SocketFlags.None, out _);
    }

    /// <summary>Reads what has arrived; true when the reply is complete or the connection failed, with what was wrong or null.</summary>
    public bool TryFinish(Span<byte> buffer, out string? wrong)
    {
        var received = _socket.Receive(buffer, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            wrong = null;
            return false;
        }

        if (received == 0 || error != SocketError.Success)
            wrong = $"connection closed by the server ({error})";
        else if (!IsWaiting)
            wrong = "bytes that nobody asked for";
        else if (_reader.TryFinish(buffer[..received], out wrong))
            return Finish();
        else if (wrong is null)
            return false;

        Reopen();
        return Finish();
    }

    /// <summary>Gives the request under way up.</summary>
    public void Abandon()
    {
        Reopen();
        Finish();
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private bool Finish()
    {
        var wasWaiting = IsWaiting;
        IsWaiting = false;
        return wasWaiting;
    }

    private void Reopen()
    {
        _epoll.Forget(_socket.Handle);
        _socket.Dispose();
        _socket = Open();
    }

    private Socket Open()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(_server);
        socket.Blocking = false;
        _epoll.Watch(socket.Handle, _token);
        return socket;
    }
}

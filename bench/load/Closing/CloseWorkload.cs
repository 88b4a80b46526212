using System.Diagnostics;
using System.Text;
using Jinbang.Bench.Load.Client;

namespace Jinbang.Bench.Load.Closing;

/// <summary>Other requests, and in their midst one that closes a window.</summary>
internal sealed class CloseWorkload(IWorkload others, string path, string key, int port, TimeSpan after) : IWorkload
{
    private const int Close = -2;

    private readonly byte[] _request = Encoding.ASCII.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\nContent-Length: 0\r\n\r\n");

    private readonly long _due = Stopwatch.GetTimestamp() + (long)(after.TotalSeconds * Stopwatch.Frequency);

    /// <summary>When the close was sent, or 0.</summary>
    public long Sent { get; private set; }

    /// <summary>When it was answered, or 0.</summary>
    public long Answered { get; private set; }

    /// <inheritdoc/>
    public bool TryWriteNext(Span<byte> destination, out int length, out AwaitedReply reply)
    {
        if (Sent != 0 || Stopwatch.GetTimestamp() < _due)
            return others.TryWriteNext(destination, out length, out reply);
        Sent = Stopwatch.GetTimestamp();
        _request.CopyTo(destination);
        (length, reply) = (_request.Length, new([], Close));
        return true;
    }

    /// <inheritdoc/>
    public void Finished(AwaitedReply reply)
    {
        if (reply.Player == Close)
            Answered = Stopwatch.GetTimestamp();
        else
            others.Finished(reply);
    }
}

using System.Diagnostics;
using System.Net;

namespace Jinbang.Bench.Load.Client;

/// <summary>
/// All connections to one server, served by the calling thread alone: no locks, no tasks, no allocation per request. It polls without sleeping,
/// so it takes a whole core; in return the server never pays for waking it up.
/// </summary>
internal sealed partial class LoadClient : IDisposable
{
    private const int LongestReplyPiece = 65_536;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Epoll _epoll;
    private readonly Connection[] _connections;
    private readonly byte[] _received = new byte[LongestReplyPiece];
    private readonly byte[] _request = new byte[ClassicRequests.LargestRequest];
    private int _underWay;

    /// <summary>Opens this many connections.</summary>
    public LoadClient(IPEndPoint server, int connections)
    {
        _epoll = new(connections);
        _connections = [.. Enumerable.Range(0, connections).Select(token => new Connection(server, _epoll, token))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var connection in _connections)
            connection.Dispose();
        _epoll.Dispose();
    }

    private bool TrySend(Connection connection, IWorkload workload, long since)
    {
        if (!workload.TryWriteNext(_request, out var length, out var reply))
            return false;
        connection.Send(_request.AsSpan(0, length), reply, since);
        _underWay++;
        return true;
    }

    /// <summary>Reads from a readable connection; true with the time when its reply is complete and the connection is free again.</summary>
    private bool TryReceive(Connection connection, IWorkload workload, Interval interval, out long now)
    {
        var done = connection.TryFinish(_received, out var wrong);
        now = Stopwatch.GetTimestamp();
        if (wrong is not null)
            interval.Fail(wrong);
        if (!done)
            return false;
        _underWay--;
        interval.Replies++;
        interval.Latency.Record(Nanoseconds(now - connection.Since));
        workload.Finished(connection.Awaited);
        return true;
    }

    private void AbandonAll(IWorkload workload, Interval interval)
    {
        foreach (var connection in _connections.Where(connection => connection.IsWaiting))
        {
            interval.Fail($"no answer within {Patience.TotalSeconds} s after the interval's end");
            interval.Latency.Record(Nanoseconds(Stopwatch.GetTimestamp() - connection.Since));
            workload.Finished(connection.Awaited);
            connection.Abandon();
        }

        _underWay = 0;
    }

    private static long Ticks(TimeSpan duration) => (long)(duration.TotalSeconds * Stopwatch.Frequency);

    private static long Nanoseconds(long ticks) => ticks * (1_000_000_000 / Stopwatch.Frequency);
}

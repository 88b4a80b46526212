using System.Diagnostics;

namespace Jinbang.Bench.Load.Client;

/// <content>The closed loop: each connection sends its next request when the reply has come.</content>
internal sealed partial class LoadClient
{
    /// <summary>Sends on all connections for this long, or until the workload ends, then waits for the last replies.</summary>
    public Interval RunClosed(IWorkload workload, TimeSpan duration, CancellationToken cancellationToken)
    {
        var interval = new Interval();
        var start = Stopwatch.GetTimestamp();
        var end = start + Math.Min(Ticks(duration), long.MaxValue / 4);
        var patience = end + Ticks(Patience);
        long now = start, last = start, idle = 0;

        foreach (var connection in _connections)
            TrySend(connection, workload, Stopwatch.GetTimestamp());

        while (_underWay > 0)
        {
            var ready = _epoll.Wait(timeoutMs: 0);
            if (ready == 0)
            {
                var before = now;
                now = Stopwatch.GetTimestamp();
                idle += now - before;
                if (now > patience || cancellationToken.IsCancellationRequested)
                    AbandonAll(workload, interval);
                continue;
            }

            for (var i = 0; i < ready; i++)
            {
                var connection = _connections[_epoll.Token(i)];
                if (!TryReceive(connection, workload, interval, out now))
                    continue;
                last = now;
                if (now < end)
                    TrySend(connection, workload, now);
            }

            now = Stopwatch.GetTimestamp();
        }

        cancellationToken.ThrowIfCancellationRequested();
        interval.Elapsed = Stopwatch.GetElapsedTime(start, last);
        interval.ClientIdle = last == start ? 0 : (double)idle / (last - start);
        return interval;
    }
}

using System.Diagnostics;

namespace Jinbang.Bench.Load.Client;

/// <content>
/// The open loop: requests fall due on a fixed schedule, whatever the replies do, and latency counts from the due time. A server that stands
/// still for 100 ms shows 100 ms to all who came meanwhile, where a closed loop would have asked only once per connection.
/// </content>
internal sealed partial class LoadClient
{
    /// <summary>Sends at a fixed rate for this long, then waits for the last replies. What finds no free connection waits, and its latency with it.</summary>
    public Interval RunOpen(IWorkload workload, double ratePerSecond, TimeSpan duration, CancellationToken cancellationToken)
    {
        var interval = new Interval();
        var free = new Stack<Connection>(_connections);
        var ticksPerRequest = Stopwatch.Frequency / ratePerSecond;
        var total = (long)(duration.TotalSeconds * ratePerSecond);
        var start = Stopwatch.GetTimestamp();
        var patience = start + Ticks(duration) + Ticks(Patience);
        var sent = 0L;
        long now = start, last = start, idle = 0;

        while (sent < total || _underWay > 0)
        {
            while (sent < total && free.Count > 0 && start + (long)(sent * ticksPerRequest) is var due && due <= now)
            {
                TrySend(free.Pop(), workload, due);
                sent++;
            }

            var ready = _epoll.Wait(timeoutMs: 0);
            for (var i = 0; i < ready; i++)
            {
                var connection = _connections[_epoll.Token(i)];
                if (!TryReceive(connection, workload, interval, out now))
                    continue;
                last = now;
                free.Push(connection);
            }

            var before = now;
            now = Stopwatch.GetTimestamp();
            if (ready == 0)
                idle += now - before;
            if (now <= patience && !cancellationToken.IsCancellationRequested)
                continue;
            AbandonAll(workload, interval);
            for (; sent < total; sent++)
            {
                interval.Fail("never sent: no connection became free in time");
                interval.Latency.Record(Nanoseconds(now - start - (long)(sent * ticksPerRequest)));
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        interval.Elapsed = Stopwatch.GetElapsedTime(start, last);
        interval.ClientIdle = last == start ? 0 : (double)idle / (last - start);
        return interval;
    }
}

using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Jinbang.Boards;

namespace Jinbang.Server.Live;

/// <summary>Why there is no stream.</summary>
internal enum LiveRefusal
{
    /// <summary>There is one.</summary>
    None,

    /// <summary>There are as many as there may be, or the server is stopping.</summary>
    Full,

    /// <summary>The address has as many as it may have.</summary>
    TooMany,
}

/// <summary>
/// All streams. One loop, which runs while there are any, looks four times a second at the topics that someone looks at, asks whether their boards have moved
/// on, and reads the lines of those that have once for all their streams.
/// </summary>
internal sealed partial class LiveHub(IBoards boards, LiveSettings settings, LiveTimes times, TimeProvider time, ILogger<LiveHub> logger)
{
    private static readonly byte[] Gone = "event: gone\ndata: {}\n\n"u8.ToArray();
    private static readonly byte[] Bye = "event: bye\ndata: {}\n\n"u8.ToArray();
    private static readonly TimeSpan LogPause = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly Dictionary<LiveKey, LiveTopic> topics = [];
    private readonly Dictionary<UInt128, int> perAddress = [];
    private int count;
    private long look;
    private bool isRunning;
    private bool isStopping;
    private long stoppedAt;
    private long loggedAt;

    /// <summary>How many streams there are.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return count;
            }
        }
    }

    /// <summary>Takes in a stream, if there is room. Who gets one must <see cref="Leave"/>.</summary>
    public LiveSubscriber? TryJoin(LiveView view, IPAddress? client, out LiveRefusal refusal)
    {
        var address = BlockOf(client);
        var key = new LiveKey(view.Board, view.Window, view.Top);
        lock (gate)
        {
            var own = perAddress.GetValueOrDefault(address);
            refusal = isStopping || count >= settings.MostSubscribers ? LiveRefusal.Full : own >= settings.MostPerAddress ? LiveRefusal.TooMany : LiveRefusal.None;
            if (refusal != LiveRefusal.None)
            {
                return null;
            }

            if (!topics.TryGetValue(key, out var topic))
            {
                topic = topics[key] = new LiveTopic(key, boards, time, times);
            }

            // Its first event comes at once, so the next look is none of its own.
            var subscriber = new LiveSubscriber(topic, view, address, boards, time) { Index = topic.Subscribers.Count, OfferedAt = look + 1 };
            topic.Subscribers.Add(subscriber);
            perAddress[address] = own + 1;
            count++;
            if (!isRunning)
            {
                isRunning = true;
                _ = Task.Run(RunAsync);
            }

            return subscriber;
        }
    }

    /// <summary>Lets a stream go.</summary>
    public void Leave(LiveSubscriber subscriber)
    {
        lock (gate)
        {
            var topic = subscriber.Topic;
            var moved = topic.Subscribers[^1];
            topic.Subscribers[subscriber.Index] = moved;
            moved.Index = subscriber.Index;
            topic.Subscribers.RemoveAt(topic.Subscribers.Count - 1);
            if (topic.Subscribers.Count == 0)
            {
                Remove(topic);
            }

            count--;
            if (--perAddress[subscriber.Address] is 0)
            {
                perAddress.Remove(subscriber.Address);
            }
        }
    }

    /// <summary>Says good-bye to all, and takes no more.</summary>
    public void Stop()
    {
        lock (gate)
        {
            (isStopping, stoppedAt) = (true, time.GetTimestamp());
            foreach (var topic in topics.Values)
            {
                topic.Subscribers.ForEach(static subscriber => subscriber.End(Bye));
            }
        }
    }

    private async Task RunAsync()
    {
        while (true)
        {
            await Task.Delay(times.Look, time);
            LiveTopic[] all;
            lock (gate)
            {
                if (count == 0)
                {
                    isRunning = false;
                    return;
                }

                look++;
                all = [.. topics.Values];
            }

            foreach (var topic in all)
            {
                await LookAsync(topic);
            }
        }
    }

    private async Task LookAsync(LiveTopic topic)
    {
        var isThere = true;
        try
        {
            isThere = isStopping || await topic.RefreshAsync() is not null;
        }
        catch (Exception fault)
        {
            // The store is out of reach, or it is a fault of ours with this board: its streams stand still, the others go on.
            if (loggedAt == 0 || time.GetElapsedTime(loggedAt) >= LogPause)
            {
                loggedAt = time.GetTimestamp();
                LogFault(logger, topic.Key.Board, fault);
            }
        }

        var told = TakeNotices(topic);
        lock (gate)
        {
            if (!isThere)
            {
                Remove(topic);
                topic.Subscribers.ForEach(static subscriber => subscriber.End(Gone));
            }

            var isLate = isStopping && time.GetElapsedTime(stoppedAt) >= times.Stop;
            foreach (var subscriber in topic.Subscribers)
            {
                if (isLate)
                {
                    subscriber.Drop();
                    continue;
                }

                if (told is not null)
                {
                    subscriber.Tell(told);
                }

                if (topic.State is { } state && subscriber.Offered != state && look >= subscriber.OfferedAt + 2)
                {
                    subscriber.OfferedAt = look;
                    subscriber.Offer(state);
                }

                subscriber.Tend(times);
            }
        }
    }

    private void Remove(LiveTopic topic)
    {
        if (topics.TryGetValue(topic.Key, out var present) && present == topic)
        {
            topics.Remove(topic.Key);
        }
    }

    private static byte[]? TakeNotices(LiveTopic topic)
    {
        byte[]? told = null;
        while (topic.TryTakeClosed(out var window))
        {
            told = [.. told ?? [], .. Encoding.UTF8.GetBytes($"event: closed\ndata: {LiveJson.Window(window)}\n\n")];
        }

        return told;
    }

    /// <summary>The block of addresses that counts as one client: an IPv4 address, or a /64 of IPv6.</summary>
    private static UInt128 BlockOf(IPAddress? client)
    {
        if (client is null)
        {
            return 0;
        }

        var address = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? ((UInt128)1 << 64) | BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : ((UInt128)2 << 64) | BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    [LoggerMessage(EventId = 90, Level = LogLevel.Warning, Message = "Live streams of board {Board} stand still")]
    private static partial void LogFault(ILogger logger, BoardId board, Exception fault);
}

using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Jinbang.ProcessTests.Live;

/// <summary>When submissions were answered: each has a greater score than all before it, so an event with a score shows all up to it.</summary>
internal sealed class Answers(int most)
{
    private readonly long[] at = new long[most + 1];

    public void Note(int score) => Volatile.Write(ref at[score], TimeProvider.System.GetTimestamp());

    /// <summary>How long ago the first of these was answered; zero when none of them is.</summary>
    public TimeSpan Since(int first, int last)
    {
        for (var score = first; score <= last; score++)
        {
            if (Volatile.Read(ref at[score]) is not 0 and var answered)
            {
                return TimeProvider.System.GetElapsedTime(answered);
            }
        }

        return TimeSpan.Zero;
    }
}

/// <summary>One stream that is read as it comes and costs as little as it can. By HTTP 1.0, so that the body has no chunks.</summary>
internal sealed class LiveWatcher(Answers answers) : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] buffer = new byte[4 * 1024];
    private int length;
    private int shown;

    /// <summary>The last event of standings, without its version.</summary>
    public string Last { get; private set; } = "";

    /// <summary>The best score that was shown last.</summary>
    public int Shown => Volatile.Read(ref shown);

    public int Events { get; private set; }

    /// <summary>The longest that a submission was answered before it was shown here.</summary>
    public TimeSpan Delay { get; private set; }

    /// <summary>Completes with the first event.</summary>
    public Task First => first.Task;

    /// <summary>Reads until the server ends the stream.</summary>
    public async Task RunAsync(int port, string url)
    {
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {url} HTTP/1.0\r\nHost: localhost\r\n\r\n"));
            for (int count; (count = await socket.ReceiveAsync(buffer.AsMemory(length))) > 0;)
            {
                length += count;
                TakeLines();
                if (length == buffer.Length)
                {
                    Array.Resize(ref buffer, 2 * length);
                }
            }

            first.TrySetException(new EndOfStreamException("The stream ended."));
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            first.TrySetException(fault);
        }
    }

    public void Dispose() => socket.Dispose();

    private void TakeLines()
    {
        var start = 0;
        for (int end; (end = buffer.AsSpan(start, length - start).IndexOf((byte)'\n')) >= 0; start += end + 1)
        {
            Take(buffer.AsSpan(start, end));
        }

        buffer.AsSpan(start, length - start).CopyTo(buffer);
        length -= start;
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("data: {\"version\""u8))
        {
            return;
        }

        Events++;
        var score = line.IndexOf("\"score\":\""u8) is >= 0 and var at && Utf8Parser.TryParse(line[(at + 9)..], out int value, out _) ? value : 0;
        var delay = score > shown ? answers.Since(shown + 1, score) : TimeSpan.Zero;
        Delay = delay > Delay ? delay : Delay;
        Last = Encoding.UTF8.GetString(line[line.IndexOf("\"window\""u8)..]);
        Volatile.Write(ref shown, score);
        first.TrySetResult();
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Jinbang.Server.Tests;

/// <summary>A client that sends any bytes and reads replies exactly: what a library would put right or refuse reaches the server as it is.</summary>
internal sealed class RawConnection : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TcpClient client = new() { NoDelay = true };
    private readonly byte[] buffer = new byte[64 * 1024];
    private NetworkStream? stream;
    private int start;
    private int end;

    private RawConnection()
    {
    }

    public static async Task<RawConnection> OpenAsync(int port)
    {
        var connection = new RawConnection();
        await connection.client.ConnectAsync(IPAddress.Loopback, port);
        connection.stream = connection.client.GetStream();
        return connection;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var patience = new CancellationTokenSource(Patience);
        await stream!.WriteAsync(bytes, patience.Token);
    }

    /// <summary>Says that no more will come.</summary>
    public void FinishSending() => client.Client.Shutdown(SocketShutdown.Send);

    public async Task<RawReply> AskAsync(byte[] request)
    {
        await SendAsync(request);
        return await ReadAsync(isHead: request.AsSpan().StartsWith("HEAD "u8));
    }

    /// <summary>Reads one reply.</summary>
    /// <exception cref="EndOfStreamException">The server closed the connection instead.</exception>
    public async Task<RawReply> ReadAsync(bool isHead = false) =>
        await TryReadAsync(isHead) ?? throw new EndOfStreamException("The server closed the connection without a reply.");

    /// <summary>Reads one reply, or null when the server has closed the connection.</summary>
    public async Task<RawReply?> TryReadAsync(bool isHead = false)
    {
        using var patience = new CancellationTokenSource(Patience);
        if (await LineAsync(patience.Token) is not { } statusLine)
        {
            return null;
        }

        Assert.Matches("^HTTP/1\\.1 [1-5][0-9][0-9]( |$)", statusLine);
        var status = int.Parse(statusLine.AsSpan(9, 3), CultureInfo.InvariantCulture);
        var headers = new List<KeyValuePair<string, string>>();
        while (await LineAsync(patience.Token) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.Add(new(line[..colon], line[(colon + 1)..].Trim()));
        }

        var reply = new RawReply(status, headers, []);
        if (isHead || status is 204 or 304)
        {
            return reply;
        }

        return reply with { Body = reply.Header("Transfer-Encoding") == "chunked" ? await ChunksAsync(patience.Token) : await BodyAsync(reply, patience.Token) };
    }

    /// <summary>Whether the server closes the connection now, without another byte.</summary>
    public async Task<bool> IsClosedAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return start == end && !await FillAsync(patience.Token);
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<byte[]> BodyAsync(RawReply reply, CancellationToken cancellationToken)
    {
        var length = int.Parse(reply.Header("Content-Length") ?? throw new InvalidDataException("The reply says nothing of its length."), CultureInfo.InvariantCulture);
        return await TakeAsync(length, cancellationToken);
    }

    private async Task<byte[]> ChunksAsync(CancellationToken cancellationToken)
    {
        var body = new MemoryStream();
        while (true)
        {
            var length = int.Parse((await LineAsync(cancellationToken))!, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            body.Write(await TakeAsync(length, cancellationToken));
            await LineAsync(cancellationToken);
            if (length == 0)
            {
                return body.ToArray();
            }
        }
    }

    private async Task<byte[]> TakeAsync(int length, CancellationToken cancellationToken)
    {
        var taken = new byte[length];
        for (var done = 0; done < length;)
        {
            if (start == end && !await FillAsync(cancellationToken))
            {
                throw new EndOfStreamException("The reply was cut short.");
            }

            var part = Math.Min(end - start, length - done);
            buffer.AsSpan(start, part).CopyTo(taken.AsSpan(done));
            start += part;
            done += part;
        }

        return taken;
    }

    private async Task<string?> LineAsync(CancellationToken cancellationToken)
    {
        var line = new List<byte>();
        while (true)
        {
            if (start == end && !await FillAsync(cancellationToken))
            {
                return line.Count == 0 ? null : throw new EndOfStreamException("The reply was cut short.");
            }

            var next = buffer[start++];
            if (next == '\n')
            {
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(next);
        }
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        start = 0;
        try
        {
            end = await stream!.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException fault) when (fault.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            end = 0;
        }

        return end > 0;
    }
}

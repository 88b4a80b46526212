using System.Net;
using System.Net.Sockets;

namespace Jinbang.Postgres;

/// <summary>What a <see cref="TcpProxy"/> does with bytes.</summary>
public enum ProxyMode
{
    /// <summary>Hands them on.</summary>
    Pass,

    /// <summary>Takes them and hands none on, in neither direction, until it passes again: then what it took is handed on.</summary>
    Hold,

    /// <summary>Hands on what clients say, and holds what the server answers.</summary>
    HoldAnswers,
}

/// <summary>A forwarder on a loopback port, to cut a server off from what lies behind it.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly int target;
    private readonly Lock gate = new();
    private readonly List<Socket> sockets = [];
    private readonly CancellationTokenSource stop = new();
    private TaskCompletionSource passing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ProxyMode mode;
    private bool refuses;

    public TcpProxy(int target)
    {
        this.target = target;
        passing.SetResult();
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Whether new connections are closed at once.</summary>
    public bool Refuses
    {
        get => Volatile.Read(ref refuses);
        set => Volatile.Write(ref refuses, value);
    }

    public ProxyMode Mode
    {
        get => mode;
        set
        {
            lock (gate)
            {
                mode = value;
                if (value == ProxyMode.Pass)
                {
                    passing.TrySetResult();
                }
                else if (passing.Task.IsCompleted)
                {
                    passing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }
        }
    }

    /// <summary>Cuts all connections now.</summary>
    public void Cut()
    {
        lock (gate)
        {
            sockets.ForEach(Cut);
            sockets.Clear();
        }
    }

    /// <summary>Cuts the connections to clients alone: what was said goes on to the server when the proxy passes again.</summary>
    public void CutClients()
    {
        lock (gate)
        {
            for (var i = 0; i < sockets.Count; i += 2)
            {
                Cut(sockets[i]);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        Mode = ProxyMode.Pass;
        Cut();
    }

    private static void Cut(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Close();
        }
        catch (ObjectDisposedException)
        {
            // It was closed already.
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptSocketAsync(stop.Token);
                if (Refuses)
                {
                    client.Close();
                    continue;
                }

                var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                client.NoDelay = true;
                try
                {
                    await server.ConnectAsync(IPAddress.Loopback, target, stop.Token);
                }
                catch (SocketException)
                {
                    client.Close();
                    continue;
                }

                lock (gate)
                {
                    sockets.AddRange([client, server]);
                }

                _ = PumpAsync(client, server, isAnswer: false);
                _ = PumpAsync(server, client, isAnswer: true);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It stops.
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool isAnswer)
    {
        var buffer = new byte[64 << 10];
        try
        {
            int length;
            while ((length = await from.ReceiveAsync(buffer, stop.Token)) > 0)
            {
                while (Mode == ProxyMode.Hold || (isAnswer && Mode == ProxyMode.HoldAnswers))
                {
                    await passing.Task.WaitAsync(stop.Token);
                }

                await to.SendAsync(buffer.AsMemory(0, length), SocketFlags.None, stop.Token);
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // A connection that breaks on one side breaks on the other, unless it is held.
            while (Mode == ProxyMode.Hold && !stop.IsCancellationRequested)
            {
                try
                {
                    await passing.Task.WaitAsync(stop.Token);
                }
                catch (OperationCanceledException)
                {
                    break;
                }
            }

            to.Close();
        }
    }
}

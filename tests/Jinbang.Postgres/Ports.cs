using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Jinbang.Postgres;

/// <summary>Ports of servers that the tests start, and start again on the same ports.</summary>
public static class Ports
{
    // Below those that the system gives to outgoing connections: one of them would take the port while its server is down.
    private const int First = 15_000;
    private const int Last = 32_000;

    /// <summary>A loopback port that nobody listens on.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(First, Last);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }
    }
}

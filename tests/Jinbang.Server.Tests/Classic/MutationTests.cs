using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Jinbang.Server.Tests.Classic;

public sealed partial class MutationTests(ITestOutputHelper output)
{
    private const int Seed = 20_260_724;
    private const int Requests = 30_000;
    private const int Workers = 16;
    private const string Game = $"/{ServerFixture.DocumentGame}/api";

    // Follows every spoiled request. Where that one is still well framed it is answered too, and the connection closes.
    private static readonly byte[] Last = RawRequest.Get($"{Game}/user_score?openid=oLast", "Connection: close");

    private static readonly int[] Expected = [100, 200, 204, 302, 304, 400, 404, 405, 408, 411, 413, 414, 417, 426, 431, 501, 505];

    [Fact]
    public async Task Spoiled_requests_get_replies_of_the_contract_and_nothing_else()
    {
        output.WriteLine($"Seed {Seed}");
        await using var server = await TestServer.StartAsync();
        var statuses = new ConcurrentDictionary<int, int>();
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() => SpoilAsync(server.Port, worker, statuses))));
        output.WriteLine(string.Join(", ", statuses.OrderBy(static status => status.Key).Select(static status => $"{status.Key}: {status.Value}")));

        Assert.True(statuses[200] > Requests * 2 / 3, "Too few requests reach the contract: spoil them less.");

        await using var game = await server.PlayAsync(ServerFixture.DocumentGame);
        Contract.Replies(Contract.ScoreAdded, await game.PostScoreAsync("openid=oAfterwards&score=1"));
        Contract.Replies(Contract.Score(1), await game.UserScoreAsync("oAfterwards"));
        using var list = System.Text.Json.JsonDocument.Parse((await game.ListAsync()).Body);
        Assert.Equal(200, list.RootElement.GetProperty("code").GetInt32());
        Assert.DoesNotContain(server.Log.Lines, static line => line.Level is Microsoft.Extensions.Logging.LogLevel.Error or Microsoft.Extensions.Logging.LogLevel.Critical);
    }

    private static async Task SpoilAsync(int port, int worker, ConcurrentDictionary<int, int> statuses)
    {
        var mutations = new Mutations(ValidRequests(), new Random(Seed + worker));
        for (var i = 0; i < Requests / Workers; i++)
        {
            var request = mutations.Next();
            try
            {
                Check(await ExchangeAsync(port, worker, request), statuses);
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"Seed {Seed}, worker {worker}, request {i}: {Convert.ToHexString(request)} = {Encoding.Latin1.GetString(request)}", fault);
            }
        }
    }

    /// <summary>Sends all, and reads until the server closes. A server that goes on waiting for more is told that none will come.</summary>
    private static async Task<byte[]> ExchangeAsync(int port, int worker, byte[] request)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        // An address of its own for each worker: thousands of closed connections leave an address without free ports.
        socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(2 + worker)]), 0));
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var received = new MemoryStream();
        try
        {
            await socket.SendAsync((byte[])[.. request, .. Last]);
            if (!await ReadToEndAsync(socket, received, TimeSpan.FromMilliseconds(200)))
            {
                socket.Shutdown(SocketShutdown.Send);
                Assert.True(await ReadToEndAsync(socket, received, TimeSpan.FromSeconds(20)), "The server keeps a connection that the client has ended.");
            }
        }
        catch (SocketException fault) when (fault.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted)
        {
            // The server had seen enough.
        }

        return received.ToArray();
    }

    private static async Task<bool> ReadToEndAsync(Socket socket, MemoryStream received, TimeSpan patience)
    {
        using var ending = new CancellationTokenSource(patience);
        var buffer = new byte[16 * 1024];
        try
        {
            for (int length; (length = await socket.ReceiveAsync(buffer, ending.Token)) > 0;)
            {
                received.Write(buffer, 0, length);
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static void Check(byte[] received, ConcurrentDictionary<int, int> statuses)
    {
        var text = Encoding.UTF8.GetString(received);
        foreach (var part in Beginning().Split(text).Where(static part => part.Length > 0))
        {
            var status = int.Parse(part.AsSpan("HTTP/1.1 ".Length, 3), CultureInfo.InvariantCulture);
            statuses.AddOrUpdate(status, 1, static (_, count) => count + 1);
            Assert.True(Expected.Contains(status), part);
            var body = part[(part.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
            Assert.True(body.Length == 0 || body[0] == '{' || part.Contains("Content-Encoding: ", StringComparison.Ordinal), part);
            Assert.DoesNotMatch(Inside(), part);
        }
    }

    private static List<byte[]> ValidRequests() =>
    [
        RawRequest.Get($"{Game}/user_score?openid=oMutant"),
        RawRequest.Get($"{Game}/user_score?openid=%E5%B0%8F%E6%98%8E&t=1", "Content-Type: application/x-www-form-urlencoded", "Accept-Encoding: gzip"),
        RawRequest.Get($"{Game}//tpinball_score", "Origin: https://game.example"),
        RawRequest.Get("/api/tpinball_score", "If-None-Match: \"a\""),
        RawRequest.WithoutBody("HEAD", $"{Game}/user_score?openid=oMutant"),
        RawRequest.WithoutBody("OPTIONS", $"{Game}/post_score", "Access-Control-Request-Headers: content-type"),
        RawRequest.Post($"{Game}/post_score", RawRequest.Form, RawRequest.Of("openid=oMutant&score=120&")),
        RawRequest.Post($"{Game}/post_score?openid=oMutant", RawRequest.Form, RawRequest.Of("score=121")),
        RawRequest.Post($"{Game}/post_score", RawRequest.Json, RawRequest.Of("""{"openid":"oMutant","score":"122"}""")),
        RawRequest.Post($"{Game}/post_score", "text/plain", RawRequest.Of("\uFEFF{\"openid\":\"\\u0041\",\"score\":123}")),
        RawRequest.Post($"{Game}/post_score", null, []),
        RawRequest.Post($"{Game}/post_user_info", RawRequest.Form, RawRequest.Of("openid=oMutant&nickname=小明😀&sex=1&province=广东&city=深圳&country=中国&headimgurl=http://pictures.example/1&language=zh_CN&privilege=&")),
        RawRequest.Post($"{Game}/post_user_info", "application/json; charset=utf-8", RawRequest.Of("""{"openid":"oMutant","nickname":"\ud83d\ude00","sex":2,"city":null}""")),
        RawRequest.Post($"{Game}/post_user_info", "multipart/form-data; boundary=b", RawRequest.Of("--b\r\nContent-Disposition: form-data; name=\"openid\"\r\n\r\noMutant\r\n--b\r\nContent-Disposition: form-data; name=\"nickname\"\r\n\r\n小明\r\n--b--\r\n")),
        RawRequest.PostChunked($"{Game}/post_score", RawRequest.Form, RawRequest.Of("openid=oMut"), RawRequest.Of("ant&score=130")),
        RawRequest.Post("/api/post_score", RawRequest.Form, RawRequest.Of("openid=' OR 1=1; --&score=5")),
        [.. RawRequest.Get($"{Game}/user_score?openid=oMutant"), .. RawRequest.Post($"{Game}/post_score", RawRequest.Form, RawRequest.Of("openid=oMutant&score=131"))],
    ];

    [GeneratedRegex("(?=HTTP/1\\.1 [0-9]{3})")]
    private static partial Regex Beginning();

    [GeneratedRegex("<html|<!doctype|SQLite|Exception|\\bat Jinbang|System\\.|Microsoft\\.|/src/|\\.cs:", RegexOptions.IgnoreCase)]
    private static partial Regex Inside();
}

using System.Text;
using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Clients;

/// <summary>A keep-alive connection that calls the v1 API with a key. One caller at a time.</summary>
internal sealed class V1Connection : IDisposable
{
    private readonly ClassicConnection connection;
    private readonly string key;

    private V1Connection(ClassicConnection connection, string key) => (this.connection, this.key) = (connection, key);

    public static async Task<V1Connection> OpenAsync(ServerProcess server, string key) => new(await server.ConnectAsync(), key);

    /// <summary>Calls as the operator, whose key is in the data folder.</summary>
    public static async Task<V1Connection> OpenOperatorAsync(ServerProcess server) =>
        await OpenAsync(server, (await File.ReadAllTextAsync(Path.Combine(server.Data, "operator.key"))).Trim());

    public static string Request(string key, string method, string path, string? json = null) =>
        $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
        + (json is null ? "" : "Content-Type: application/json\r\n")
        + (method is "GET" ? "" : $"Content-Length: {Encoding.UTF8.GetByteCount(json ?? "")}\r\n")
        + $"\r\n{json}";

    /// <summary>Sends a request and reads its reply.</summary>
    /// <returns>Null when the connection was closed without one.</returns>
    public Task<Reply?> AskAsync(string method, string path, string? json = null) => connection.AskAsync(Request(key, method, path, json));

    /// <summary>Sends a request that must succeed.</summary>
    public async Task<Reply> DoAsync(string method, string path, string? json = null)
    {
        var reply = await AskAsync(method, path, json);
        Assert.True(reply is { Status: 200 or 201 or 204 }, $"{method} {path} {json} was answered {reply?.Status} {reply?.Body}");
        return reply!;
    }

    public void Dispose() => connection.Dispose();
}

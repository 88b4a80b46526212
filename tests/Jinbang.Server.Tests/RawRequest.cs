using System.Globalization;
using System.Text;

namespace Jinbang.Server.Tests;

/// <summary>Requests as bytes, in the way games write them. Targets may hold any character; they go out as UTF-8.</summary>
internal static class RawRequest
{
    public const string Form = "application/x-www-form-urlencoded";
    public const string Json = "application/json";

    public static byte[] Of(string text) => Encoding.UTF8.GetBytes(text);

    public static byte[] Get(string target, params string[] headers) => WithoutBody("GET", target, headers);

    public static byte[] WithoutBody(string method, string target, params string[] headers) => Of($"{method} {target} HTTP/1.1\r\nHost: game.example\r\n{Lines(headers)}\r\n");

    public static byte[] Post(string target, string? contentType, byte[] body, params string[] headers) =>
        [.. Of(string.Create(CultureInfo.InvariantCulture, $"{Head(target, contentType)}Content-Length: {body.Length}\r\n{Lines(headers)}\r\n")), .. body];

    public static byte[] PostChunked(string target, string? contentType, params byte[][] chunks) =>
    [
        .. Of($"{Head(target, contentType)}Transfer-Encoding: chunked\r\n\r\n"),
        .. chunks.SelectMany(static chunk => (byte[])[.. Of($"{chunk.Length:x}\r\n"), .. chunk, .. Of("\r\n")]),
        .. Of("0\r\n\r\n"),
    ];

    private static string Head(string target, string? contentType) =>
        $"POST {target} HTTP/1.1\r\nHost: game.example\r\n{(contentType is null ? "" : $"Content-Type: {contentType}\r\n")}";

    private static string Lines(string[] headers) => string.Concat(headers.Select(static header => $"{header}\r\n"));
}
